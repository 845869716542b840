using System.Globalization;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.Model.Imaging;

namespace Yolo.MLNet.Tests.Packages;

/// <summary>What a user gets from the packages.</summary>
public sealed class PackagesTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    // Portable PDB specification, "Embedded Source".
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    // Without reflection in JSON, as programs of one file (dotnet run app.cs) and trimmed ones are.
    private const string Program = """
        using System.Globalization;
        using Microsoft.ML;
        using Yolo.MLNet.Scoring;
        using Yolo.Model.Onnx;

        var ml = new MLContext();
        var model = ml.Model.Load(args[0], out _);
        using var engine = ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(model);
        using var photo = ImageInput.FromFile(args[1]);
        OnnxExporter.Save(model.GetDetector().Model, "model.onnx");
        foreach (var found in engine.Predict(photo).Detections)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.ClassName} {found.Score:F4} {found.Box.Left:F1} {found.Box.Bottom:F1}"));
        """;

    [Fact]
    public void Pack_NewConsoleProjectWithThePackageAlone_LoadsAndRunsASavedModel()
    {
        string packages = feed.Path;
        using var folder = new TemporaryFolder();
        string model = folder.Combine("model.zip"), image = folder.Combine("image.png"), app = folder.Combine("app");
        TestImages.Save(image, 200, 120, seed: 1);
        string[] expected = SaveAndDetect(model, image);
        Directory.CreateDirectory(app);
        File.WriteAllText(Path.Combine(app, "Program.cs"), Program);
        File.WriteAllText(Path.Combine(app, "App.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <JsonSerializerIsReflectionEnabledByDefault>false</JsonSerializerIsReflectionEnabledByDefault>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Yolo.MLNet" Version="{PackageFeed.Version}" />
              </ItemGroup>
            </Project>
            """);
        UserFolder.UsePackages(app, packages, folder.Combine("cache"));

        // For this machine's system alone, whose native files are few; without a launcher, for which some machines would need a further package.
        DotNet.Run(app, "build", "-v", "q", "-o", "out", "-r", RuntimeInformation.RuntimeIdentifier, "--no-self-contained", "-p:UseAppHost=false", "-p:CreateHardLinksForCopyLocalIfPossible=true");
        string output = DotNet.Run(app, Path.Combine("out", "App.dll"), model, image);

        Assert.NotEmpty(expected);
        Assert.Equal(expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.True(Directory.Exists(folder.Combine("cache", "yolo.mlnet", PackageFeed.Version)));
        Assert.True(Directory.Exists(folder.Combine("cache", "yolo.model", PackageFeed.Version)));
    }

    [Theory]
    [InlineData("Yolo.Model", new[] { "Microsoft.ML.OnnxRuntime", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies", "TorchSharp" })]
    [InlineData("Yolo.MLNet", new[] { "Yolo.Model", "Microsoft.ML", "Microsoft.ML.ImageAnalytics" })]
    public void Pack_Package_DescribesItselfAndBringsWhatEverySystemNeeds(string name, string[] needed)
    {
        using var package = feed.Open(name);

        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Superset(new HashSet<string> { "README.md", "icon.png", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" }, files.ToHashSet());
        Assert.Equal((128, 128), ImageFile.ReadSize(Copy(package, "icon.png")));
        var metadata = XDocument.Load(Copy(package, $"{name}.nuspec")).Root!.Elements().Single();
        XNamespace space = metadata.Name.Namespace;
        Assert.Equal("MIT", metadata.Element(space + "license")?.Value);
        Assert.Equal(("README.md", "icon.png"), (metadata.Element(space + "readme")?.Value, metadata.Element(space + "icon")?.Value));
        var dependencies = metadata.Descendants(space + "dependency").ToDictionary(item => item.Attribute("id")!.Value, item => item.Attribute("version")!.Value);
        Assert.Superset(needed.ToHashSet(), dependencies.Keys.ToHashSet());
        // The next major version may keep elsewhere what Seam/ reads.
        if (name == "Yolo.MLNet")
            Assert.Equal("[5.0.1, 6.0.0)", dependencies["Microsoft.ML"].Replace("6.0)", "6.0.0)", StringComparison.Ordinal));
        // Which libtorch is the application's choice, and half a gigabyte.
        Assert.DoesNotContain(dependencies.Keys, id => id.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase) || id.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase));
        if (name == "Yolo.Model")
            Assert.DoesNotContain(dependencies.Keys, id => id == "Microsoft.ML");
    }

    [Theory]
    [InlineData("Yolo.Model")]
    [InlineData("Yolo.MLNet")]
    public void Pack_Symbols_AreReproducibleAndHoldEverySource(string name)
    {
        using var package = feed.Open(name);
        using var assembly = new PEReader(Copy(package, $"lib/net10.0/{name}.dll"));
        Assert.Contains(assembly.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);

        using var symbols = feed.Open(name, "snupkg");
        using var provider = MetadataReaderProvider.FromPortablePdbStream(Copy(symbols, $"lib/net10.0/{name}.pdb"));
        var reader = provider.GetMetadataReader();
        Assert.NotEmpty(reader.Documents);
        foreach (var handle in reader.Documents)
        {
            // The name of the folder that it was built in would make the bytes another.
            Assert.StartsWith("/_/", reader.GetString(reader.GetDocument(handle).Name), StringComparison.Ordinal);
            Assert.Contains(reader.GetCustomDebugInformation(handle), info => reader.GetGuid(reader.GetCustomDebugInformation(info).Kind) == EmbeddedSource);
        }
    }

    private static string[] SaveAndDetect(string modelPath, string imagePath)
    {
        var ml = new MLContext();
        using var transformer = ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold).Fit(ml.Data.LoadFromEnumerable<ImageInput>([]));
        ml.Model.Save(transformer, null, modelPath);
        using var engine = ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(transformer);
        using var image = ImageInput.FromFile(imagePath).Image;
        return
        [
            .. engine.Predict(new() { Image = image }).Detections.Select(found => string.Create(
                CultureInfo.InvariantCulture, $"{found.ClassName} {found.Score:F4} {found.Box.Left:F1} {found.Box.Bottom:F1}")),
        ];
    }

    private static MemoryStream Copy(ZipArchive package, string name)
    {
        using var entry = package.GetEntry(name)!.Open();
        var copy = new MemoryStream();
        entry.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
