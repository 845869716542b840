using Xunit;
using Yolo.CommandLine.Output;

namespace Yolo.CommandLine.Tests;

/// <summary>A command line that was run in this process, and what it said.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    /// <summary>The output's lines.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a command line.</summary>
    public static Task<CommandRun> Of(params string[] args) => Until(TestContext.Current.CancellationToken, args);

    /// <summary>Runs a command line that can be cancelled.</summary>
    public static async Task<CommandRun> Until(CancellationToken cancellation, params string[] args)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        int code = await new CommandLineApp(new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(errors), interactive: false)).RunAsync(args, cancellation);
        return new(code, output.ToString(), errors.ToString());
    }

    /// <summary>Throws with all that was said where the exit code is another one.</summary>
    public CommandRun ShouldExitWith(int code)
    {
        Assert.True(code == ExitCode, $"Expected the exit code {code}, found {ExitCode}.\n{Output}\n{Errors}");
        return this;
    }
}
