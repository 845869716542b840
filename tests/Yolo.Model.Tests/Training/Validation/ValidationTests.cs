using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using Xunit;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Training.Validation;

public sealed class ValidationTests
{
    private static TrainingOptions Options => Squares.Plain with { Epochs = 6, LearningRate = 0.01, AverageDecay = 0.8, Validation = new() { KeepBest = false } };

    private static IReadOnlyList<TrainingImage> Images => Squares.Images(8);

    private static List<TrainingImage> Held => Squares.Images(14)[8..];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // The other engine and the public way of evaluating: ONNX Runtime and Detector on the weights that the run returned, the average of its last step.
    [Theory]
    [InlineData(1, ResizeMode.Stretch, ResizeFilter.Darknet)]
    [InlineData(1, ResizeMode.Stretch, ResizeFilter.Antialiased)]
    [InlineData(7, ResizeMode.Letterbox, ResizeFilter.Antialiased)]
    public void Train_LastEpoch_MeasuresWhatAnEvaluationOfTheResultDoes(int scale, ResizeMode resize, ResizeFilter filter)
    {
        List<TrainingImage> held = [.. Held.Select(image => Enlarged(image, scale))];
        var options = Options with { Epochs = 60, Resize = resize, Filter = filter };
        var result = Train(options, held);

        var model = new DetectorModel(Squares.Network(batchNormalize: true), result.Weights, ["red", "blue"], resize, filter);
        using var detector = new Detector(model, new() { ScoreThreshold = 0.005f });
        var evaluator = new DetectionEvaluator(model.ClassNames);
        foreach (var image in held)
            evaluator.Add(image.Objects, detector.Detect(Rgba(image)));
        var (expected, actual) = (evaluator.Compute(), result.History[^1].Validation!);
        Assert.InRange(expected.MeanAveragePrecisionVoc2010, 0.2, 1);
        Assert.Equal(expected.MeanAveragePrecisionVoc2010, actual.MeanAveragePrecision50, 1e-6);
        Assert.Equal(expected.MeanAveragePrecisionCoco, actual.MeanAveragePrecision, 1e-6);
        Assert.All(expected.Classes.Zip(actual.ClassAveragePrecision50), pair =>
            Assert.Equal(pair.First.AveragePrecisionVoc2010, pair.Second, 1e-6));
        Assert.Equal(2, actual.ClassAveragePrecision50.Count);
    }

