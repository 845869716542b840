using TorchSharp;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Training;

public sealed class DetectorTrainerTests
{
    private static readonly TrainingOptions Plain = new()
    {
        Epochs = 2, BatchSize = 4, Augmentation = null, Precision = Precision.Float32, AverageDecay = 0, LearningRatePolicy = new ConstantPolicy { BurnInEpochs = 0 },
    };

    [Fact]
    public void Train_ThirtyEpochsOnEightImages_LearnsThem()
    {
        var result = Train(Network(batchNormalize: true), Plain with { Epochs = 30, LearningRate = 0.01 }, Squares(8));

        double first = result.History[0].Loss, last = result.History[^1].Loss;
        Assert.True(last < 0.5 * first, $"Loss went from {first} to {last}.");
        Assert.Equal(30 * 8, result.Weights.Seen);
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameWeightsBitForBit()
    {
        var options = Plain with { Augmentation = new(), AverageDecay = 0.9, Seed = 5 };

        var first = Train(Network(batchNormalize: true), options, Squares(6));
        var second = Train(Network(batchNormalize: true), options, Squares(6));
        var other = Train(Network(batchNormalize: true), options with { Seed = 6 }, Squares(6));

        Assert.Equal(Flatten(first.Weights), Flatten(second.Weights));
        Assert.NotEqual(Flatten(first.Weights), Flatten(other.Weights));
    }

    // Without batch norm the gradient of a batch is the mean of its parts' gradients.
    [Fact]
    public void Train_BatchInTwoParts_EqualsTheWholeBatch()
    {
        var options = Plain with { Optimizer = OptimizerKind.Sgd, LearningRate = 0.01, Epochs = 1 };

        var whole = Train(Network(batchNormalize: false), options, Squares(4));
        var parts = Train(Network(batchNormalize: false), options with { Subdivisions = 2 }, Squares(4));

        var initial = Train(Network(batchNormalize: false), options with { LearningRate = 1e-30 }, Squares(4));
        double moved = MaxDifference(initial.Weights, whole.Weights);
        Assert.True(moved > 1e-4, $"The step moved the weights by {moved} only.");
        Assert.InRange(MaxDifference(whole.Weights, parts.Weights), 0, 1e-3 * moved);
    }

    [Fact]
    public void Train_BothPrecisions_LearnTheSameProblemToTheSameLoss()
    {
        var options = Plain with { Epochs = 15, LearningRate = 0.01 };

        double full = Train(Network(batchNormalize: true), options, Squares(8)).History[^1].Loss;
        double half = Train(Network(batchNormalize: true), options with { Precision = Precision.BFloat16 }, Squares(8)).History[^1].Loss;

        Assert.InRange(half / full, 0.7, 1.4);
    }

    [Fact]
    public void Train_LearningRateFarTooHigh_StopsAndListsTheTerms()
    {
        var trainer = new DetectorTrainer(Network(batchNormalize: false), Plain with { Epochs = 50, LearningRate = 1e12, Optimizer = OptimizerKind.Sgd, GradientClipNorm = 0 });

        var error = Assert.Throws<InvalidOperationException>(() => trainer.Train(Squares(4), cancellation: TestContext.Current.CancellationToken));

        Assert.Contains("no longer finite in epoch", error.Message, StringComparison.Ordinal);
        Assert.Contains("total", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_CancelledAfterTheThirdStep_MakesNoFourth()
    {
        using var source = new CancellationTokenSource();
        var reports = new List<TrainingProgress>();
        var progress = new Reporter(report =>
        {
            reports.Add(report);
            if (reports.Count == 3)
                source.Cancel();
        });

        Assert.Throws<OperationCanceledException>(
            () => new DetectorTrainer(Network(batchNormalize: true), Plain with { Epochs = 100 }).Train(Squares(8), progress: progress, cancellation: source.Token));

        Assert.Equal(3, reports.Count);
        Assert.Equal((2, 1, 2), (reports[2].Epoch, reports[2].Step, reports[2].StepsPerEpoch));
    }

    [Fact]
    public void Train_EveryStep_EndsWithTheSameNumberOfTensors()
    {
        var live = new List<long>();
        var progress = new Reporter(_ => live.Add(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount));

        new DetectorTrainer(Network(batchNormalize: true), Plain with { Epochs = 5, AverageDecay = 0.9 })
            .Train(Squares(8), progress: progress, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(10, live.Count);
        // The first steps make the gradients and the optimizer's state.
        Assert.Single(live.Skip(2).Distinct());
    }

    [Fact]
    public void Train_TwoRuns_LeaveNoTensorBehind()
    {
        var trainer = new DetectorTrainer(Network(batchNormalize: true), Plain with { AverageDecay = 0.9 });
        trainer.Train(Squares(4), cancellation: TestContext.Current.CancellationToken);
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long before = statistics.ThreadTotalLiveCount;

        trainer.Train(Squares(4), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Train_ClassBeyondTheNetworks_NamesTheImage()
    {
        var image = Squares(1)[0];
        TrainingImage[] images = [image, image with { Objects = [new(new(1, 1, 9, 9), ClassIndex: 7)] }];

        var error = Assert.Throws<ArgumentException>(() => Train(Network(batchNormalize: true), Plain, images));

        Assert.StartsWith("Image 1 has an object of class 7; the network has 2 classes.", error.Message, StringComparison.Ordinal);
    }

    private static TrainingResult Train(NetworkDefinition network, TrainingOptions options, IReadOnlyList<TrainingImage> images) =>
        new DetectorTrainer(network, options).Train(images, cancellation: TestContext.Current.CancellationToken);

    /// <summary>64 x 64 pixels, grid 8 x 8, two anchors, two classes.</summary>
    private static NetworkDefinition Network(bool batchNormalize) => new(new(3, 64, 64),
    [
        new ConvolutionalLayer(8, 3, 2, 1, batchNormalize, Activation.Leaky),
        new ConvolutionalLayer(16, 3, 2, 1, batchNormalize, Activation.Leaky),
        new ConvolutionalLayer(16, 3, 2, 1, batchNormalize, Activation.Leaky),
        new ConvolutionalLayer(14, 1, 1, 0, false, Activation.Linear),
        new RegionLayer(new AnchorSet(new BoxShape(2, 2), new BoxShape(4, 4)), Classes: 2),
    ]);

    /// <summary>Grey images with one red or blue square each.</summary>
    private static List<TrainingImage> Squares(int count)
    {
        var random = new Random(1);
        var images = new List<TrainingImage>();
        for (int i = 0; i < count; i++)
        {
            int side = random.Next(12, 32), left = random.Next(64 - side), top = random.Next(64 - side);
            byte[] rgb = new byte[3 * 64 * 64];
            Array.Fill(rgb, (byte)100);
            for (int y = top; y < top + side; y++)
            {
                for (int x = left; x < left + side; x++)
                    rgb[3 * (64 * y + x) + (i % 2 == 0 ? 0 : 2)] = 250;
            }
            images.Add(new(rgb, 64, 64, [new(new(left, top, left + side, top + side), i % 2)]));
        }
        return images;
    }

    private static float[] Flatten(NetworkWeights weights) =>
        [.. weights.Convolutions.SelectMany(convolution => (float[])[.. convolution.Kernel, .. convolution.Biases, .. convolution.Scales ?? [], .. convolution.RollingMean ?? [], .. convolution.RollingVariance ?? []])];

    private static double MaxDifference(NetworkWeights first, NetworkWeights second) =>
        Flatten(first).Zip(Flatten(second), (a, b) => Math.Abs((double)a - b)).Max();

    private sealed class Reporter(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
