using Spectre.Console;

namespace Quickstart;

/// <summary>What the program says.</summary>
internal static class Report
{
    /// <summary>Starts a section.</summary>
    public static void Heading(string text)
    {
        Console.WriteLine();
        AnsiConsole.MarkupLineInterpolated($"[bold]{text}[/]");
    }

    /// <summary>A line of any length, not wrapped.</summary>
    public static void Line(string text) => Console.WriteLine(text.TrimEnd());

    /// <summary>What went wrong.</summary>
    public static void Error(string text) => Console.Error.WriteLine(text);
}
