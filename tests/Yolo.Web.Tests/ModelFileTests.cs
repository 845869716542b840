using System.Diagnostics;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Tests;
using Yolo.Model.Weights;

namespace Yolo.Web.Tests;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Program_NoModel_EndsAndSaysHowToTrainOne()
    {
        string path = _folder.Combine("absent.zip");
        var start = new ProcessStartInfo("dotnet", [typeof(DetectionService).Assembly.Location, $"--Yolo:ModelPath={path}"]) { RedirectStandardError = true };

        using var process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith($"There is no model at {path}.", error, StringComparison.Ordinal);
        Assert.Contains("dotnet run -c Release --project examples/Quickstart -- --data path/to/VOC --model model.zip", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DarknetFiles_ReadsTheThreeOfTheSameName()
    {
        DarknetModel.Save(TestModels.Mini(), _folder.Combine("m.cfg"), _folder.Combine("m.weights"), _folder.Combine("m.names"));

        Assert.Equal(["ant", "bee", "cat"], ModelFile.Load(_folder.Combine("m.cfg")).Model.ClassNames);
    }

    [Fact]
    public void Load_ChainThatEndsInADetector_TakesItWithItsOptions()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new { Path = "absent.png" }]);
        var chain = ml.Transforms.LoadImages("Image", "", "Path").Append(ml.Transforms.YoloV2Detect(TestModels.Mini(), new() { IoUThreshold = 0.3f })).Fit(data);
        ml.Model.Save(chain, data.Schema, _folder.Combine("chain.zip"));

        var (model, options) = ModelFile.Load(_folder.Combine("chain.zip"));

        Assert.Equal(3, model.ClassNames.Count);
        Assert.Equal(0.3f, options.IoUThreshold);
    }

    [Fact]
    public void Load_OtherModel_SaysWhatItLacks()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new { Path = "absent.png" }]);
        ml.Model.Save(ml.Transforms.LoadImages("Image", "", "Path").Fit(data), data.Schema, _folder.Combine("other.zip"));

        var error = Assert.Throws<InvalidDataException>(() => ModelFile.Load(_folder.Combine("other.zip")));

        Assert.EndsWith("expected a model with a YOLOv2 detector among its steps, found none.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoZip_NamesIt()
    {
        File.WriteAllText(_folder.Combine("text.zip"), "text");

        Assert.Contains("text.zip: expected a model that ML.NET saved.", Assert.Throws<InvalidDataException>(
            () => ModelFile.Load(_folder.Combine("text.zip"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
