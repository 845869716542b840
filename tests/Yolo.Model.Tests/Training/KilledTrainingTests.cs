using System.Diagnostics;
using Xunit;

namespace Yolo.Model.Tests.Training;

public sealed class KilledTrainingTests
{
    private const int Kills = 5;

    // 36 steps; each run is killed some steps after it went on, while it writes the checkpoint of the step it has just reported or computes the next one.
    [Fact]
    public void Resume_KilledFiveTimes_GivesTheFileOfTheUninterruptedRun()
    {
        using var folder = new TemporaryFolder();
        string expected = folder.Combine("expected.weights"), actual = folder.Combine("actual.weights");
        Run(folder.Combine("uninterrupted"), expected);
        var random = new Random(1);

        for (int i = 0; i < Kills; i++)
            Run(folder.Combine("killed"), actual, killAfter: random.Next(1, 7));
        Assert.False(File.Exists(actual));
        Run(folder.Combine("killed"), actual);

        Assert.Equal(File.ReadAllBytes(expected), File.ReadAllBytes(actual));
    }

    /// <summary>Runs the process to its end, or kills it once it has reported that many steps. Beside this project's output lies that of the process.</summary>
    private static void Run(string checkpoints, string weights, int killAfter = int.MaxValue)
    {
        string program = Path.Combine(AppContext.BaseDirectory.Replace("Yolo.Model.Tests", "Yolo.TrainingProcess", StringComparison.Ordinal), "Yolo.TrainingProcess.dll");
        var start = new ProcessStartInfo("dotnet", [program, checkpoints, weights]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        int steps = 0;
        while (steps < killAfter && process.StandardOutput.ReadLine() is not null)
            steps++;
        if (steps == killAfter)
            process.Kill();
        process.WaitForExit();
        if (killAfter == int.MaxValue)
            Assert.True(process.ExitCode == 0, error.Result);
        else
            Assert.Equal(killAfter, steps);
    }
}
