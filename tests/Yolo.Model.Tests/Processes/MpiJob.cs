using System.Diagnostics;
using Xunit;

namespace Yolo.Model.Tests.Processes;

/// <summary>Yolo.TrainingProcess in processes that the real mpirun starts.</summary>
internal sealed class MpiJob : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly List<string> _lines = [];

    private MpiJob(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What process 0 has printed so far.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Starts a training; skips the test where there is no Open MPI.</summary>
    /// <param name="processes">How many processes; 1 starts without mpirun.</param>
    /// <param name="settings">Of GroupTraining.</param>
    public static MpiJob Start(int processes, params string[] settings)
    {
        if (!File.Exists("/usr/bin/mpirun"))
            Assert.Skip("Open MPI is not installed: apt-get install openmpi-bin.");
        string program = Path.Combine(
            AppContext.BaseDirectory.Replace("Yolo.Model.Tests", "Yolo.TrainingProcess", StringComparison.Ordinal), "Yolo.TrainingProcess.dll");
        string[] command = ["dotnet", program, "group", .. settings];
        if (processes > 1)
            command = ["/usr/bin/mpirun", "--allow-run-as-root", "--oversubscribe", "-n", $"{processes}", .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        // mpirun gives the processes a terminal; they shall not set it up.
        start.Environment["TERM"] = "dumb";
        return new(Process.Start(start)!);
    }

    /// <summary>Reads until process 0 has reported so many steps.</summary>
    public void WaitForSteps(int steps)
    {
        while (_lines.Count < steps && _process.StandardOutput.ReadLine() is { } line)
            _lines.Add(line);
        Assert.Equal(steps, _lines.Count);
    }

    /// <summary>Sends a signal to mpirun.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Kills one of the processes that mpirun has started.</summary>
    public void Kill(int index)
    {
        using var list = Process.Start(new ProcessStartInfo("pgrep", ["-P", $"{_process.Id}"]) { RedirectStandardOutput = true })!;
        int[] children = [.. list.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Order()];
        Process.GetProcessById(children[index]).Kill();
    }

    /// <summary>Waits for the end.</summary>
    public (int ExitCode, string Errors) Wait()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
            _lines.Add(line);
        _process.WaitForExit();
        return (_process.ExitCode, _errors.Result);
    }

    /// <summary>Waits for an end without error.</summary>
    public void WaitForSuccess()
    {
        var (code, errors) = Wait();
        Assert.True(code == 0, $"{string.Join('\n', _lines.TakeLast(5))}\n{errors}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
