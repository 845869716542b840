using System.Diagnostics;

namespace Yolo.Mutations;

/// <summary>Runs programs.</summary>
internal static class Command
{
    /// <summary>Runs <c>dotnet</c> and reads what it prints.</summary>
    /// <returns>The exit code and the output; null for both where the time was up.</returns>
    public static (int? ExitCode, string? Output) DotNet(string folder, TimeSpan limit, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            return (null, null);
        }
        return (process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }
}
