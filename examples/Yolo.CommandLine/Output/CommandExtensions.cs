using System.CommandLine;

namespace Yolo.CommandLine.Output;

/// <summary>What every command here does the same way.</summary>
internal static class CommandExtensions
{
    /// <summary>Adds command lines that its help shows.</summary>
    public static Command WithExamples(this Command command, params string[] examples)
    {
        HelpWithExamples.Add(command, examples);
        return command;
    }

    /// <summary>Adds options.</summary>
    public static Command WithOptions(this Command command, params Option[] options)
    {
        foreach (var option in options)
            command.Options.Add(option);
        return command;
    }

    /// <summary>Sets what the command does. Errors that a user can do something about become a message and an exit code.</summary>
    /// <param name="command">The command.</param>
    /// <param name="terminal">Where errors go.</param>
    /// <param name="run">Does it and returns the exit code.</param>
    /// <param name="cancelled">What is said when it was cancelled.</param>
    public static Command WithAction(this Command command, Terminal terminal, Func<ParseResult, CancellationToken, int> run, Func<ParseResult, string>? cancelled = null)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await Task.Run(() => run(parsed, cancellation), CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                terminal.Error(cancelled?.Invoke(parsed) ?? "Cancelled.");
                return ExitCodes.Cancelled;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException
                or ArgumentException or NotSupportedException or HttpRequestException or FormatException)
            {
                terminal.Error(exception.Message);
                return ExitCodes.Failure;
            }
        });
        return command;
    }
}
