using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Evaluation;

public sealed class EvaluateTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
    public void Evaluate_ScoresThatEndHigh_IsWarnedOfInMetricsTheirTextAndTheLog()
    {
        var metrics = _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(Images));

        string warning = Assert.Single(metrics.Warnings);
        Assert.StartsWith("The averages may be too low: the lowest score of a detection is 0.050.", warning, StringComparison.Ordinal);
        Assert.StartsWith($"Warning: {warning}\n", metrics.ToString(), StringComparison.Ordinal);
        Assert.Contains(_warnings, entry => entry.Contains(warning, StringComparison.Ordinal));
    }

    // The threshold is known from the model, whatever its detections: none here.
    [Fact]
    public void Evaluate_NothingFoundAtAHighThreshold_IsWarnedOf()
    {
        using var image = TestImages.Noise(160, 96, seed: 1);
        using var model = Detector(scoreThreshold: 0.999f);

        var metrics = _ml.ObjectDetection.Evaluate(model.Transform(Labelled(image)));

        Assert.Equal(0, metrics.Classes.Sum(c => c.DetectionCount));
        Assert.StartsWith("The averages are too low: the score threshold of the detections is 0.999.", Assert.Single(metrics.Warnings),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_AnyModel_LowersTheThresholdItself()
    {
        using var folder = new TemporaryFolder();
        using var image = TestImages.Noise(160, 96, seed: 1);
        using var model = Detector(scoreThreshold: 0.999f);
        using var sensitive = model.WithScoreThreshold(0.005f);
        var data = Labelled(image);
        var chain = _ml.Transforms.CopyColumns("Copy", "Labels").Append(
            _ml.Transforms.YoloV2Detect(TestModels.Mini(), new() { ScoreThreshold = 0.999f })).Fit(data);
        _ml.Model.Save(model, data.Schema, folder.Combine("model.zip"));
        var loaded = _ml.Model.Load(folder.Combine("model.zip"), out _);
        var expected = _ml.ObjectDetection.Evaluate(sensitive.Transform(data));

        foreach (var any in (ITransformer[])[model, chain, loaded])
        {
            var metrics = _ml.ObjectDetection.Evaluate(any, data, cancellationToken: Token);

            Assert.Empty(metrics.Warnings);
            Assert.True(expected.Classes.Sum(c => c.DetectionCount) > 0);
            Assert.Equal(expected.ToString(), metrics.ToString());
        }
        Assert.Equal(0.999f, model.Options.ScoreThreshold);
        Assert.Empty(Rows.Detections(model.Transform(data))[0].Scores);
    }

    [Fact]
    public void Evaluate_ModelWithColumnsOfItsOwn_ReadsThose()
    {
        using var image = TestImages.Noise(160, 96, seed: 1);
        using var model = new YoloV2DetectionTransformer(_ml, TestModels.Mini(), TestModels.LowThreshold, new() { Score = "Confidence" });

        Assert.True(_ml.ObjectDetection.Evaluate(model, Labelled(image), cancellationToken: Token).Classes.Sum(c => c.DetectionCount) > 0);
    }

    [Fact]
    public void Evaluate_ProgressAndCancellation_CountImagesAndStop()
    {
        using var image = TestImages.Noise(160, 96, seed: 1);
        using var model = Detector(scoreThreshold: 0.25f);
        using var source = new CancellationTokenSource();
        var counts = new List<int>();
        var progress = new Progress(count =>
        {
            counts.Add(count);
            if (count == 2)
                source.Cancel();
        });

        Assert.Throws<OperationCanceledException>(() => _ml.ObjectDetection.Evaluate(model, Labelled(image, image, image),
            progress: progress, cancellationToken: source.Token));

        Assert.Equal([1, 2], counts);
    }

    [Fact]
    public void Evaluate_ScoresMissing_NamesTheColumn()
    {
        var data = _ml.Data.LoadFromEnumerable(Images);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.ObjectDetection.Evaluate(_ml.Transforms.DropColumns("Score").Fit(data).Transform(data)));

        Assert.Contains("'Score' of type Vector<Single>", error.Message, StringComparison.Ordinal);
    }

    // The parameters as their callers know them.
    [Fact]
    public void Evaluate_ColumnMissing_NamesTheParameter()
    {
        using var folder = new TemporaryFolder();
        using var image = TestImages.Noise(64, 64, seed: 1);
        using var model = _ml.Transforms.YoloV2Detect(TestModels.Mini()).Fit(_ml.Data.LoadFromEnumerable<ImageRow>([]));
        var images = _ml.Data.LoadFromEnumerable([new ImageRow(image)]);
        var other = _ml.Data.LoadFromEnumerable([new { Text = "a" }]);

        Assert.Equal("data", Parameter(() => _ml.ObjectDetection.Evaluate(other)));
        Assert.Equal("data", Parameter(() => _ml.ObjectDetection.Evaluate(model, images)));
        Assert.Equal("scored", Parameter(() => _ml.ObjectDetection.SaveReport(other, folder.Path)));
        Assert.Equal("data", Parameter(() => _ml.ObjectDetection.SaveReport(model, images, folder.Path)));
        Assert.Equal("data", Parameter(() => _ml.ObjectDetection.ClusterAnchors(other, TestModels.Trainable)));
        Assert.Equal("images", Parameter(() => model.Quantize(other)));

        static string? Parameter(Action call) => Assert.Throws<ArgumentOutOfRangeException>(call).ParamName;
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

    private YoloV2DetectionTransformer Detector(float scoreThreshold) => new(
        _ml, TestModels.Mini(), new() { ScoreThreshold = scoreThreshold, IntraOpThreads = 1 }, new());

    private IDataView Labelled(params MLImage[] images) => _ml.Data.LoadFromEnumerable(images
        .Select(image => new LabelledRow(image)).ToArray());

    private sealed class Progress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }

    private sealed class LabelledRow(MLImage image)
    {
        [ImageType(96, 160)]
        public MLImage Image { get; set; } = image;

        public string[] Labels { get; set; } = ["cat", "bee"];

        public float[] BoundingBoxes { get; set; } = [10, 20, 50, 60, 70, 10, 150, 90];
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
