using Xunit;
using Yolo.Model.Tests.Training.Checkpoints;
using Yolo.Model.Training;

namespace Yolo.Model.Tests.Training;

public sealed class FineTuningTests
{
    // Two steps an epoch.
    private static readonly TrainingOptions s_options = Squares.Plain with { Epochs = 3, FreezeLayers = 2, FreezeEpochs = 2 };

    [Fact]
    public void Train_LayersThatThaw_StayForTheirEpochsAndLearnAfterThem()
    {
        float[] start = Kernel(new DetectorTrainer(Squares.Network(batchNormalize: true), s_options).CreateWeights());

        Assert.Equal(start, Kernel(Train(s_options with { Epochs = 2 }).Weights));
        Assert.NotEqual(start, Kernel(Train(s_options).Weights));
    }

    // The state of the optimizer, and what is frozen, follow from the step alone.
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Resume_BeforeAndAfterTheThaw_EqualsARunWithoutInterruption(int steps)
    {
        using var runs = new CheckpointRuns();
        var options = runs.Options with { FreezeLayers = 2, FreezeEpochs = 1, BackboneLayers = 3 };
        var expected = CheckpointRuns.Train(options with { Checkpoints = null });
        CheckpointRuns.CancelAfter(steps, options);

        CheckpointRuns.AssertSame(expected, CheckpointRuns.Train(CheckpointRuns.Resuming(options)));
    }

    // SGD without momentum or decay: one step moves every weight by the rate times its gradient, the backbone's by a tenth of that.
    [Fact]
    public void Train_OneStepWithABackbone_MovesItByItsShare()
    {
        var options = Squares.Plain with
        {
            Epochs = 1, Optimizer = OptimizerKind.Sgd, Momentum = 0, WeightDecay = 0, GradientClipNorm = 0, BackboneLayers = 2, BackboneRateFactor = 0.1,
        };
        var start = new DetectorTrainer(Squares.Network(batchNormalize: true), options).CreateWeights();

        var whole = Train(options with { BackboneLayers = 0 }).Weights;
        var part = Train(options).Weights;

        for (int layer = 0; layer < 4; layer++)
        {
            double expected = layer < 2 ? 0.1 : 1;
            float[] from = start.Convolutions[layer].Kernel, full = whole.Convolutions[layer].Kernel, moved = part.Convolutions[layer].Kernel;
            int most = Enumerable.Range(0, from.Length).MaxBy(i => Math.Abs(full[i] - from[i]));
            Assert.Equal(expected, (moved[most] - from[most]) / (full[most] - from[most]), 0.02);
        }
    }

    private static float[] Kernel(Yolo.Model.Weights.NetworkWeights weights) => weights.Convolutions[1].Kernel;

    private static TrainingResult Train(TrainingOptions options) =>
        new DetectorTrainer(Squares.Network(batchNormalize: true), options).Train(Squares.Images(4), cancellationToken: TestContext.Current.CancellationToken);
}
