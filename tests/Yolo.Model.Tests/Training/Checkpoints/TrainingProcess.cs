using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Yolo.Model.Tests.Training.Checkpoints;

/// <summary>Yolo.TrainingProcess: a training of 36 steps in a process of its own.</summary>
internal static class TrainingProcess
{
    /// <summary>Runs it to its end, or kills it once it has reported that many steps. Beside this project's output lies that of the process.</summary>
    public static void Run(string checkpoints, string weights, int threads = 1, int killAfter = int.MaxValue)
    {
        string program = Path.Combine(AppContext.BaseDirectory.Replace("Yolo.Model.Tests", "Yolo.TrainingProcess", StringComparison.Ordinal), "Yolo.TrainingProcess.dll");
        var start = new ProcessStartInfo("dotnet", [program, checkpoints, weights, threads.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true };
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
