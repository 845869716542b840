using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Trainers;
using Yolo.Model.Anchors;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using static Yolo.MLNet.Tests.Trainers.TrainerRuns;

namespace Yolo.MLNet.Tests.Trainers;

public sealed class YoloV2TrainerTests : IDisposable
{
    private readonly TrainerRuns _runs = new();

    // The boxes of this set have two sizes, wherever they lie.
    [Fact]
    public void Fit_FewerShapesThanAnchors_TrainsWithAsManyAndWarns()
    {
        using var runs = new TrainerRuns();
        TrainingSummary? summary = null;

        using var model = runs.Fit(Options with { AnchorCount = 5, Started = new SummaryListener(value => summary = value) });

        Assert.Equal(2, summary!.Anchors.Count);
        Assert.Contains(runs.Log, line => line.StartsWith("Warning: ", StringComparison.Ordinal)
            && line.EndsWith("5 anchors were asked for, but the 12 boxes have 2 distinct shapes: "
                + "there are 2 anchors.", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_VocData_KeepsTheEstimatorContract() =>
        EstimatorContract.Check(_runs.Ml, _runs.Ml.ObjectDetection.Trainers.YoloV2(Options), _runs.Data, Rows.Detections, row => row.Scores.Length > 0);

    [Fact]
    public void Fit_BehindLoadImages_TrainsAsOnTheImagesOfLoadFromVoc()
    {
        var chain = _runs.Ml.Transforms.DropColumns("Image")
            .Append(_runs.Ml.Transforms.LoadImages("Image", "", "ImagePath"))
            .Append(_runs.Ml.ObjectDetection.Trainers.YoloV2(Options));

        var model = chain.Fit(_runs.Data);

        using var direct = _runs.Fit(Options);
        Assert.Equal(Rows.Detections(direct.Transform(_runs.Data)), Rows.Detections(model.Transform(_runs.Data)));
    }

    // Three convolutions, of which the last one makes the map.
    [Fact]
    public void Fit_Int8_MeasuresTheActivations()
    {
        using var model = _runs.Fit(Options with { Int8 = true });

        Assert.Equal(2, model.Model.Quantization!.Convolutions.Length);
        Assert.NotEmpty(Rows.Detections(model.Transform(_runs.Data))[0].Scores);
    }

    [Fact]
    public void Fit_AnchorsNotGiven_ClustersThoseOfTheCatalog()
    {
        var clusters = _runs.Ml.ObjectDetection.ClusterAnchors(_runs.Data, TestModels.Trainable, count: 2);

        using var model = _runs.Fit(Options);

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
        var sweep = _runs.Ml.ObjectDetection.SweepAnchors(_runs.Data, TestModels.Trainable, [2, 1]);

        Assert.Equal([_runs.Ml.ObjectDetection.ClusterAnchors(_runs.Data, TestModels.Trainable, count: 1), _runs.Ml.ObjectDetection.ClusterAnchors(_runs.Data, TestModels.Trainable, count: 2)], sweep.Clusters);
        Assert.Equal(12, sweep.Shapes.Count);
    }

    [Fact]
    public void Fit_CancelledThenResumed_GoesOnWithTheSameClassesAlone()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var options = Options with { Precision = Precision.Float32, Checkpoints = new(folder.Path) { Resume = true } };
        using var expected = _runs.Fit(options with { Checkpoints = null });

        Assert.Throws<OperationCanceledException>(() => _runs.Fit(options with { Progress = new Listener(_ => source.Cancel()), CancellationToken = source.Token }));
        var error = Assert.Throws<InvalidOperationException>(() => _runs.Fit(options with { ClassNames = ["cat", "bee"] }));
        using var actual = _runs.Fit(options);

        Assert.Contains("the classes (bee, cat there, cat, bee here)", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Info: The training goes on from {folder.Combine("step-000000001.checkpoint")}.", _runs.Log);
        Assert.Equal(expected.Model.Weights.Convolutions.SelectMany(convolution => convolution.Kernel), actual.Model.Weights.Convolutions.SelectMany(convolution => convolution.Kernel));
    }

    [Fact]
    public void Fit_ValidationData_MeasuresEachEpochAndNamesTheOneItKeeps()
    {
        var reports = new List<TrainingProgress>();

        using var model = _runs.Fit(Options with { ValidationData = _runs.Data, Epochs = 3, Progress = new Listener(reports.Add) });

        var epochs = reports[^1].History;
        Assert.Equal(3, epochs.Count);
        var best = epochs.OrderByDescending(epoch => epoch.Validation!.MeanAveragePrecision50).ThenBy(epoch => epoch.Validation!.Loss).First();
        Assert.Contains($"Info: The weights are those of epoch {best.Epoch}.", _runs.Log);
        Assert.Contains(_runs.Log, line => line.StartsWith("Info: Epoch 1/3: loss ", StringComparison.Ordinal) && line.Contains(", validation loss ", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_ValidationFraction_TrainsOnTheRest()
    {
        var reports = new List<TrainingProgress>();
        var summaries = new List<TrainingSummary>();
        var options = Options with { ValidationFraction = 0.25, Epochs = 1, Progress = new Listener(reports.Add), Started = new SummaryListener(summaries.Add) };

        _runs.Fit(options).Dispose();

        Assert.Equal(5, summaries[0].Images);
        Assert.Contains("Info: 2 of 7 images are drawn to validate with.", _runs.Log);
        Assert.True(reports[^1].History[0].Validation is { Loss: > 0 });
        Assert.Throws<ArgumentException>(() => _runs.Fit(options with { ValidationData = _runs.Data }));
    }

    // 540 x 300 pixels for an input of 64 x 64: 300 / 128 = 2 is the largest factor that leaves both sides twice the input. Boxes stay
    // those of the image: the anchor, in cells of 8 x 8 pixels of the input, is that of the box at full size, 54 / 540 * 64 / 8 by 60 / 300
    // * 64 / 8.
    [Fact]
    public void Fit_LargeImage_KeepsItsBoxes()
    {
        using var folder = new TemporaryFolder();
        new SyntheticVoc(folder.Path).Add("a", 540, 300, ("bee", new(100, 100, 154, 160), false));

        using var model = _runs.Ml.ObjectDetection.Trainers.YoloV2(Options with { AnchorCount = 1, Epochs = 1 }).Fit(_runs.Ml.Data.LoadFromVoc(folder.Path));

        Assert.Equal(0.8f, model.Model.Network.Region.Anchors[0].Width, 1e-4f);
        Assert.Equal(1.6f, model.Model.Network.Region.Anchors[0].Height, 1e-4f);
    }

    [Fact]
    public void Fit_AnchorsGiven_KeepsThem()
    {
        AnchorSet anchors = new(new(1, 2), new(3, 1), new(2, 2));

        using var model = _runs.Fit(Options with { Anchors = anchors });

        Assert.Equal(anchors, model.Model.Network.Region.Anchors);
        Assert.Equal(3 * (5 + 2), model.Model.Network.Convolutions[^1].Filters);
    }

    [Fact]
    public void Fit_Images_LogsAndReportsProgress()
    {
        var reports = new List<TrainingProgress>();

        using var model = _runs.Fit(Options with { Progress = new Listener(reports.Add) });

        // Seven images, the one without objects included, in batches of four.
        Assert.Equal([(1, 1), (1, 2), (2, 1), (2, 2)], reports.Select(report => (report.Epoch, report.Step)));
        Assert.Contains(_runs.Log, line => line.Contains("7 images with 12 objects of 2 classes", StringComparison.Ordinal));
        Assert.Contains(_runs.Log, line => line.StartsWith("Info: Epoch 1/2: loss ", StringComparison.Ordinal));
        Assert.Contains(_runs.Log, line => line.StartsWith("Info: Epoch 2/2: loss ", StringComparison.Ordinal));
        Assert.Single(_runs.Log, line => line.StartsWith("Info: Steps waited ", StringComparison.Ordinal));
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

        using var model = _runs.Fit(options);

        var summary = Assert.Single(summaries);
        Assert.Equal(0, reportsBefore);
        Assert.Equal((7, 1, 7), (summary.Images, summary.ImagesWithoutObjects, summary.ImagesInMemory));
        Assert.Equal([new("bee", 6), new("cat", 6)], summary.Classes);
        Assert.Equal(1, summary.AverageIoU, 1e-4);
        Assert.Equal([(64, 64), (96, 96)], summary.InputSizes);
        Assert.Contains(_runs.Log, line => line.Contains("Objects: bee 6, cat 6.", StringComparison.Ordinal));
        Assert.Contains(_runs.Log, line => line.Contains("2 anchors in grid cells: 2.00,2.50 2.60,3.00; average IoU with the boxes 1.000", StringComparison.Ordinal));
        Assert.Contains(_runs.Log, line => line.Contains("Float32 on cpu, input 64 x 64, 96 x 96.", StringComparison.Ordinal));
    }

    // An anchor of 2.6 x 3 cells against boxes of that shape and of 2 x 2.5, half each: (1 + 5 / 7.8) / 2.
    [Fact]
    public void Fit_AnchorsGiven_SaysHowWellTheyFit()
    {
        TrainingSummary? summary = null;

        using var model = _runs.Fit(Options with { Anchors = new AnchorSet(new Yolo.Model.Geometry.BoxShape(2.6f, 3)), Started = new SummaryListener(value => summary = value) });

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

        using var cached = _runs.Fit(options);
        using var read = _runs.Fit(options with { CacheBytes = cacheBytes, DataWorkers = 2, Started = new SummaryListener(value => summary = value) });

        Assert.Equal(inMemory, summary!.ImagesInMemory);
        Assert.All(cached.Model.Weights.Convolutions.Zip(read.Model.Weights.Convolutions), pair => Assert.Equal(pair.First.Kernel, pair.Second.Kernel));
    }

    [Fact]
    public void Fit_TokenCancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        var options = Options with { Epochs = 100_000, CancellationToken = source.Token, Progress = new Listener(_ => source.Cancel()) };

        Assert.ThrowsAny<OperationCanceledException>(() => _runs.Fit(options));
    }

    [Fact]
    public void Fit_ExecutionCancelled_Stops()
    {
        var options = Options with { Epochs = 100_000, Progress = new Listener(_ => _runs.Ml.CancelExecution()) };

        Assert.ThrowsAny<OperationCanceledException>(() => _runs.Fit(options));
    }

    // As for ML.NET's own trainers: LocalEnvironment hands the flag on to every later host.
    [Fact]
    public void Fit_NewTrainerOfACancelledContext_StopsAtOnce()
    {
        _runs.Ml.CancelExecution();

        Assert.ThrowsAny<OperationCanceledException>(() => _runs.Fit(Options));
    }

    [Fact]
    public void Fit_GpuOfTheContextAbsent_SaysSo()
    {
        _runs.Ml.GpuDeviceId = 63;

        var error = Assert.Throws<InvalidOperationException>(() => _runs.Fit(Options));

        Assert.Contains("CUDA device 63", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _runs.Dispose();
}
