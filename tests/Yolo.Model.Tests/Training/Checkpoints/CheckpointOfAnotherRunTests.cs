using Xunit;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using static Yolo.Model.Tests.Training.Checkpoints.CheckpointRuns;

namespace Yolo.Model.Tests.Training.Checkpoints;

/// <summary>Checkpoints that are whole and of a run that is not the one that would go on from them.</summary>
public sealed class CheckpointOfAnotherRunTests : IDisposable
{
    private readonly CheckpointRuns _runs = new();

    [Fact]
    public void Train_CheckpointsOfAnEarlierRun_IsRefusedUnlessItResumes()
    {
        CancelAfter(2, _runs.Options);

        var error = Assert.Throws<InvalidOperationException>(() => Train(_runs.Options));

        Assert.Contains("step-000000002.checkpoint is of an earlier run. Set Resume to go on", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<TrainingOptions, TrainingOptions>> OtherOptions => new()
    {
        { "BatchSize (2 there, 3 here)", options => options with { BatchSize = 3 } },
        { "Seed (3 there, 4 here)", options => options with { Seed = 4 } },
        { "Optimizer (\"AdamW\" there, \"Sgd\" here)", options => options with { Optimizer = OptimizerKind.Sgd } },
        { "Momentum (0.9 there, 0.8 here)", options => options with { Momentum = 0.8 } },
        { "Augmentation (", options => options with { Augmentation = null } },
        { "AverageDecay (0.9 there, 0 here); Precision (\"Float32\" there, \"BFloat16\" here)", options => options with { AverageDecay = 0, Precision = Precision.BFloat16 } },
    };

    [Theory]
    [MemberData(nameof(OtherOptions))]
    public void Resume_OtherOptions_IsRefusedAndNamesThem(string difference, Func<TrainingOptions, TrainingOptions> change)
    {
        CancelAfter(2, _runs.Options);

        AssertRefused(difference, () => Train(change(Resuming(_runs.Options))));
    }

    [Fact]
    public void Resume_OtherImages_IsRefused()
    {
        CancelAfter(2, _runs.Options);
        var images = Squares.Images(5);
        images[4] = images[4] with { Objects = [] };

        AssertRefused("number of images (5 there, 6 here)", () => Train(Resuming(_runs.Options), images: Squares.Images(6)));
        AssertRefused("digest of the image sizes and boxes", () => Train(Resuming(_runs.Options), images: images));
    }

    [Fact]
    public void Resume_OtherNetworkOrClasses_IsRefused()
    {
        CancelAfter(2, _runs.Options);

        AssertRefused("the network (.cfg line 16: filters=16 there, filters=17 here)",
            () => new DetectorTrainer(Squares.Network(batchNormalize: true, filters: 17), Resuming(_runs.Options), ClassNames).Train(Squares.Images(5)));
        AssertRefused("the classes (red, blue there, blue, red here)",
            () => new DetectorTrainer(Squares.Network(batchNormalize: true), Resuming(_runs.Options), ["blue", "red"]).Train(Squares.Images(5)));
    }

    public void Dispose() => _runs.Dispose();

    private void AssertRefused(string difference, Action train)
    {
        var error = Assert.Throws<InvalidOperationException>(train);
        Assert.Contains($"The checkpoints in {_runs.Folder.Path} are of another run, which differs in ", error.Message, StringComparison.Ordinal);
        Assert.Contains(difference, error.Message, StringComparison.Ordinal);
    }
}
