using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Tests.Scoring;

public sealed class YoloV2DetectTests
{
    private const string Names = "ant\nbee\ncat\n";

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void YoloV2Detect_Images_KeepsTheEstimatorContract() =>
        EstimatorContract.Check(_ml, _ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold), Data(), Rows.Detections, row => row.Scores.Length > 0);

    [Fact]
    public void YoloV2Detect_DarknetFiles_DetectsAsTheModelDoes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Combine("mini.names"), Names);

        var estimator = _ml.Transforms.YoloV2Detect(TestPaths.Golden("mini/mini.cfg"), TestPaths.Golden("mini/mini.weights"), folder.Combine("mini.names"), TestModels.LowThreshold);

        Assert.Equal(Expected(), Detect(estimator));
    }

    [Fact]
    public void YoloV2Detect_Streams_DetectsAsTheModelDoesAndLeavesThemOpen()
    {
        using var config = new TrickleStream(File.ReadAllBytes(TestPaths.Golden("mini/mini.cfg")));
        using var weights = new TrickleStream(File.ReadAllBytes(TestPaths.Golden("mini/mini.weights")));
        using var names = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Names));

        var estimator = _ml.Transforms.YoloV2Detect(config, weights, names, TestModels.LowThreshold);

        Assert.Equal(Expected(), Detect(estimator));
        Assert.True(config.CanRead && weights.CanRead && names.CanRead);
    }

    [Fact]
    public void YoloV2Detect_NoOptions_TakesTheDefaultsAndTheModelsResizeMode()
    {
        using var transformer = _ml.Transforms.YoloV2Detect(TestModels.Mini(ResizeMode.Letterbox)).Fit(Data());

        Assert.Equal(new DetectionOptions(), transformer.Options);
        Assert.Equal(new ObjectDetectionColumns(), transformer.Columns);
        Assert.Equal(ResizeMode.Letterbox, transformer.Model.Resize);
    }

    [Fact]
    public void YoloV2Detect_EveryOption_ReachesTheTransformer()
    {
        YoloV2DetectOptions options = new()
        {
            ScoreThreshold = 0.3f,
            IoUThreshold = 0.6f,
            ClassAgnostic = true,
            MaxDetections = 7,
            IntraOpThreads = 1,
            Resize = ResizeMode.Letterbox,
            Columns = new() { Image = "Photo" },
        };

        using var transformer = _ml.Transforms.YoloV2Detect(TestModels.Mini(), options).Fit(_ml.Data.LoadFromEnumerable<PhotoRow>([]));

        Assert.Equal(new DetectionOptions { ScoreThreshold = 0.3f, IoUThreshold = 0.6f, ClassAgnostic = true, MaxDetections = 7, IntraOpThreads = 1 }, transformer.Options);
        Assert.Equal(options.Columns, transformer.Columns);
        Assert.Equal(ResizeMode.Letterbox, transformer.Model.Resize);
    }

    [Fact]
    public void Fit_OtherColumnNames_ReadsAndWritesThem()
    {
        YoloV2DetectOptions options = TestModels.LowThreshold with
        {
            Columns = new() { Image = "Photo", PredictedLabel = "Class", PredictedLabelText = "Text", Score = "Confidence", PredictedBoundingBoxes = "Boxes" },
        };
        using var image = TestImages.Noise(160, 96, seed: 0);
        var data = _ml.Data.LoadFromEnumerable([new PhotoRow { Photo = image }]);

        var transformed = _ml.Transforms.YoloV2Detect(TestModels.Mini(), options).Fit(data).Transform(data);

        Assert.Equal(["Photo", "Class", "Text", "Confidence", "Boxes"], transformed.Schema.Select(column => column.Name));
        using var cursor = transformed.GetRowCursor(transformed.Schema);
        Assert.True(cursor.MoveNext());
        Assert.Equal(Expected()[0].Scores, Rows.Vector<float>(cursor, "Confidence"));
        Assert.Equal(Expected()[0].Boxes, Rows.Vector<float>(cursor, "Boxes"));
    }

    // The data throws as soon as a row is read: what is wrong with its schema must be said before.
    [Theory]
    [InlineData("Photo", "Could not find input column 'Photo' of type Image. The columns are Text, Numbers.")]
    [InlineData("Text", "'Text': expected Image, got String")]
    [InlineData("Numbers", "'Numbers': expected Image, got VarVector<Single>")]
    public void Fit_UnfittingImageColumn_SaysSoBeforeAnyData(string column, string message)
    {
        var data = _ml.Data.LoadFromEnumerable(Poisoned());
        var estimator = _ml.Transforms.YoloV2Detect(TestModels.Mini(), new YoloV2DetectOptions { Columns = new() { Image = column } });

        var fit = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data));
        var shape = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(MLNet.Seam.SchemaShapes.Of(data.Schema)));

        Assert.Contains(message, fit.Message, StringComparison.Ordinal);
        Assert.Contains(message, shape.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Again_GivesATransformerOfItsOwn()
    {
        var data = Data();
        var estimator = _ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold);
        var first = estimator.Fit(data);
        var second = estimator.Fit(data);

        Assert.NotSame(first, second);
        first.Dispose();
        Assert.Equal(Expected(), Rows.Detections(second.Transform(data)));
        second.Dispose();
        using var third = estimator.Fit(data);
        Assert.Equal(Expected(), Rows.Detections(third.Transform(data)));
    }

    [Fact]
    public void Fit_BesideTheTrainer_GivesATransformerOfTheSameType()
    {
        var fit = typeof(YoloV2DetectionEstimator).GetMethod(nameof(YoloV2DetectionEstimator.Fit))!;
        var train = typeof(MLNet.Trainers.YoloV2Trainer).GetMethod(nameof(MLNet.Trainers.YoloV2Trainer.Fit))!;

        Assert.Equal(train.ReturnType, fit.ReturnType);
        Assert.IsType<YoloV2DetectionTransformer>(_ml.Transforms.YoloV2Detect(TestModels.Mini()).Fit(Data()));
    }

    private List<DetectionColumns> Expected() => Detect(_ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold));

    private List<DetectionColumns> Detect(YoloV2DetectionEstimator estimator)
    {
        var data = Data();
        using var transformer = estimator.Fit(data);
        var rows = Rows.Detections(transformer.Transform(data));
        Assert.NotEmpty(rows[0].Scores);
        return rows;
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 2).Select(i => new ImageRow(TestImages.Noise(160 + 20 * i, 96, seed: i))).ToList());

    private static IEnumerable<WrongRow> Poisoned()
    {
        yield return new();
        throw new InvalidOperationException("A row was read.");
    }

    private sealed class PhotoRow
    {
        [Microsoft.ML.Transforms.Image.ImageType(96, 160)]
        public MLImage? Photo { get; set; }
    }

    private sealed class WrongRow
    {
        public string Text { get; set; } = "";

        public float[] Numbers { get; set; } = [];
    }
}