    // Without augmentation, batch norm and averaging, and at a rate that moves nothing, the loss on the same images in one batch is that of the training.
    [Fact]
    public void Train_ImagesOfTheTraining_HaveTheLossOfTheTraining()
    {
        var options = Options with { Epochs = 1, BatchSize = 8, LearningRate = 1e-30, AverageDecay = 0 };

        var epoch = new DetectorTrainer(Squares.Network(batchNormalize: false), options).Train(Images, validation: Images, cancellationToken: Cancellation).History[0];

        Assert.Equal(epoch.Loss, epoch.Validation!.Loss, 1e-5 * epoch.Loss);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    public void Train_WithValidation_LearnsTheSameBitForBit(double averageDecay)
    {
        var options = Options with { AverageDecay = averageDecay };

        Assert.Equal(Squares.Flatten(Train(options, []).Weights), Squares.Flatten(Train(options, Held).Weights));
    }

    [Fact]
    public void Train_EveryFourEpochs_ValidatesThoseAndTheLast()
    {
        var result = Train(Options with { Validation = new() { EveryEpochs = 4, KeepBest = false } }, Held);

        Assert.Equal([4, 6], result.History.Where(epoch => epoch.Validation is not null).Select(epoch => epoch.Epoch));
        Assert.Equal(6, result.Epoch);
    }

    // A rate a thousand times as high spoils the weights from the tenth epoch on: the best are not the last. A run that ends with the best
    // epoch, all at the rate before, ends with the best weights.
    [Fact]
    public void Train_KeepBest_ReturnsTheWeightsOfTheBestEpoch()
    {
        var spoiling = new StepsPolicy([10.0 / 15], Scale: 1000) { BurnInEpochs = 0 };
        var options = Options with { Epochs = 15, LearningRate = 0.01, LearningRatePolicy = spoiling, AverageDecay = 0 };

        var best = Train(options with { Validation = new() }, Held);

        var expected = best.History.OrderByDescending(epoch => epoch.Validation!.MeanAveragePrecision50).ThenBy(epoch => epoch.Validation!.Loss).First();
        Assert.Equal(expected.Epoch, best.Epoch);
        Assert.InRange(best.Epoch, 2, 9);
        var shorter = options with { Epochs = best.Epoch, LearningRatePolicy = new ConstantPolicy { BurnInEpochs = 0 } };
        Assert.Equal(Squares.Flatten(Train(shorter, []).Weights), Squares.Flatten(best.Weights));
    }

    // Nothing moves, so the first validation stays the best one.
    [Fact]
    public void Train_PatienceOfTwo_StopsAfterTwoValidationsWithoutABetterOne()
    {
        var options = Options with { Epochs = 20, LearningRate = 1e-30, AverageDecay = 0, Validation = new() { EveryEpochs = 2, Patience = 2 } };

        var result = new DetectorTrainer(Squares.Network(batchNormalize: false), options).Train(Images, validation: Held, cancellationToken: Cancellation);

        Assert.Equal(6, result.History.Count);
        Assert.Equal(2, result.Epoch);
    }

    [Theory]
    [InlineData(0.5, 1, 0.4, 0.1, true)]
    [InlineData(0.5, 1, 0.6, 2, false)]
    [InlineData(0.5, 1, 0.5, 2, true)]
    [InlineData(0.5, 1, 0.5, 1, false)]
    public void IsBetterThan_MapFirstThenLoss(double map, double loss, double otherMap, double otherLoss, bool expected) =>
        Assert.Equal(expected, new ValidationMetrics(loss, map).IsBetterThan(new(otherLoss, otherMap)));

    [Fact]
    public void Resume_StoppedRunWithValidation_EqualsTheUninterruptedRun()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { LearningRate = 0.03, Validation = new(), Checkpoints = new(folder.Path) { Resume = true } };
        var expected = Train(options with { Checkpoints = null }, Held);

        // Eight images in batches of four: the ninth step is in the middle of the fifth epoch.
        using var source = new CancellationTokenSource();
        int steps = 0;
        Assert.Throws<OperationCanceledException>(() => Train(options, Held, new Listener(_ => Cancel(++steps == 9, source)), source.Token));
        var actual = Train(options, Held);

        AssertSame(expected, actual);
    }

