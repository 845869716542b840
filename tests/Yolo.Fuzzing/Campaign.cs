using System.Diagnostics;
using System.Globalization;
using SharpFuzz;

namespace Yolo.Fuzzing;

/// <summary>Instruments the assemblies, has workers fuzz a target, and outlives what a worker does not: overflows of the stack, faults in native code, loops without end.</summary>
internal static class Campaign
{
    private const int MostDeaths = 20;

    /// <summary>Processor time within which an input must be done, seconds.</summary>
    private const double MaximumSeconds = 20;

    /// <summary>Memory that a worker may have, native memory included: 3 GiB.</summary>
    private const long MaximumMemory = 3L << 30;

    private static readonly string s_instrumented = Path.Combine(WorkFolder.Artifacts, "instrumented");

    /// <summary>Fuzzes a target for so many seconds of processor time more, and prints what all runs came to. Returns the number of findings.</summary>
    public static int Run(string target, double seconds)
    {
        var folder = new WorkFolder(target);
        Instrument();
        double end = Figures.Load(folder.Figures).CpuSeconds + seconds;
        int deaths = 0;
        while (end - Figures.Load(folder.Figures).CpuSeconds is > 1 and var left && deaths < MostDeaths)
        {
            if (!Work(target, folder, left))
                deaths++;
        }
        Print(target);
        return folder.Findings;
    }

    /// <summary>Runs a command of this program in a process whose assemblies are instrumented.</summary>
    public static Process Start(params string[] arguments)
    {
        Instrument();
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Path.Combine(s_instrumented, "Yolo.Fuzzing.dll"), .. arguments]);
        // What asks for more than a gigabyte must fail.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x40000000";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        // Files in memory: a target that reads from files would wait for the disk.
        if (Directory.Exists("/dev/shm"))
            start.Environment["TMPDIR"] = "/dev/shm";
        return Process.Start(start)!;
    }

    /// <summary>A line of the table in docs/fuzzing.md.</summary>
    public static void Print(string target)
    {
        var folder = new WorkFolder(target);
        var figures = Figures.Load(folder.Figures);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {target} | {figures.Executions:N0} | {figures.Edges:N0} | {figures.Inputs:N0} | {figures.CpuSeconds / 60:F1} | {folder.Findings} |"));
    }

    /// <summary>Whether the worker ended by itself.</summary>
    private static bool Work(string target, WorkFolder folder, double seconds)
    {
        using var watch = new Watch(folder.Watch);
        using var worker = Start("work", target, seconds.ToString(CultureInfo.InvariantCulture));
        long count = -1;
        double since = 0;
        while (!worker.WaitForExit(1000))
        {
            worker.Refresh();
            double now = worker.HasExited ? 0 : worker.TotalProcessorTime.TotalSeconds;
            if (count != watch.Count)
                (count, since) = (watch.Count, now);
            if (now - since > MaximumSeconds || !worker.HasExited && worker.WorkingSet64 > MaximumMemory)
                worker.Kill();
        }
        if (worker.ExitCode == 0)
            return true;
        folder.Report($"exit {worker.ExitCode}", watch.Current, $"The process ended with code {worker.ExitCode}{(worker.ExitCode == 137 ? $": it took more than {MaximumSeconds} s or {MaximumMemory:N0} bytes" : "")}.");
        return false;
    }

    /// <summary>Copies these binaries, unless they were copied since they were built, and instruments the copies of the two libraries.</summary>
    private static void Instrument()
    {
        string[] libraries = ["Yolo.Model.dll", "Yolo.MLNet.dll"];
        string stamp = Path.Combine(s_instrumented, "stamp");
        string built = string.Join(' ', libraries.Append("Yolo.Fuzzing.dll").Select(name => File.GetLastWriteTimeUtc(Path.Combine(AppContext.BaseDirectory, name)).Ticks));
        if (AppContext.BaseDirectory.StartsWith(s_instrumented, StringComparison.Ordinal) || File.Exists(stamp) && File.ReadAllText(stamp) == built)
            return;
        if (Directory.Exists(s_instrumented))
            Directory.Delete(s_instrumented, recursive: true);
        Directory.CreateDirectory(s_instrumented);
        foreach (string path in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(path, Path.Combine(s_instrumented, Path.GetFileName(path)));
        // Native libraries, as they are.
        foreach (string path in Directory.EnumerateDirectories(AppContext.BaseDirectory))
            Directory.CreateSymbolicLink(Path.Combine(s_instrumented, Path.GetFileName(path)), path);
        foreach (string name in libraries)
            Fuzzer.Instrument(Path.Combine(s_instrumented, name), _ => true, Options.Value);
        File.WriteAllText(stamp, built);
    }
}
