using System.Runtime.CompilerServices;
using TorchSharp;
using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Training;

public sealed class DetectorTrainerTests
{
    private static TrainingOptions Plain => Squares.Plain;

    [Fact]
    public void Train_ThirtyEpochsOnEightImages_LearnsThem()
    {
        var result = Train(Squares.Network(batchNormalize: true), Plain with { Epochs = 30, LearningRate = 0.01 }, Squares.Images(8));

        double first = result.History[0].Loss, last = result.History[^1].Loss;
        Assert.True(last < 0.5 * first, $"Loss went from {first} to {last}.");
        Assert.Equal(30 * 8, result.Weights.Seen);
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameWeightsBitForBit()
    {
        var options = Plain with { Augmentation = new(), AverageDecay = 0.9, Seed = 5 };

        var first = Train(Squares.Network(batchNormalize: true), options, Squares.Images(6));
        var second = Train(Squares.Network(batchNormalize: true), options, Squares.Images(6));
        var other = Train(Squares.Network(batchNormalize: true), options with { Seed = 6 }, Squares.Images(6));

        Assert.Equal(Squares.Flatten(first.Weights), Squares.Flatten(second.Weights));
        Assert.NotEqual(Squares.Flatten(first.Weights), Squares.Flatten(other.Weights));
    }

    // Without batch norm the gradient of a batch is the mean of its parts' gradients.
    [Fact]
    public void Train_BatchInTwoParts_EqualsTheWholeBatch()
    {
        var options = Plain with { Optimizer = OptimizerKind.Sgd, LearningRate = 0.01, Epochs = 1 };

        var whole = Train(Squares.Network(batchNormalize: false), options, Squares.Images(4));
        var parts = Train(Squares.Network(batchNormalize: false), options with { Subdivisions = 2 }, Squares.Images(4));

        var initial = Train(Squares.Network(batchNormalize: false), options with { LearningRate = 1e-30 }, Squares.Images(4));
        double moved = MaxDifference(initial.Weights, whole.Weights);
        Assert.True(moved > 1e-4, $"The step moved the weights by {moved} only.");
        Assert.InRange(MaxDifference(whole.Weights, parts.Weights), 0, 1e-3 * moved);
    }

    [Fact]
    public void Train_BothPrecisions_LearnTheSameProblemToTheSameLoss()
    {
        var options = Plain with { Epochs = 15, LearningRate = 0.01 };

        double full = Train(Squares.Network(batchNormalize: true), options, Squares.Images(8)).History[^1].Loss;
        double half = Train(Squares.Network(batchNormalize: true), options with { Precision = Precision.BFloat16 }, Squares.Images(8)).History[^1].Loss;

        Assert.InRange(half / full, 0.7, 1.4);
    }

    [Fact]
    public void Train_SeveralInputSizes_LearnsAndKeepsTheNetworksOwn()
    {
        var options = Plain with { Epochs = 60, LearningRate = 0.01, InputSizes = [48, 64, 96], InputSizeSteps = 1, AverageDecay = 0.9 };

        var result = Train(Squares.Network(batchNormalize: true), options, Squares.Images(8));
        var again = Train(Squares.Network(batchNormalize: true), options, Squares.Images(8));

        double first = result.History[0].Loss, last = result.History[^1].Loss;
        Assert.True(last < 0.7 * first, $"Loss went from {first} to {last}.");
        Assert.Equal(Squares.Flatten(again.Weights), Squares.Flatten(result.Weights));
    }

    [Fact]
    public void Train_FrozenLayers_StayAsTheyAreToTheBit()
    {
        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), Plain with { FreezeLayers = 2, AverageDecay = 0.9, Epochs = 3, Augmentation = new() });
        var initial = trainer.CreateWeights();

        var result = trainer.Train(Squares.Images(8), initial, cancellationToken: TestContext.Current.CancellationToken);

