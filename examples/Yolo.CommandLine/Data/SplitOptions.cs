using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using Quickstart;
using Yolo.CommandLine.Output;
using Yolo.Model.Data;

namespace Yolo.CommandLine.Data;

/// <summary>The options by which a command is told to divide images into sets.</summary>
internal sealed class SplitOptions
{
    /// <summary>Finds the source of the copies that Roboflow makes of a picture.</summary>
    private const string RoboflowCopies = @"^(.+)_(jpg|jpeg|png)\.rf\.";

    private readonly Option<KeyValuePair<string, double>[]?> _split = new("--split")
    {
        Description = "Divide the images anew, such as train=0.8,val=0.1,test=0.1. [default: the sets stay as they are]",
        HelpName = "set=part,...",
        CustomParser = ParseSplit,
    };

    private readonly Option<int?> _seed = OptionKinds.AtLeast("--seed", 0, "Seed of --split. [default: 0]");

    private readonly Option<Regex?> _group = new("--group")
    {
        Description =
            "With --split: images for which this regular expression finds the same (its first group, if it has one) stay in one set. "
            + "It looks at the file name; if it contains /, at the path.",
        HelpName = "regex",
        CustomParser = ParseGroup,
    };

    private readonly Option<bool> _noStratify =
        new("--no-stratify") { Description = "With --split: look at the number of images alone, not at their classes." };

    /// <summary>All, for <c>WithOptions</c>.</summary>
    public Option[] All => [_split, _seed, _group, _noStratify];

    /// <summary>Whether a split is asked for.</summary>
    /// <exception cref="ArgumentException">It is not, but an option of one is given.</exception>
    public bool IsAsked(ParseResult parsed)
    {
        if (parsed.GetValue(_split) is { Length: > 0 })
            return true;
        return Array.Find([_seed, _group, (Option)_noStratify], option => parsed.GetResult(option) is { Implicit: false }) is { } alone
            ? throw new ArgumentException($"{alone.Name} belongs to --split; add such as --split train=0.8,val=0.2.") : false;
    }

    /// <summary>Divides images.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<LabelledImage>>> Split(
        ParseResult parsed, IReadOnlyList<LabelledImage> images, Terminal terminal)
    {
        var pattern = parsed.GetValue(_group);
        if (pattern is null)
            LookForCopies(images, terminal);
        return DatasetSplit.Split(images, parsed.GetValue(_split)!, new()
        {
            Seed = parsed.GetValue(_seed) ?? 0,
            Stratify = !parsed.GetValue(_noStratify),
            GroupOf = pattern is null ? null : DatasetSplit.GroupBy(pattern),
        });
    }

    /// <summary>Copies of a picture in train and test make a model look better than it is.</summary>
    private static void LookForCopies(IReadOnlyList<LabelledImage> images, Terminal terminal)
    {
        int copies = images.Select(DatasetSplit.GroupBy(new(RoboflowCopies))).CountBy(source => source).Sum(source => source.Value - 1);
        if (copies > 0)
        {
            terminal.Warning(FormattableString.Invariant($"{copies:N0} images are copies of others by their names, ")
                + $"and may come into different sets. Keep them together: --group '{RoboflowCopies}'");
        }
    }

    private static KeyValuePair<string, double>[]? ParseSplit(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        var fractions = new List<KeyValuePair<string, double>>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split('=', StringSplitOptions.TrimEntries);
            if (pair.Length != 2 || pair[0].Length == 0
                || !double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double fraction))
            {
                result.AddError($"--split must be names and parts, such as train=0.8,val=0.1,test=0.1; found {text}.");
                return null;
            }
            fractions.Add(KeyValuePair.Create(pair[0], fraction));
        }
        try
        {
            DatasetSplit.Split([], fractions);
        }
        catch (ArgumentException)
        {
            result.AddError($"--split must have a part above 0 for each of its sets, 1 together; found {text}.");
            return null;
        }
        return [.. fractions];
    }

    private static Regex? ParseGroup(ArgumentResult result)
    {
        try
        {
            return new(result.Tokens[^1].Value, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException exception)
        {
            result.AddError($"--group must be a regular expression. {exception.Message}");
            return null;
        }
    }
}
