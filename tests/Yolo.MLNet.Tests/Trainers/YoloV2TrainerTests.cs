using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Trainers;
using Yolo.Model.Anchors;
using Yolo.Model.Training;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Tests.Trainers;

public sealed class YoloV2TrainerTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public YoloV2TrainerTests()
    {
        SyntheticVoc.WriteTrainingSet(_folder.Path);
        _ml.Log += (_, e) => _log.Add($"{e.Kind}: {e.RawMessage}");
    }

    // A low threshold, so that weights of a few steps find something.
    private static YoloV2TrainerOptions Options { get; } = new()
    {
        Network = TestModels.Trainable,
        AnchorCount = 2,
        Epochs = 2,
        BatchSize = 4,
        Detection = new() { ScoreThreshold = 0.001f, MaxDetections = 10 },
    };

    private IDataView Data => _ml.Data.LoadFromVoc(_folder.Path);

    [Fact]
    public void Fit_VocData_KeepsTheEstimatorContract() =>
        EstimatorContract.Check(_ml, _ml.ObjectDetection.Trainers.YoloV2(Options), Data, Rows.Detections, row => row.Scores.Length > 0);

    [Fact]
    public void Fit_LabelsOfText_OrdersClassesOrdinally()
    {
        using var model = Fit(Options);

        // "cat" comes first in the files.
        Assert.Equal(["bee", "cat"], model.Model.ClassNames);
        Assert.Equal(2, model.Model.Network.Region.Classes);
    }

    [Fact]
    public void Fit_LabelsOfKeys_OrdersClassesAsTheKeys()
    {
        // MapValueToKey numbers texts in the order in which they come.
        using var model = _ml.Transforms.Conversion.MapValueToKey("Labels").Append(_ml.ObjectDetection.Trainers.YoloV2(Options)).Fit(Data).LastTransformer;

        Assert.Equal(["cat", "bee"], model.Model.ClassNames);
    }

    [Fact]
    public void Fit_KeysOrTexts_TrainTheSame()
    {
        using var texts = Fit(Options with { ClassNames = ["cat", "bee"] });
        using var keys = _ml.Transforms.Conversion.MapValueToKey("Labels").Append(_ml.ObjectDetection.Trainers.YoloV2(Options)).Fit(Data).LastTransformer;

        Assert.Equal(Rows.Detections(texts.Transform(Data)), Rows.Detections(keys.Transform(Data)));
    }

    [Fact]
    public void Fit_BehindLoadImages_TrainsAsOnTheImagesOfLoadFromVoc()
    {
        var chain = _ml.Transforms.DropColumns("Image")
            .Append(_ml.Transforms.LoadImages("Image", "", "ImagePath"))
            .Append(_ml.ObjectDetection.Trainers.YoloV2(Options));

        var model = chain.Fit(Data);

        using var direct = Fit(Options);
        Assert.Equal(Rows.Detections(direct.Transform(Data)), Rows.Detections(model.Transform(Data)));
    }

    // Three convolutions, of which the last one makes the map.
    [Fact]
    public void Fit_Int8_MeasuresTheActivations()
    {
        using var model = Fit(Options with { Int8 = true });

        Assert.Equal(2, model.Model.Quantization!.Convolutions.Length);
        Assert.NotEmpty(Rows.Detections(model.Transform(Data))[0].Scores);
    }

    [Fact]
    public void Fit_AnchorsNotGiven_ClustersThoseOfTheCatalog()
    {
        var clusters = _ml.ObjectDetection.ClusterAnchors(Data, TestModels.Trainable, count: 2);

        using var model = Fit(Options);

        Assert.Equal(clusters.Anchors, model.Model.Network.Region.Anchors);
        // Boxes of 26 x 24 and 20 x 20 in images of 80 x 64, resized to 64 x 64, in cells of 8 x 8 pixels: 2.6 x 3 and 2 x 2.5.
        var ordered = clusters.Anchors.OrderBy(anchor => anchor.Width).ToList();
        Assert.Equal(2.0f, ordered[0].Width, 1e-4f);
        Assert.Equal(2.5f, ordered[0].Height, 1e-4f);
        Assert.Equal(2.6f, ordered[1].Width, 1e-4f);
        Assert.Equal(3.0f, ordered[1].Height, 1e-4f);
        Assert.Equal(1, clusters.AverageIoU, 1e-4);
    }

    [Fact]
    public void SweepAnchors_Counts_AreThoseOfTheClustering()
    {
        var sweep = _ml.ObjectDetection.SweepAnchors(Data, TestModels.Trainable, [2, 1]);

        Assert.Equal([_ml.ObjectDetection.ClusterAnchors(Data, TestModels.Trainable, count: 1), _ml.ObjectDetection.ClusterAnchors(Data, TestModels.Trainable, count: 2)], sweep.Clusters);
        Assert.Equal(12, sweep.Shapes.Count);
    }

    [Fact]
    public void Fit_CancelledThenResumed_GoesOnWithTheSameClassesAlone()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var options = Options with { Precision = Precision.Float32, Checkpoints = new(folder.Path) { Resume = true } };
        using var expected = Fit(options with { Checkpoints = null });

        Assert.Throws<OperationCanceledException>(() => Fit(options with { Progress = new Listener(_ => source.Cancel()), CancellationToken = source.Token }));
        var error = Assert.Throws<InvalidOperationException>(() => Fit(options with { ClassNames = ["cat", "bee"] }));
        using var actual = Fit(options);

        Assert.Contains("the classes (bee, cat there, cat, bee here)", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Info: The training goes on from {folder.Combine("step-000000001.checkpoint")}.", _log);
        Assert.Equal(expected.Model.Weights.Convolutions.SelectMany(convolution => convolution.Kernel), actual.Model.Weights.Convolutions.SelectMany(convolution => convolution.Kernel));
    }

    [Fact]
    public void Fit_ValidationData_MeasuresEachEpochAndNamesTheOneItKeeps()
    {
        var reports = new List<TrainingProgress>();

        using var model = Fit(Options with { ValidationData = Data, Epochs = 3, Progress = new Listener(reports.Add) });

        var epochs = reports[^1].History;
        Assert.Equal(3, epochs.Count);
        var best = epochs.OrderByDescending(epoch => epoch.Validation!.MeanAveragePrecision50).ThenBy(epoch => epoch.Validation!.Loss).First();
        Assert.Contains($"Info: The weights are those of epoch {best.Epoch}.", _log);
        Assert.Contains(_log, line => line.StartsWith("Info: Epoch 1/3: loss ", StringComparison.Ordinal) && line.Contains(", validation loss ", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_ValidationFraction_TrainsOnTheRest()
    {
        var reports = new List<TrainingProgress>();
        var summaries = new List<TrainingSummary>();
        var options = Options with { ValidationFraction = 0.25, Epochs = 1, Progress = new Listener(reports.Add), Started = new SummaryListener(summaries.Add) };

        Fit(options).Dispose();

        Assert.Equal(5, summaries[0].Images);
        Assert.Contains("Info: 2 of 7 images are drawn to validate with.", _log);
        Assert.True(reports[^1].History[0].Validation is { Loss: > 0 });
        Assert.Throws<ArgumentException>(() => Fit(options with { ValidationData = Data }));
    }

    [Fact]
    public void Fit_ValidationDataOfOtherColumnsOrClasses_IsRefused()
    {
        using var folder = new TemporaryFolder();
        new SyntheticVoc(folder.Path).Add("a", 80, 64, ("dog", new(10, 10, 40, 40), false));

        var schema = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(Options with { ValidationData = _ml.Transforms.DropColumns("Labels").Fit(Data).Transform(Data) }));
        var classes = Assert.Throws<InvalidDataException>(() => Fit(Options with { ValidationData = _ml.Data.LoadFromVoc(folder.Path) }));

        Assert.Contains("Labels", schema.Message, StringComparison.Ordinal);
        Assert.Contains("the label 'dog' is not among the classes: bee, cat.", classes.Message, StringComparison.Ordinal);
    }

    // 540 x 300 pixels for an input of 64 x 64: 300 / 128 = 2 is the largest factor that leaves both sides twice the input. Boxes shrink along: the anchor, in cells of
    // 8 x 8 pixels of the input, is that of the box at full size, 54 / 540 * 64 / 8 by 60 / 300 * 64 / 8.
    [Fact]
    public void Fit_LargeImage_ShrinksItsBoxesWithIt()
    {
        using var folder = new TemporaryFolder();
        new SyntheticVoc(folder.Path).Add("a", 540, 300, ("bee", new(100, 100, 154, 160), false));

        using var model = _ml.ObjectDetection.Trainers.YoloV2(Options with { AnchorCount = 1, Epochs = 1 }).Fit(_ml.Data.LoadFromVoc(folder.Path));

        Assert.Equal(0.8f, model.Model.Network.Region.Anchors[0].Width, 1e-4f);
        Assert.Equal(1.6f, model.Model.Network.Region.Anchors[0].Height, 1e-4f);
    }

    [Fact]
    public void Fit_AnchorsGiven_KeepsThem()
    {
        AnchorSet anchors = new(new(1, 2), new(3, 1), new(2, 2));

        using var model = Fit(Options with { Anchors = anchors });

        Assert.Equal(anchors, model.Model.Network.Region.Anchors);
        Assert.Equal(3 * (5 + 2), model.Model.Network.Convolutions[^1].Filters);
    }

    [Fact]
    public void Fit_Images_LogsAndReportsProgress()
    {
        var reports = new List<TrainingProgress>();

        using var model = Fit(Options with { Progress = new Listener(reports.Add) });

        // Seven images, the one without objects included, in batches of four.
        Assert.Equal([(1, 1), (1, 2), (2, 1), (2, 2)], reports.Select(report => (report.Epoch, report.Step)));
        Assert.Contains(_log, line => line.Contains("7 images with 12 objects of 2 classes", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.StartsWith("Info: Epoch 1/2: loss ", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.StartsWith("Info: Epoch 2/2: loss ", StringComparison.Ordinal));
        Assert.Single(_log, line => line.StartsWith("Info: Steps waited ", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_DifficultObjects_AreLeftOutUnlessAskedFor()
    {
        using var folder = new TemporaryFolder();
        new SyntheticVoc(folder.Path).Add("a", 64, 64, ("bee", new(4, 4, 30, 28), false), ("cat", new(10, 10, 40, 50), true));
        var data = _ml.Data.LoadFromVoc(folder.Path);

        using var without = _ml.ObjectDetection.Trainers.YoloV2(Options with { AnchorCount = 1 }).Fit(data);
        using var with = _ml.ObjectDetection.Trainers.YoloV2(Options with { AnchorCount = 1, IncludeDifficult = true }).Fit(data);

        Assert.Equal(["bee"], without.Model.ClassNames);
        Assert.Equal(["bee", "cat"], with.Model.ClassNames);
    }

    [Fact]
    public void Fit_InitialWeights_StartsFromThem()
    {
        using var first = Fit(Options);
        var network = first.Model.Network;
        string path = _folder.Combine("initial.weights");
        DarknetWeightsFile.Write(path, network, first.Model.Weights);

        // So low a rate that the weights stay where they start.
        using var second = Fit(Options with { InitialWeights = path, Anchors = network.Region.Anchors, LearningRate = 1e-12, WeightDecay = 0 });

        Assert.All(first.Model.Weights.Convolutions[1].Kernel.Zip(second.Model.Weights.Convolutions[1].Kernel), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.Contains(_log, line => line.Contains($"3 of 3 convolutions start from {path}", StringComparison.Ordinal));
    }

    // The notebook loads all of yolov2.weights but the head. Here three classes become two, and five anchors two.
    [Fact]
    public void Fit_InitialWeightsOfOtherClasses_LoadsAllButTheHead()
    {
        var source = TestModels.Trainable.WithRegion(3, new AnchorSet(new(1, 1), new(2, 2), new(3, 3), new(4, 4), new(5, 5)));
        var weights = WeightInitializer.Create(source, seed: 9);
        string path = _folder.Combine("other.weights");
        DarknetWeightsFile.Write(path, source, weights);

        using var model = Fit(Options with { InitialWeights = path, LearningRate = 1e-12, WeightDecay = 0 });

        Assert.All(weights.Convolutions[1].Kernel.Zip(model.Model.Weights.Convolutions[1].Kernel), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.Equal(14, model.Model.Weights.Convolutions[2].Biases.Length);
        Assert.Contains(_log, line => line.Contains($"2 of 3 convolutions start from {path}", StringComparison.Ordinal));
    }

    // Written like Darknet's darknet19_448.conv.23, which ends behind a convolution: here behind the first one, 8 filters of 27 weights, biases and three of batch norm.
    [Fact]
    public void Fit_PartialInitialWeights_LoadsTheConvolutionsInIt()
    {
        var network = TestModels.Trainable;
        string path = _folder.Combine("trainable.conv.1");
        DarknetWeightsFile.Write(path, network, WeightInitializer.Create(network, seed: 9));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..(20 + 4 * 8 * (27 + 4))]);

        using var model = Fit(Options with { InitialWeights = path, FreezeLayers = 1 });

        Assert.Equal(WeightInitializer.Create(network, seed: 9).Convolutions[0].Kernel, model.Model.Weights.Convolutions[0].Kernel);
        Assert.Contains(_log, line => line.Contains("Of 3 convolutions 1 start from given weights, 1 are frozen", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_RandomLayersFrozen_Warns()
    {
        using var model = Fit(Options with { FreezeLayers = 1 });

        Assert.Contains(_log, line => line.StartsWith("Warning: 1 convolutions are frozen, but only 0 start from given weights", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_BeforeTheFirstStep_SaysWhatItBeginsWith()
    {
        var summaries = new List<TrainingSummary>();
        int reportsBefore = -1, reports = 0;
        var options = Options with
        {
            InputSizes = [64, 96],
            Precision = Precision.Float32,
            Progress = new Listener(_ => reports++),
            Started = new SummaryListener(summary =>
            {
                summaries.Add(summary);
                reportsBefore = reports;
            }),
        };

        using var model = Fit(options);

        var summary = Assert.Single(summaries);
        Assert.Equal(0, reportsBefore);
        Assert.Equal((7, 1, 7), (summary.Images, summary.ImagesWithoutObjects, summary.ImagesInMemory));
        Assert.Equal([new("bee", 6), new("cat", 6)], summary.Classes);
        Assert.Equal(1, summary.AverageIoU, 1e-4);
        Assert.Equal([(64, 64), (96, 96)], summary.InputSizes);
        Assert.Contains(_log, line => line.Contains("Objects: bee 6, cat 6.", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.Contains("2 anchors in grid cells: 2.00,2.50 2.60,3.00; average IoU with the boxes 1.000", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.Contains("Float32 on cpu, input 64 x 64, 96 x 96.", StringComparison.Ordinal));
    }

    // An anchor of 2.6 x 3 cells against boxes of that shape and of 2 x 2.5, half each: (1 + 5 / 7.8) / 2.
    [Fact]
    public void Fit_AnchorsGiven_SaysHowWellTheyFit()
    {
        TrainingSummary? summary = null;

        using var model = Fit(Options with { Anchors = new AnchorSet(new Yolo.Model.Geometry.BoxShape(2.6f, 3)), Started = new SummaryListener(value => summary = value) });

        Assert.Equal((1 + 5 / 7.8) / 2, summary!.AverageIoU, 1e-4);
    }

    // Images of 80 x 64: 15,360 bytes each. Three fit into 50,000.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(50_000, 3)]
    public void Fit_ImagesBeyondTheCache_TrainsTheSame(long cacheBytes, int inMemory)
    {
        var options = Options with { Precision = Precision.Float32, Augmentation = new() { Mosaic = 0.5f } };
        TrainingSummary? summary = null;

        using var cached = Fit(options);
        using var read = Fit(options with { CacheBytes = cacheBytes, DataWorkers = 2, Started = new SummaryListener(value => summary = value) });

        Assert.Equal(inMemory, summary!.ImagesInMemory);
        Assert.All(cached.Model.Weights.Convolutions.Zip(read.Model.Weights.Convolutions), pair => Assert.Equal(pair.First.Kernel, pair.Second.Kernel));
    }

    [Fact]
    public void Fit_ImageGoneWhenReadAgain_NamesTheRow()
    {
        var options = Options with
        {
            CacheBytes = 0,
            Started = new SummaryListener(_ => TestImages.Save(Directory.GetFiles(_folder.Combine("JPEGImages"))[0], 40, 40, seed: 1)),
        };

        var error = Assert.Throws<InvalidDataException>(() => Fit(options));

        Assert.Contains("of another size than when it was read first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TokenCancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        var options = Options with { Epochs = 100_000, CancellationToken = source.Token, Progress = new Listener(_ => source.Cancel()) };

        Assert.ThrowsAny<OperationCanceledException>(() => Fit(options));
    }

    [Fact]
    public void Fit_ExecutionCancelled_Stops()
    {
        var options = Options with { Epochs = 100_000, Progress = new Listener(_ => _ml.CancelExecution()) };

        Assert.ThrowsAny<OperationCanceledException>(() => Fit(options));
    }

    // As for ML.NET's own trainers: LocalEnvironment hands the flag on to every later host.
    [Fact]
    public void Fit_NewTrainerOfACancelledContext_StopsAtOnce()
    {
        _ml.CancelExecution();

        Assert.ThrowsAny<OperationCanceledException>(() => Fit(Options));
    }

    [Fact]
    public void Fit_GpuOfTheContextAbsent_SaysSo()
    {
        _ml.GpuDeviceId = 63;

        var error = Assert.Throws<InvalidOperationException>(() => Fit(Options));

        Assert.Contains("CUDA device 63", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Image", "Could not find input column 'Image' of type Image")]
    [InlineData("Labels", "Could not find input column 'Labels' of type Vector<Text> or Vector<Key> with KeyValues of Text")]
    [InlineData("BoundingBoxes", "Could not find input column 'BoundingBoxes' of type Vector<Single>")]
    public void Fit_ColumnMissing_NamesIt(string column, string expected)
    {
        var data = _ml.Transforms.DropColumns(column).Fit(Data).Transform(Data);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.ObjectDetection.Trainers.YoloV2(Options).Fit(data));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ChainWithBoxesOfAnotherType_NamesExpectedAndActualBeforeReading()
    {
        var data = _ml.Data.LoadFromEnumerable([new { Labels = new[] { "bee" }, BoundingBoxes = new[] { 1.0 }, Path = "absent.png" }]);
        var chain = _ml.Transforms.LoadImages("Image", "", "Path").Append(_ml.ObjectDetection.Trainers.YoloV2(Options));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => chain.Fit(data));

        Assert.Contains("'BoundingBoxes': expected Vector<Single>, got VarVector<Double>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_LabelOutsideOfTheClasses_NamesRowAndLabel()
    {
        var error = Assert.Throws<InvalidDataException>(() => Fit(Options with { ClassNames = ["bee"] }));

        Assert.Contains("Row 0: the label 'cat' is not among the classes: bee.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoDifficultColumn_Trains()
    {
        var data = _ml.Transforms.DropColumns("Difficult").Fit(Data).Transform(Data);

        using var model = _ml.ObjectDetection.Trainers.YoloV2(Options with { Epochs = 1 }).Fit(data);

        Assert.Equal(2, model.Model.ClassNames.Count);
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3 }, new[] { "bee" }, "Row 0: 1 labels in column 'Labels' need 4 values in column 'BoundingBoxes', found 3.")]
    [InlineData(new float[] { 1, 2, 3, 4 }, new[] { "" }, "Row 0: object 0 has no label in column 'Labels'.")]
    public void Fit_MalformedRow_NamesIt(float[] boxes, string[] labels, string expected)
    {
        using var image = TestImages.Noise(64, 64, seed: 1);
        var data = _ml.Data.LoadFromEnumerable([new LabelledRow { Image = image, Labels = labels, BoundingBoxes = boxes }]);

        var error = Assert.Throws<InvalidDataException>(() => _ml.ObjectDetection.Trainers.YoloV2(Options).Fit(data));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private YoloV2DetectionTransformer Fit(YoloV2TrainerOptions options) => _ml.ObjectDetection.Trainers.YoloV2(options).Fit(Data);

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class SummaryListener(Action<TrainingSummary> report) : IProgress<TrainingSummary>
    {
        public void Report(TrainingSummary value) => report(value);
    }

    private sealed class LabelledRow
    {
        [ImageType(64, 64)]
        public MLImage? Image { get; set; }

        public string[] Labels { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }
}
