using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Yolo.CommandLine.Commands;
using Yolo.CommandLine.Downloads;
using Yolo.CommandLine.Output;

namespace Yolo.CommandLine;

/// <summary>The program: all commands.</summary>
/// <param name="terminal">Where it writes.</param>
/// <param name="downloads">What can be downloaded; null: <see cref="DownloadCatalog.Items"/>.</param>
internal sealed class CommandLineApp(Terminal terminal, IReadOnlyList<DownloadItem>? downloads = null)
{
    /// <summary>Runs a command line and returns its exit code (<see cref="ExitCodes"/>).</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellation = default)
    {
        var parsed = CreateRoot().Parse(args);
        // A training step is finished before a cancelled run ends; one of a large network takes seconds.
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output, Error = terminal.Errors, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1),
        };
        if (parsed.Action is not ParseErrorAction wrong)
            return await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        wrong.ShowHelp = false;
        await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        var command = parsed.CommandResult.Command;
        terminal.Errors.WriteLine($"Try: yolo-mlnet {(command is RootCommand ? "" : command.Name + " ")}--help");
        return ExitCodes.Usage;
    }

    private RootCommand CreateRoot()
    {
        var root = new RootCommand("YOLOv2 object detection: trains on your images, measures, detects, and exports the model.")
        {
            new TrainCommand(terminal).Create(),
            new ValCommand(terminal).Create(),
            new DetectCommand(terminal).Create(),
            new AnchorsCommand(terminal).Create(),
            new ExportCommand(terminal).Create(),
            new SummaryCommand(terminal).Create(),
            new CheckDataCommand(terminal).Create(),
            new ConvertCommand(terminal).Create(),
            new DownloadCommand(terminal, downloads ?? DownloadCatalog.Items).Create(),
        };
        root.WithExamples(
            "yolo-mlnet check-data --data BCCD",
            "yolo-mlnet train --data BCCD                           # writes runs/train/model.zip",
            "yolo-mlnet val --model runs/train/model.zip --data BCCD",
            "yolo-mlnet detect street.jpg --model runs/train/model.zip");
        var help = root.Options.OfType<HelpOption>().First();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}
