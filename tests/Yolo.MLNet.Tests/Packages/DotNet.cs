using System.Diagnostics;
using Xunit;

namespace Yolo.MLNet.Tests.Packages;

/// <summary>The dotnet command, as a user calls it.</summary>
internal static class DotNet
{
    /// <summary>Whether there is an SDK and not only a runtime.</summary>
    public static bool HasSdk { get; } = Run(AppContext.BaseDirectory, "--list-sdks").Length > 0;

    /// <summary>Runs it in a folder and returns what it prints; a command that fails fails the test.</summary>
    public static string Run(string folder, params IReadOnlyList<string> arguments) => Run(folder, [], arguments);

    /// <summary>The same with environment variables of its own.</summary>
    public static string Run(string folder, IEnumerable<KeyValuePair<string, string>> environment, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Not those of a `dotnet test` around this, and no server that outlives the command and holds on to its output.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment.Remove("NUGET_PACKAGES");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{output}{error.Result}");
        return output;
    }
}
