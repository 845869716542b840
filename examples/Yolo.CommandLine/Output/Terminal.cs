using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Spectre.Console;

namespace Yolo.CommandLine.Output;

/// <summary>Where the program writes: results to one stream, errors and warnings to the other.</summary>
internal sealed class Terminal
{
    /// <summary>A terminal on two streams.</summary>
    /// <param name="output">Results and progress.</param>
    /// <param name="errors">Errors and warnings.</param>
    /// <param name="interactive">Whether progress may redraw itself; else it is plain lines.</param>
    public Terminal(TextWriter output, TextWriter errors, bool interactive)
    {
        Output = output;
        Errors = errors;
        Interactive = interactive;
        Ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = interactive ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = interactive ? InteractionSupport.Detect : InteractionSupport.No,
        });
    }

    /// <summary>Results and progress.</summary>
    public TextWriter Output { get; }

    /// <summary>Errors and warnings.</summary>
    public TextWriter Errors { get; }

    /// <summary>Whether progress redraws itself.</summary>
    public bool Interactive { get; }

    /// <summary>The output as Spectre.Console sees it.</summary>
    public IAnsiConsole Ansi { get; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected);

    /// <summary>A terminal that shows nothing, for processes other than the first of a distributed training.</summary>
    public static Terminal Silent() => new(TextWriter.Null, TextWriter.Null, interactive: false);

    /// <summary>A line of any length, not wrapped.</summary>
    public void Line(string text = "") => Output.WriteLine(text.TrimEnd());

    /// <summary>Starts a section.</summary>
    public void Heading(string text)
    {
        Output.WriteLine();
        if (Interactive)
            Ansi.MarkupLineInterpolated($"[bold]{text}[/]");
        else
            Output.WriteLine(text);
    }

    /// <summary>What is not as it should be and does not stop the command.</summary>
    public void Warning(string text) => Errors.WriteLine("warning: " + text);

    /// <summary>What went wrong.</summary>
    public void Error(string text) => Errors.WriteLine("error: " + text);

    /// <summary>A text, such as the name of a file, on one line. Control characters, which could move the cursor or change colors, are
    /// written as in C#.</summary>
    public static string Printable(string text) => !text.Any(char.IsControl) ? text : string.Concat(text.Select(letter => letter switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => char.IsControl(letter) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}") : letter.ToString(),
    }));

    /// <summary>A context whose warnings, such as boxes that a loader had to skip, are shown.</summary>
    public MLContext CreateContext(int? seed = null)
    {
        var ml = new MLContext(seed);
        ml.Log += (_, entry) =>
        {
            if (entry.Kind >= ChannelMessageKind.Warning)
                Warning(entry.RawMessage);
        };
        return ml;
    }
}
