using System.Runtime.InteropServices;
using Xunit;

namespace Yolo.MLNet.Tests.Packages;

/// <summary>Programs without a project: <c>dotnet run app.cs</c>, in which JSON has no reflection, and <c>dotnet fsi script.fsx</c>, which runs
/// from the folders of packages. Each trains two steps with checkpoints, goes on from them and exports.</summary>
public sealed class ProgramsOfOneFileTests(PackageFeed feed) : IClassFixture<PackageFeed>, IDisposable
{
    private const string Libtorch = "libtorch-cpu-linux-x64", LibtorchVersion = "2.10.0";

    private const string CSharp = $$"""
        #:package Yolo.MLNet@{{PackageFeed.Version}}
        #:package {{Libtorch}}@{{LibtorchVersion}}
        #:property CreateHardLinksForCopyLocalIfPossible=true

        using System.Text.Json;
        using Microsoft.ML;
        using Yolo.MLNet.Trainers;
        using Yolo.Model.Network;
        using Yolo.Model.Onnx;
        using Yolo.Model.Training;

        Console.WriteLine($"reflection {JsonSerializer.IsReflectionEnabledByDefault}");
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromVoc("data");
        var options = new YoloV2TrainerOptions
        {
            Network = DarknetConfig.Load("tiny.cfg"), AnchorCount = 2, Epochs = 1, BatchSize = 7, Checkpoints = new("run"),
        };
        ml.ObjectDetection.Trainers.YoloV2(options).Fit(data).Dispose();
        options = options with { Epochs = 2, Checkpoints = new("run") { Resume = true, Resumed = path => Console.WriteLine(Path.GetFileName(path)) } };
        using var model = ml.ObjectDetection.Trainers.YoloV2(options).Fit(data);
        OnnxExporter.Save(model.Model, "model.onnx");
        Console.WriteLine($"onnx {new FileInfo("model.onnx").Length > 1000}");
        """;

    private const string FSharp = $$"""
        #r "nuget: Yolo.MLNet, {{PackageFeed.Version}}"
        #r "nuget: {{Libtorch}}, {{LibtorchVersion}}"
        open System
        open System.IO
        open Microsoft.ML
        open Yolo.MLNet.Trainers
        open Yolo.Model.Network
        open Yolo.Model.Onnx
        open Yolo.Model.Training

        let ml = MLContext(seed = 1)
        let data = ml.Data.LoadFromVoc "data"
        let fit epochs (checkpoints: CheckpointOptions) =
            let options =
                YoloV2TrainerOptions(
                    Network = DarknetConfig.Load "tiny.cfg", AnchorCount = 2, Epochs = Nullable epochs, BatchSize = 7,
                    Checkpoints = checkpoints)
            YoloV2Catalog.ObjectDetection(ml).Trainers.YoloV2(options).Fit data
        (fit 1 (CheckpointOptions "run")).Dispose()
        let resumed = Action<string>(fun path -> printfn "%s" (Path.GetFileName path))
        let model = fit 2 (CheckpointOptions("run", Resume = true, Resumed = resumed))
        OnnxExporter.Save(model.Model, "model.onnx")
        printfn "onnx %b" (FileInfo("model.onnx").Length > 1000L)
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void DotnetRun_FileBasedApp_TrainsGoesOnAndExports()
    {
        string[] lines = Run("app.cs", CSharp, "run");

        Assert.Equal(["reflection False", "step-000000001.checkpoint", "onnx True"], lines);
    }

    [Fact]
    public void DotnetFsi_Script_TrainsGoesOnAndExports()
    {
        string[] lines = Run("script.fsx", FSharp, "fsi");

        Assert.Equal(["step-000000001.checkpoint", "onnx true"], lines);
    }

    public void Dispose() => _folder.Dispose();

    private string[] Run(string name, string program, string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
            $"The programs name the libtorch of another system: {Libtorch}.");
        UserFolder.UsePackages(_folder.Path, feed.Path, _folder.Combine("cache"));
        SyntheticVoc.WriteTrainingSet(_folder.Combine("data"));
        File.WriteAllText(_folder.Combine("tiny.cfg"), TestModels.TrainableConfig);
        File.WriteAllText(_folder.Combine(name), program);
        return DotNet.Run(_folder.Path, UserFolder.Environment(_folder.Path), [command, name])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
