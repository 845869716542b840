using Xunit;

namespace Yolo.Model.Tests.Training.Checkpoints;

public sealed class KilledTrainingTests
{
    private const int Kills = 5;

    // 36 steps; each run is killed some steps after it went on, while it writes the checkpoint of the step it has just reported or computes the next one.
    [Fact]
    public void Resume_KilledFiveTimes_GivesTheFileOfTheUninterruptedRun()
    {
        using var folder = new TemporaryFolder();
        string expected = folder.Combine("expected.weights"), actual = folder.Combine("actual.weights");
        TrainingProcess.Run(folder.Combine("uninterrupted"), expected);
        var random = new Random(1);

        for (int i = 0; i < Kills; i++)
            TrainingProcess.Run(folder.Combine("killed"), actual, killAfter: random.Next(1, 7));
        Assert.False(File.Exists(actual));
        TrainingProcess.Run(folder.Combine("killed"), actual);

        Assert.Equal(File.ReadAllBytes(expected), File.ReadAllBytes(actual));
    }
}
