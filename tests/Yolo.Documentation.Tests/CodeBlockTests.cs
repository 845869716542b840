using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Yolo.Documentation.Tests;

/// <summary>Whether what the documentation shows compiles, each block by itself.</summary>
public sealed class CodeBlockTests
{
    // What a new project has by itself, and the namespaces of the libraries.
    private static readonly string[] s_namespaces =
    [
        "System", "System.Collections.Generic", "System.IO", "System.IO.Compression", "System.Linq", "System.Threading", "System.Threading.Tasks",
        "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Http", "Microsoft.Extensions.DependencyInjection", "Microsoft.ML", "Microsoft.ML.Data", "Microsoft.ML.Transforms",
        "Microsoft.ML.Transforms.Image",
        .. typeof(Microsoft.ML.ObjectDetectionExtensions).Assembly.GetExportedTypes().Concat(typeof(Yolo.Model.Inference.Detector).Assembly.GetExportedTypes())
            .Select(type => type.Namespace!).Where(name => name.StartsWith("Yolo.", StringComparison.Ordinal)).Distinct(),
    ];

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static TheoryData<string> Places => [.. Blocks().Select(block => block.Place)];

    [Theory]
    [MemberData(nameof(Places))]
    public void Block_Compiles(string place)
    {
        var block = Blocks().Single(block => block.Place == place);

        Assert.Empty(Errors(block));
    }

    [Fact]
    public void Errors_OfABlockThatNamesWhatIsNotThere_SayWhere()
    {
        string error = Assert.Single(Errors(new("here", "int known", "int more = known + 1;\nSystem.Console.WriteLine(more + unknown);")));

        Assert.Contains("unknown", error, StringComparison.Ordinal);
        Assert.StartsWith("line 2", error, StringComparison.Ordinal);
    }

    // What older versions of the language, F# and Visual Basic write instead of the extension property.
    [Fact]
    public void ObjectDetection_BeforeCSharp14_IsAMethod()
    {
        const string Given = "MLContext ml; IDataView train";

        Assert.Empty(Errors(new("here", Given, "var model = YoloV2Catalog.ObjectDetection(ml).Trainers.YoloV2(new()).Fit(train);"),
            LanguageVersion.CSharp13));
        Assert.NotEmpty(Errors(new("here", Given, "var model = ml.ObjectDetection.Trainers.YoloV2(new()).Fit(train);"),
            LanguageVersion.CSharp13));
    }

    private static IEnumerable<string> Errors(CodeBlock block, LanguageVersion version = LanguageVersion.Preview)
    {
        var tree = CSharpSyntaxTree.ParseText(block.Program(s_namespaces), new(version),
            cancellationToken: TestContext.Current.CancellationToken);
        var compilation = CSharpCompilation.Create(
            "Block", [tree], s_references, new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        return compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => $"line {diagnostic.Location.GetMappedLineSpan().StartLinePosition.Line + 1}: {diagnostic.GetMessage()}");
    }

    private static IEnumerable<CodeBlock> Blocks()
    {
        // The root's, the documentation's and those that go into the packages.
        string[] folders = [TestPaths.Root, Path.Combine(TestPaths.Root, "docs"), .. Directory.GetDirectories(Path.Combine(TestPaths.Root, "src"))];
        var files = folders.SelectMany(folder => Directory.GetFiles(folder, "*.md")).Order(StringComparer.Ordinal);
        return files.SelectMany(path => CodeBlock.Read(path, Path.GetRelativePath(TestPaths.Root, path)));
    }
}
