using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Training;
using static Yolo.Model.Tests.Training.Checkpoints.CheckpointRuns;

namespace Yolo.Model.Tests.Training.Checkpoints;

public sealed class CheckpointModelTests : IDisposable
{
    private readonly CheckpointRuns _runs = new();

    // The last checkpoint of a run holds what the run gave.
    [Fact]
    public void ReadModel_OfAFinishedRun_IsItsResult()
    {
        var options = _runs.Options with { Resize = ResizeMode.Letterbox };
        var expected = Train(options);

        var model = TrainingCheckpoint.ReadModel(_runs.Folder.Path);

        Assert.Equal(Squares.Flatten(expected.Weights), Squares.Flatten(model.Weights));
        Assert.Equal(expected.Weights.Seen, model.Weights.Seen);
        Assert.Equal(ClassNames, model.ClassNames);
        Assert.Equal((ResizeMode.Letterbox, options.Filter), (model.Resize, model.Filter));
    }

    [Fact]
    public void ReadModel_BestOfAValidatedRun_IsItsResult()
    {
        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), _runs.Options, ClassNames);
        var expected = trainer.Train(Squares.Images(5), validation: Squares.Images(3), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Squares.Flatten(expected.Weights), Squares.Flatten(TrainingCheckpoint.ReadModel(_runs.Folder.Path).Weights));
    }

    // After one step the three differ: the average moves at 2/11 of its way, and has not arrived.
    [Fact]
    public void ReadModel_LastAndAverage_AreDifferentWeights()
    {
        CancelAfter(2, _runs.Options);

        float[] last = Squares.Flatten(TrainingCheckpoint.ReadModel(_runs.Folder.Path, CheckpointWeights.Last).Weights),
            average = Squares.Flatten(TrainingCheckpoint.ReadModel(_runs.Folder.Path, CheckpointWeights.Average).Weights),
            result = Squares.Flatten(TrainingCheckpoint.ReadModel(_runs.Folder.Path).Weights);

        Assert.NotEqual(last, average);
        Assert.Equal(average, result);
    }

    [Fact]
    public void ReadModel_DamagedNewest_TakesTheOneBeforeInAFolderAndRefusesTheFile()
    {
        CancelAfter(4, _runs.Options);
        string newest = _runs.Files().Last();
        _runs.Damage(newest, bytes => bytes[..^1]);

        Assert.Equal(5, TrainingCheckpoint.ReadModel(_runs.Folder.Path).Weights.Seen);
        var error = Assert.Throws<InvalidDataException>(() => TrainingCheckpoint.ReadModel(_runs.Folder.Combine(newest)));
        Assert.Contains("the checkpoint is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadModel_NoCheckpoint_SaysSo()
    {
        var error = Assert.Throws<FileNotFoundException>(() => TrainingCheckpoint.ReadModel(_runs.Folder.Path));

        Assert.Contains("expected a checkpoint, found none", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _runs.Dispose();
}
