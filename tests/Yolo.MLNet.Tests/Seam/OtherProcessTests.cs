using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Seam;

public sealed class OtherProcessTests
{
    private const float Tolerance = 1e-4f;

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Load_InAnotherProcessAfterTraining_DetectsTheSameWithoutLibtorch()
    {
        using var folder = new TemporaryFolder();
        SyntheticVoc.WriteTrainingSet(folder.Path);
        string model = folder.Combine("model.zip"), image = folder.Combine("JPEGImages", "image1.png");
        var data = _ml.Data.LoadFromVoc(folder.Path);
        using var trained = _ml.ObjectDetection.Trainers
            .YoloV2(new() { Network = TestModels.Trainable, AnchorCount = 2, Epochs = 3, BatchSize = 4, Detection = new() { ScoreThreshold = 0.001f, MaxDetections = 20 } })
            .Fit(data);
        _ml.Model.Save(trained, data.Schema, model);
        using var engine = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(trained);
        using var input = ImageInput.FromFile(image).Image;
        var expected = engine.Predict(new() { Image = input });

        using var report = JsonDocument.Parse(Run(model, image));

        var root = report.RootElement;
        var output = root.GetProperty("Outputs")[0];
        Assert.NotEmpty(expected.Scores);
        Assert.Equal(expected.Labels, output.GetProperty("PredictedLabelText").EnumerateArray().Select(value => value.GetString()));
        AssertClose(expected.Scores, output.GetProperty("Score"));
        AssertClose(expected.BoundingBoxes, output.GetProperty("PredictedBoundingBoxes"));
        Assert.Empty(root.GetProperty("Torch").EnumerateArray().Select(value => value.GetString()));
        Assert.True(root.GetProperty("OnnxRuntime").GetBoolean());
        Assert.Equal(typeof(YoloV2DetectionTransformer).FullName, root.GetProperty("Model").GetString());
    }

    /// <summary>Beside this project's output lies that of the process, built in the same configuration.</summary>
    private static string Run(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory.Replace("Yolo.MLNet.Tests", "Yolo.ScoringProcess", StringComparison.Ordinal), "Yolo.ScoringProcess.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }

    private static void AssertClose(float[] expected, JsonElement actual)
    {
        float[] values = [.. actual.EnumerateArray().Select(value => value.GetSingle())];
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }
}
