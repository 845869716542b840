using Xunit;
using Yolo.Model.Training;

namespace Yolo.Model.Tests.Training;

public sealed class DivergenceTests
{
    // A rate of 1e38 makes the first convolution infinite in the second step; nothing clips it.
    private static readonly TrainingOptions s_wild = Squares.Plain with { Epochs = 4, Optimizer = OptimizerKind.Sgd, LearningRate = 1e38, GradientClipNorm = 0 };

    [Fact]
    public void Train_WeightsThatAreNoNumbers_AreInNoCheckpointAndNoResult()
    {
        using var folder = new TemporaryFolder();
        var options = s_wild with { Checkpoints = new(folder.Path) { Interval = TimeSpan.FromTicks(1) } };

        var error = Assert.Throws<InvalidOperationException>(() => Train(options));

        Assert.Contains("no longer finite", error.Message, StringComparison.Ordinal);
        foreach (string path in Directory.EnumerateFiles(folder.Path))
        {
            using var file = Yolo.Model.Training.Checkpoints.CheckpointFile.TryOpen(path)!;
            Assert.True(file.IsFinite());
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Train_Diverged_NamesTheStepAndWhatToDo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Train(s_wild));

        Assert.Matches(@"no longer finite (in|before) epoch \d, step \d: |is no longer finite before epoch \d, step \d", error.Message);
        Assert.Contains("Try a lower learning rate", error.Message, StringComparison.Ordinal);
        Assert.Contains("There is no checkpoint to go back to.", error.Message, StringComparison.Ordinal);
    }

    // A checkpoint as earlier versions could leave it: the newest one is of a diverged run.
    [Fact]
    public void Resume_NewestCheckpointHoldsNaN_GoesOnFromTheOneBefore()
    {
        using var runs = new Checkpoints.CheckpointRuns();
        Checkpoints.CheckpointRuns.CancelAfter(6, runs.Options);
        string newest = runs.Files().Last();
        runs.Damage(newest, bytes =>
        {
            // The last number before the checksum, and a checksum that fits.
            BitConverter.TryWriteBytes(bytes.AsSpan(^36), float.NaN);
            System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(..^32), bytes.AsSpan(^32));
            return bytes;
        });

        Checkpoints.CheckpointRuns.Train(Checkpoints.CheckpointRuns.Resuming(runs.Options));

        Assert.Equal(["step-000000003.checkpoint"], runs.Resumed.Select(path => Path.GetFileName(path)));
        Assert.Contains(runs.Warnings, warning => warning.Contains($"{newest}: the checkpoint holds numbers that are not finite", StringComparison.Ordinal));
    }

    private static TrainingResult Train(TrainingOptions options) =>
        new DetectorTrainer(Squares.Network(batchNormalize: true), options).Train(Squares.Images(4), cancellationToken: TestContext.Current.CancellationToken);
}
