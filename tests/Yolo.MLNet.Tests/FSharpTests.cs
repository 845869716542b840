using System.Globalization;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Tests.Packages;
using Yolo.MLNet.Trainers;

namespace Yolo.MLNet.Tests;

/// <summary>The library as F# sees it.</summary>
public sealed class FSharpTests
{
    [Fact]
    public void Main_TrainEvaluateSaveLoadDetect_GivesWhatCSharpGives()
    {
        using var folder = new TemporaryFolder();
        SyntheticVoc.WriteTrainingSet(folder.Path);
        File.WriteAllText(folder.Combine("tiny.cfg"), TestModels.TrainableConfig);

        string[] lines = DotNet.Run(folder.Path, Program, folder.Path, folder.Combine("tiny.cfg"), folder.Combine("model.zip"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        Assert.Equal("images 7", lines[0]);
        Assert.Equal(Detections(folder), lines[1..]);
    }

    private static string Program => Path.Combine(
        AppContext.BaseDirectory.Replace("Yolo.MLNet.Tests", "Yolo.FSharpProcess", StringComparison.Ordinal), "Yolo.FSharpProcess.dll");

    // The same training here.
    private static string[] Detections(TemporaryFolder folder)
    {
        var ml = new MLContext(seed: 1);
        var options = new YoloV2TrainerOptions
        {
            Network = TestModels.Trainable, AnchorCount = 2, Epochs = 1, BatchSize = 4,
            Detection = new() { ScoreThreshold = 0.001f, MaxDetections = 3 },
        };
        using var model = ml.ObjectDetection.Trainers.YoloV2(options).Fit(ml.Data.LoadFromVoc(folder.Path));
        using var engine = ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(model);
        using var photo = ImageInput.FromFile(folder.Combine("JPEGImages", "image1.png"));
        var found = engine.Predict(photo).Detections;
        Assert.Equal(3, found.Count);
        return [.. found.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.ClassName} {item.Score:F4}"))];
    }
}