    [Fact]
    public void Resume_StoppedWhileItValidated_ValidatesThatEpochFirst()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Validation = new(), Checkpoints = new(folder.Path) { Resume = true } };
        var expected = Train(options with { Checkpoints = null }, Held);
        using var source = new CancellationTokenSource();
        var epochs = new List<int>();
        var listener = new Listener(report => epochs.AddRange(report.Validation is null ? [] : [report.Epoch]));

        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), options);
        Assert.Throws<OperationCanceledException>(() => trainer.Train(
            new(new(new TrainingImageList(Images)), new(new CancellingImages(Held, third: source))), trainer.RandomWeights, listener, source.Token));
        var actual = Train(options, Held, listener);

        Assert.Equal([1, 2, 3, 4, 5, 6], epochs);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Resume_OtherValidationImages_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Checkpoints = new(folder.Path) { Resume = true } };
        Train(options, Held);

        var error = Assert.Throws<InvalidOperationException>(() => Train(options, []));

        Assert.Contains("number of validation images (6 there, 0 here)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_MetricsFile_HasALineForEachEpoch()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("new", "metrics.csv");

        var options = Options with { Epochs = 2, MetricsFile = path, Validation = new() { EveryEpochs = 2 } };
        var result = new DetectorTrainer(Squares.Network(batchNormalize: true), options, ["red", "blue, too"])
            .Train(Images, validation: Held, cancellationToken: Cancellation);

        string[] lines = File.ReadAllLines(path);
        Assert.Equal(
            "epoch,learning_rate,loss,box,object,no-object,class,validation_loss,map50,map,ap50_red,\"ap50_blue, too\",seconds", lines[0]);
        Assert.Equal(3, lines.Length);
        Assert.Equal(["1", "0.01"], lines[1].Split(',')[..2]);
        Assert.Equal(["", "", "", "", ""], lines[1].Split(',')[7..12]);
        double[] last = [.. lines[2].Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        var epoch = result.History[1];
        var measured = epoch.Validation!;
        double[] precisions = [measured.MeanAveragePrecision50, measured.MeanAveragePrecision, .. measured.ClassAveragePrecision50];
        Assert.Equal([2, 0.01, epoch.Loss, .. epoch.Terms.Select(term => term.Value), measured.Loss, .. precisions], last[..^1]);
    }

    // No red square is held back: the class is not a number, and the means are those of the other.
    [Fact]
    public void Train_ClassWithoutValidationObjects_HasNoPrecision()
    {
        var result = Train(Options with { Epochs = 1 }, [.. Held.Where(image => image.Objects[0].ClassIndex == 1)]);

        var metrics = result.History[0].Validation!;
        Assert.True(double.IsNaN(metrics.ClassAveragePrecision50[0]));
        Assert.Equal(metrics.MeanAveragePrecision50, metrics.ClassAveragePrecision50[1]);
    }

    // What earlier versions wrote, and what this one writes.
    [Fact]
    public void Metrics_AsJson_AreReadWithAndWithoutTheNewerNumbers()
    {
        var json = new JsonSerializerOptions { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
        var metrics = new ValidationMetrics(1.5, 0.25) { MeanAveragePrecision = 0.125, ClassAveragePrecision50 = [0.25, double.NaN] };

        Assert.Equal(
            new ValidationMetrics(1.5, 0.25),
            JsonSerializer.Deserialize<ValidationMetrics>("""{"Loss":1.5,"MeanAveragePrecision50":0.25}""", json));
        Assert.Equal(metrics, JsonSerializer.Deserialize<ValidationMetrics>(JsonSerializer.Serialize(metrics, json), json));
        Assert.NotEqual(metrics, metrics with { ClassAveragePrecision50 = [0.25, 0] });
    }

    [Fact]
    public void Train_WithValidation_LeavesNoTensorBehind()
    {
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        Train(Options with { Validation = new() }, Held);
        long before = statistics.ThreadTotalLiveCount;
        var live = new List<long>();

        Train(Options with { Validation = new() }, Held, new Listener(_ => live.Add(statistics.ThreadTotalLiveCount)));

        Assert.Single(live.Skip(2).Distinct());
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Train_ValidationImagesWithoutAnObject_IsRefused()
    {
        List<TrainingImage> difficult = [.. Held.Select(image => image with { Objects = [.. image.Objects.Select(truth => truth with { Difficult = true })] })];

        var error = Assert.Throws<ArgumentException>(() => Train(Options, difficult));

        Assert.StartsWith("None of the 6 validation images has an object that counts", error.Message, StringComparison.Ordinal);
    }

    private static TrainingResult Train(TrainingOptions options, IReadOnlyList<TrainingImage> validation, IProgress<TrainingProgress>? progress = null, CancellationToken? cancellation = null) =>
        new DetectorTrainer(Squares.Network(batchNormalize: true), options).Train(Images, progress: progress, validation: validation, cancellationToken: cancellation ?? Cancellation);

    private static void Cancel(bool now, CancellationTokenSource source)
    {
        if (now)
            source.Cancel();
    }

    private static void AssertSame(TrainingResult expected, TrainingResult actual)
    {
        Assert.Equal(Squares.Flatten(expected.Weights), Squares.Flatten(actual.Weights));
        Assert.Equal(expected.Epoch, actual.Epoch);
        Assert.Equal(expected.History.Select(epoch => (epoch.Loss, epoch.Validation)), actual.History.Select(epoch => (epoch.Loss, epoch.Validation)));
    }

    private static TrainingImage Enlarged(TrainingImage image, int scale)
    {
        int width = image.Width * scale, height = image.Height * scale;
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++)
            image.Rgb.AsSpan(3 * (i / width / scale * image.Width + i % width / scale), 3).CopyTo(rgb.AsSpan(3 * i));
        return new(rgb, width, height, [.. image.Objects.Select(item => item with { Box = item.Box.Scale(scale, scale) })]);
    }

    private static PixelView Rgba(TrainingImage image)
    {
        byte[] pixels = new byte[4 * image.Width * image.Height];
        for (int i = 0; i < image.Width * image.Height; i++)
            image.Rgb.AsSpan(3 * i, 3).CopyTo(pixels.AsSpan(4 * i));
        return new(pixels, image.Width, image.Height, 4 * image.Width, PixelOrder.Rgba);
    }

    private sealed class Listener(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }

    /// <summary>Six validation images, of which the first one of the third validation cancels.</summary>
    private sealed class CancellingImages(IReadOnlyList<TrainingImage> images, CancellationTokenSource third) : ITrainingImages
    {
        private int _loads;

        public IReadOnlyList<ImageLabels> Labels { get; } = new TrainingImageList(images).Labels;

        public TrainingImage Load(int index)
        {
            Cancel(++_loads == 13, third);
            return images[index];
        }
    }
}
