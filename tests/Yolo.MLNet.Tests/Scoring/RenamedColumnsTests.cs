using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Scoring;

/// <summary>Prediction engines over models whose columns have other names.</summary>
public sealed class RenamedColumnsTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly MLImage _image = TestImages.Noise(160, 96, seed: 1);

    public static TheoryData<string> Renamed => [nameof(ObjectDetectionColumns.PredictedLabelText), nameof(ObjectDetectionColumns.Score),
        nameof(ObjectDetectionColumns.PredictedBoundingBoxes)];

    // It was "nothing found" for a renamed score, and an index out of range for the others.
    [Theory]
    [MemberData(nameof(Renamed))]
    public void Detections_ColumnRenamedAndMissingOnesIgnored_SaysWhichAndWhatToWrite(string column)
    {
        using var engine = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(
            Model(Rename(column, "Other")), ignoreMissingColumns: true);

        var error = Assert.Throws<InvalidOperationException>(() => engine.Predict(new() { Image = _image }).Detections);

        Assert.StartsWith($"Column '{column}' was not read", error.Message, StringComparison.Ordinal);
        Assert.Contains("outputSchemaDefinition: DetectionOutput.Schema(columns)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Detections_SchemasOfTheColumns_AreThoseOfTheDefaultNames()
    {
        ObjectDetectionColumns columns = new() { Image = "Photo", Score = "Confidence", PredictedBoundingBoxes = "Where",
            PredictedLabelText = "What" };
        using var usual = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(Model(new()));
        using var engine = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(
            Model(columns), inputSchemaDefinition: ImageInput.Schema(columns), outputSchemaDefinition: DetectionOutput.Schema(columns));

        var found = engine.Predict(new() { Image = _image }).Detections;

        Assert.NotEmpty(found);
        Assert.Equal(usual.Predict(new() { Image = _image }).Detections, found);
    }

    public void Dispose() => _image.Dispose();

    private YoloV2DetectionTransformer Model(ObjectDetectionColumns columns) => new(
        _ml, TestModels.Mini(), TestModels.LowThreshold, columns);

    private static ObjectDetectionColumns Rename(string column, string name) => column switch
    {
        nameof(ObjectDetectionColumns.PredictedLabelText) => new() { PredictedLabelText = name },
        nameof(ObjectDetectionColumns.Score) => new() { Score = name },
        _ => new() { PredictedBoundingBoxes = name },
    };
}
