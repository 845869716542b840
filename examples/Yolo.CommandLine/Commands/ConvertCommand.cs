using System.CommandLine;
using System.CommandLine.Parsing;
using Yolo.CommandLine.Data;
using Yolo.CommandLine.Output;
using Yolo.Model.Data;

namespace Yolo.CommandLine.Commands;

/// <summary><c>convert</c>: a data set in another format, or divided anew.</summary>
internal sealed class ConvertCommand(Terminal terminal)
{
    private readonly DataOptions _data = new();
    private readonly SplitOptions _split = new();
    private readonly Option<DatasetFormat> _to = new("--to")
    {
        Description = "Format to write.", HelpName = "voc|coco|yolo", Required = true,
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder to write; it must be empty or not there.", HelpName = "folder", Required = true,
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Image set to take; may be given several times. [default: all of them]",
        HelpName = "set",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<ImageTransfer> _link = new("--link")
    {
        Description = "Link the images instead of copying them: hard (on one disk) or symbolic. [default of --link: hard]",
        HelpName = "hard|symbolic",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParseLink,
    };

    /// <summary>The command.</summary>
    public Command Create() =>
        new Command("convert", "Writes a data set in another format, with its images; divides it into sets on request.")
        .WithOptions([.. _data.All, _to, _output, _set, .. _split.All, _link])
        .WithExamples(
            "yolo-mlnet convert --data BCCD --to coco --output BCCD-coco",
            "yolo-mlnet convert --data labels --to yolo --output data --split train=0.8,val=0.1,test=0.1",
            @"yolo-mlnet convert --data roboflow --to voc -o voc --split train=0.8,val=0.2 --group '^(.+)_(jpg|jpeg|png)\.rf\.' --link")
        .WithAction(terminal, Run, parsed => $"Cancelled. {parsed.GetValue(_output)} is not complete: delete it before you start again.");

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        bool split = _split.IsAsked(parsed);
        var (format, output) = (parsed.GetValue(_to), parsed.GetRequiredValue(_output));
        string[] asked = parsed.GetValue(_set) ?? [];
        // A set that overlaps others repeats their warnings.
        var warnings = new HashSet<string>(StringComparer.Ordinal);
        void Warn(string message)
        {
            if (warnings.Add(message))
                terminal.Warning(message);
        }

        var data = _data.Open(parsed);
        var sets = split ? _split.Split(parsed, KeptSets.ReadTogether(data, asked, Warn), terminal)
            : KeptSets.Read(data, asked, disjoint: format != DatasetFormat.Voc, terminal, Warn);
        cancellation.ThrowIfCancellationRequested();
        var writer = DatasetWriter.Create(format, output, ClassesOf(sets), parsed.GetValue(_link), Warn);
        foreach (var set in sets)
            writer.AddSet(set.Key);
        Ticker.Run(terminal, "images", sets.Sum(set => set.Value.Count), ticker =>
        {
            foreach (var (set, image) in sets.SelectMany(set => set.Value.Select(image => (set.Key, image))))
            {
                cancellation.ThrowIfCancellationRequested();
                writer.Add(image, set);
                ticker.Advance();
            }
        });
        writer.Complete();
        Summarize(sets, format, output, warnings.Count);
        return ExitCodes.Success;
    }

    private void Summarize(
        IReadOnlyList<KeyValuePair<string, IReadOnlyList<LabelledImage>>> sets, DatasetFormat format, string output, int warnings)
    {
        foreach (var (set, images) in sets)
        {
            var classes = images.SelectMany(image => image.Objects).CountBy(item => item.ClassName)
                .OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)
                .Select(count => FormattableString.Invariant($", {count.Value:N0} {count.Key}"));
            terminal.Line(FormattableString.Invariant($"{set}: {images.Count:N0} images") + string.Concat(classes));
            if (images.Count == 0)
                terminal.Warning($"{set} has no image.");
        }
        string counted = warnings == 0 ? "no warnings"
            : FormattableString.Invariant($"{warnings:N0} {(warnings == 1 ? "warning" : "warnings")}");
        terminal.Line($"written: {output} ({format.ToString().ToUpperInvariant()}), {counted}");
        terminal.Line($"next: yolo-mlnet check-data --data {output}");
    }

    private static IReadOnlyList<string> ClassesOf(IEnumerable<KeyValuePair<string, IReadOnlyList<LabelledImage>>> sets) =>
        LabelledDataset.ClassNames(sets.SelectMany(set => set.Value));

    private static ImageTransfer ParseLink(ArgumentResult result)
    {
        switch (result.Tokens is [.., var token] ? token.Value.ToUpperInvariant() : "HARD")
        {
            case "HARD":
                return ImageTransfer.HardLink;
            case "SYMBOLIC":
                return ImageTransfer.SymbolicLink;
            default:
                result.AddError($"--link must be hard or symbolic; found {result.Tokens[^1].Value}.");
                return default;
        }
    }
}
