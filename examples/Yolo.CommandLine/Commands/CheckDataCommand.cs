using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Yolo.CommandLine.Data;
using Yolo.CommandLine.Output;
using Yolo.Model.Data;
using Yolo.Model.Data.Check;
using Yolo.Model.Files;

namespace Yolo.CommandLine.Commands;

/// <summary><c>check-data</c>: every flaw in a data set, and what it holds.</summary>
internal sealed class CheckDataCommand(Terminal terminal)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly DataOptions _data = new();
    private readonly Option<string?> _set = new("--set") { Description = "Image set to check. [default: everything, and the sets against each other]", HelpName = "set" };
    private readonly Option<bool> _quick = new("--quick") { Description = "Read the heads of the images only; do not decode them or look for copies." };
    private readonly Option<string?> _json = new("--json") { Description = "Write the result as JSON, too.", HelpName = "file" };

    /// <summary>The command.</summary>
    public Command Create() => new Command("check-data", "Looks for every flaw in a data set, with file and line, and counts what it holds. Exits with 3 where there is a flaw.")
        .WithOptions([.. _data.Names, _set, _quick, _json])
        .WithExamples("yolo-mlnet check-data --data BCCD", "yolo-mlnet check-data --data coco/annotations/instances_val2017.json --quick", "yolo-mlnet check-data --data data.yaml --json flaws.json")
        .WithAction(terminal, Run);

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var data = _data.Open(parsed);
        string? set = parsed.GetValue(_set);
        var report = Check(data, set, !parsed.GetValue(_quick), _data.Get(parsed, cancellation), cancellation);
        foreach (var flaw in report.Flaws)
            terminal.Line(flaw.ToString());
        if (report.Flaws.Count > 0)
            terminal.Line();
        new ReportText(terminal).Write(report);
        int errors = report.Flaws.Count(flaw => flaw.Severity == FlawSeverity.Error);
        terminal.Line();
        terminal.Line(report.Flaws.Count == 0
            ? $"{data.NameOf(set)} ({data.Format.ToString().ToUpperInvariant()}): no flaw found."
            : FormattableString.Invariant($"{data.NameOf(set)} ({data.Format.ToString().ToUpperInvariant()}): {errors:N0} errors, {report.Flaws.Count - errors:N0} warnings."));
        if (parsed.GetValue(_json) is { } path)
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, report, s_json));
        return report.Flaws.Count == 0 ? ExitCodes.Success : ExitCodes.Flaws;
    }

    private DatasetReport Check(LabelledDataset data, string? set, bool decode, LoadOptions options, CancellationToken cancellation)
    {
        if (!decode)
            return DatasetCheck.Run(data, set, decode, progress: null, options, cancellation);
        DatasetReport? report = null;
        // The number of images is known once the annotations are read: the view begins with the first image.
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"Reading {data.NameOf(set)}"));
        Ticker.Run(terminal, "images", 0, ticker => report = DatasetCheck.Run(data, set, decode, new TickerProgress(ticker), options, cancellation));
        return report!;
    }
}
