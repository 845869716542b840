using System.Diagnostics;
using System.Globalization;

namespace Yolo.Benchmarks;

/// <summary>This program again, in a process of its own, for what must not share one with the rest.</summary>
internal static class ChildProcess
{
    /// <summary>Runs it and reads the number that it prints.</summary>
    public static double Measure(params IReadOnlyList<string> arguments) => MeasureAll(arguments).Single();

    /// <summary>Runs it and reads the numbers that it prints, separated by spaces.</summary>
    public static double[] MeasureAll(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // `dotnet Yolo.Benchmarks.dll` and the executable of its own both start the same program.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(value => double.Parse(value, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"`{string.Join(' ', arguments)}` ended with {process.ExitCode}.");
    }
}