        for (int i = 0; i < 4; i++)
        {
            var (before, after) = (initial.Convolutions[i], result.Weights.Convolutions[i]);
            (float[] Before, float[] After)[] arrays =
            [
                (before.Kernel, after.Kernel), (before.Biases, after.Biases), (before.Scales ?? [], after.Scales ?? []),
                (before.RollingMean ?? [], after.RollingMean ?? []), (before.RollingVariance ?? [], after.RollingVariance ?? []),
            ];
            foreach (var (old, trained) in arrays.Where(pair => pair.Before.Length > 0))
                Assert.Equal(i < 2, old.AsSpan().SequenceEqual(trained));
        }
    }

    [Fact]
    public void Create_AllLayersFrozen_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => new DetectorTrainer(Squares.Network(batchNormalize: true), Plain with { FreezeLayers = 4 }));

        Assert.Contains("4 of 4 convolutions are to be frozen", error.Message, StringComparison.Ordinal);
    }

    // region_layer.c pulls predictions to their anchors for the first 12,800 images. Batches of four from image 12,794 on: 12,794, 12,798, 12,802.
    [Fact]
    public void Train_DarknetLossAroundImage12800_PullsToTheAnchorsBeforeItOnly()
    {
        double[] pulls = AnchorPulls(12_794, subdivisions: 1, epochs: 3);

        Assert.True(pulls[0] > 0 && pulls[1] > 0, string.Join(", ", pulls));
        Assert.Equal(0, pulls[2]);
    }

    // All images of a batch count as its first one does, in how many parts ever it is computed.
    [Fact]
    public void Train_DarknetLossInParts_PullsTheWholeBatch()
    {
        double whole = AnchorPulls(12_799, subdivisions: 1, epochs: 1)[0], parts = AnchorPulls(12_799, subdivisions: 4, epochs: 1)[0];

        Assert.True(whole > 0);
        Assert.Equal(whole, parts, 0.05 * whole);
    }

    [Fact]
    public void Train_LearningRateFarTooHigh_StopsAndListsTheTerms()
    {
        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: false), Plain with { Epochs = 50, LearningRate = 1e12, Optimizer = OptimizerKind.Sgd, GradientClipNorm = 0 });

        var error = Assert.Throws<InvalidOperationException>(() => trainer.Train(Squares.Images(4), cancellationToken: TestContext.Current.CancellationToken));

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
            () => new DetectorTrainer(Squares.Network(batchNormalize: true), Plain with { Epochs = 100 }).Train(Squares.Images(8), progress: progress, cancellationToken: source.Token));

        Assert.Equal(3, reports.Count);
        Assert.Equal((2, 1, 2), (reports[2].Epoch, reports[2].Step, reports[2].StepsPerEpoch));
    }

    [Fact]
    public void Train_EveryStep_EndsWithTheSameNumberOfTensors()
    {
        var live = new List<long>();
        var progress = new Reporter(_ => live.Add(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount));

        new DetectorTrainer(Squares.Network(batchNormalize: true), Plain with { Epochs = 5, AverageDecay = 0.9 })
            .Train(Squares.Images(8), progress: progress, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(10, live.Count);
        // The first steps make the gradients and the optimizer's state.
        Assert.Single(live.Skip(2).Distinct());
    }

    [Fact]
    public void Train_TwoRuns_LeaveNoTensorBehind()
    {
        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), Plain with { AverageDecay = 0.9 });
        trainer.Train(Squares.Images(4), cancellationToken: TestContext.Current.CancellationToken);
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long before = statistics.ThreadTotalLiveCount;

        trainer.Train(Squares.Images(4), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(LossKind.CIoU)]
    [InlineData(LossKind.Darknet)]
    public void RandomWeights_OfARun_AreThoseOfCreateWeights(LossKind loss)
    {
        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), Plain with { Loss = loss, Seed = 5 });
        using var module = new YoloModule(Squares.Network(batchNormalize: true));

        long seen = trainer.RandomWeights.LoadInto(module);

        Assert.Equal(0, seen);
        Assert.Equal(Squares.Flatten(trainer.CreateWeights()), Squares.Flatten(TorchWeights.Save(module, 0)));
    }

    [Fact]
    public void Train_InitialWeights_AreGoneBeforeTheFirstStep()
    {
        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), Plain);
        var held = Create(trainer, out var initial);
        var alive = new List<bool>();

        trainer.Train(new(new(new TrainingImageList(Squares.Images(4))), null), initial, new Reporter(_ => alive.Add(IsAlive(held))), TestContext.Current.CancellationToken);

        using var module = new YoloModule(Squares.Network(batchNormalize: true));
        Assert.Throws<InvalidOperationException>(() => initial.LoadInto(module));
        Assert.False(alive[0]);

        // In a frame of its own, which would hold them.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Create(DetectorTrainer trainer, out StartingWeights owned)
        {
            var weights = trainer.CreateWeights();
            owned = StartingWeights.Of(weights);
            return new(weights.Convolutions[0].Kernel);
        }

        static bool IsAlive(WeakReference held)
        {
            GC.Collect();
            return held.IsAlive;
        }
    }

    [Fact]
    public void Train_ClassBeyondTheNetworks_NamesTheImage()
    {
        var image = Squares.Images(1)[0];
        TrainingImage[] images = [image, image with { Objects = [new(new(1, 1, 9, 9), ClassIndex: 7)] }];

        var error = Assert.Throws<ArgumentException>(() => Train(Squares.Network(batchNormalize: true), Plain, images));

        Assert.StartsWith("Image 1 has an object of class 7; the network has 2 classes.", error.Message, StringComparison.Ordinal);
    }

    private static TrainingResult Train(NetworkDefinition network, TrainingOptions options, IReadOnlyList<TrainingImage> images) =>
        new DetectorTrainer(network, options).Train(images, cancellationToken: TestContext.Current.CancellationToken);

    private static double[] AnchorPulls(long seen, int subdivisions, int epochs)
    {
        var trainer = new DetectorTrainer(
            Squares.Network(batchNormalize: false), Plain with { Loss = LossKind.Darknet, Epochs = epochs, Subdivisions = subdivisions, LearningRate = 1e-9 });
        var fresh = trainer.CreateWeights();
        var initial = new NetworkWeights(Squares.Network(batchNormalize: false), fresh.Convolutions) { Seen = seen };
        var history = trainer.Train(Squares.Images(4), initial, cancellationToken: TestContext.Current.CancellationToken).History;
        return [.. history.Select(epoch => epoch.Terms.Single(term => term.Key == "anchor").Value)];
    }

    private static double MaxDifference(NetworkWeights first, NetworkWeights second) =>
        Squares.Flatten(first).Zip(Squares.Flatten(second), (a, b) => Math.Abs((double)a - b)).Max();

    private sealed class Reporter(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
