using Microsoft.ML;
using Microsoft.ML.Runtime;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Evaluation;

public sealed class EvaluateTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];

    public EvaluateTests() => _ml.Log += (_, e) =>
    {
        if (e.Kind == ChannelMessageKind.Warning)
            _warnings.Add(e.RawMessage);
    };

    // "cat": one truth, found exactly at 0.9, and a miss at 0.8: AP 1. "bee": two truths, one found at 0.7, one never: all-point AP 1/2.
    // "dog": predicted at 0.05 and no truth: left out of the mean, which is 3/4.
    private static Row[] Images =>
    [
        new()
        {
            Labels = ["cat", "bee"],
            BoundingBoxes = [10, 10, 50, 50, 60, 60, 90, 90],
            Difficult = [false, false],
            PredictedLabel = ["cat", "cat", "bee"],
            Score = [0.9f, 0.8f, 0.7f],
            PredictedBoundingBoxes = [10, 10, 50, 50, 100, 100, 120, 120, 60, 60, 90, 90],
        },
        new()
        {
            Labels = ["bee"],
            BoundingBoxes = [0, 0, 40, 40],
            Difficult = [false],
            PredictedLabel = ["dog"],
            Score = [0.05f],
            PredictedBoundingBoxes = [5, 5, 9, 9],
        },
    ];

    [Fact]
    public void Evaluate_Texts_GivesTheMetricsByHand()
    {
        var metrics = _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(Images));

        Assert.Equal(2, metrics.ImageCount);
        Assert.Equal(1.0, metrics.Classes.Single(c => c.ClassName == "cat").AveragePrecisionVoc2010, 1e-9);
        Assert.Equal(0.5, metrics.Classes.Single(c => c.ClassName == "bee").AveragePrecisionVoc2010, 1e-9);
        Assert.Equal(["dog"], metrics.ClassesWithoutTruth);
        Assert.Equal(0.75, metrics.MeanAveragePrecisionVoc2010, 1e-9);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Evaluate_Keys_GivesTheSame()
    {
        var data = _ml.Data.LoadFromEnumerable(Images);
        var keys = _ml.Transforms.Conversion.MapValueToKey("Labels").Append(_ml.Transforms.Conversion.MapValueToKey("PredictedLabel")).Fit(data).Transform(data);

        var metrics = _ml.ObjectDetection.Evaluate(keys);

        // The model's classes come first and in its order.
        Assert.Equal(["cat", "bee", "dog"], metrics.Classes.Select(c => c.ClassName));
        Assert.Equal(0.75, metrics.MeanAveragePrecisionVoc2010, 1e-9);
    }

    [Fact]
    public void Evaluate_DifficultObjectMissed_IsNotPunished()
    {
        var images = Images;
        images[1].Difficult = [true];

        var metrics = _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(images));

        Assert.Equal(1.0, metrics.MeanAveragePrecisionVoc2010, 1e-9);
    }

    // The missed "bee" is a crowd, and the "cat" of the first image is small by its label, though its box is medium.
    [Fact]
    public void Evaluate_CrowdsAndAreas_ReachTheMetrics()
    {
        CrowdRow[] images = [.. Images.Select(row => new CrowdRow(row))];
        images[0].Area = [900, float.NaN];
        images[1].Crowd = [true];

        var metrics = _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(images));

        Assert.Equal(1.0, metrics.MeanAveragePrecisionVoc2010, 1e-9);
        Assert.Equal(1, metrics.Classes.Sum(c => c.CrowdCount));
        var cat = metrics.Classes.Single(c => c.ClassName == "cat");
        Assert.Equal((1.0, double.NaN), (cat.AveragePrecisionCocoSmall, cat.AveragePrecisionCocoMedium));
    }

    [Fact]
    public void Evaluate_NoDifficultColumn_CountsEveryObject()
    {
        var data = _ml.Data.LoadFromEnumerable(Images);

        var metrics = _ml.ObjectDetection.Evaluate(_ml.Transforms.DropColumns("Difficult").Fit(data).Transform(data));

        Assert.Equal(0.75, metrics.MeanAveragePrecisionVoc2010, 1e-9);
    }

    [Fact]
    public void Evaluate_OnlyHighScores_IsWarnedOfInTheLog()
    {
        _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(Images[..1]));

        Assert.Contains(_warnings, warning => warning.Contains("lowest value in column 'Score' is 0.700", StringComparison.Ordinal));
    }

    [Fact]
    public void Evaluate_ScoresMissing_NamesTheColumn()
    {
        var data = _ml.Data.LoadFromEnumerable(Images);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.ObjectDetection.Evaluate(_ml.Transforms.DropColumns("Score").Fit(data).Transform(data)));

        Assert.Contains("'Score' of type Vector<Single>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_NumbersThatDoNotFit_NamesRowAndColumns()
    {
        var images = Images;
        images[1].Score = [];

        var error = Assert.Throws<InvalidDataException>(() => _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(images)));

        Assert.Contains("Row 1: 1 labels in column 'PredictedLabel' do not fit 0 scores in column 'Score'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_DetectionsOfAModel_ScoresEachImageOnce()
    {
        using var image = TestImages.Noise(160, 96, seed: 1);
        var rows = new List<ImageRow> { new(image), new(image) };
        // Its own detections are the truth.
        using var model = new YoloV2DetectionTransformer(_ml, TestModels.Mini(), TestModels.LowThreshold, new() { Labels = "PredictedLabelText", BoundingBoxes = "PredictedBoundingBoxes" });

        var metrics = _ml.ObjectDetection.Evaluate(model.Transform(_ml.Data.LoadFromEnumerable(rows)), model.Columns);

        Assert.Equal(1.0, metrics.MeanAveragePrecisionCoco50, 1e-9);
        Assert.Equal([1, 1], rows.Select(row => row.Reads));
    }

    // The context stays cancelled, as ML.NET has it, and yet what was trained before can be evaluated.
    [Fact]
    public void Evaluate_ExecutionCancelled_StopsAndTheContextStaysUsable()
    {
        var rows = Images;

        Assert.Throws<OperationCanceledException>(() => _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(Cancelling())));

        Assert.Equal(0.75, _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(rows)).MeanAveragePrecisionVoc2010, 1e-9);

        IEnumerable<Row> Cancelling()
        {
            yield return rows[0];
            _ml.CancelExecution();
            yield return rows[1];
        }
    }

    private sealed class CrowdRow : Row
    {
        public CrowdRow(Row row)
        {
            (Labels, BoundingBoxes, Difficult) = (row.Labels, row.BoundingBoxes, row.Difficult);
            (PredictedLabel, Score, PredictedBoundingBoxes) = (row.PredictedLabel, row.Score, row.PredictedBoundingBoxes);
            Crowd = new bool[row.Labels.Length];
            Area = [.. row.Labels.Select(_ => float.NaN)];
        }

        public bool[] Crowd { get; set; }

        public float[] Area { get; set; }
    }

    private class Row
    {
        public string[] Labels { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];

        public bool[] Difficult { get; set; } = [];

        public string[] PredictedLabel { get; set; } = [];

        public float[] Score { get; set; } = [];

        public float[] PredictedBoundingBoxes { get; set; } = [];
    }
}
