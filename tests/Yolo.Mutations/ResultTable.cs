using System.Globalization;
using System.Text;

namespace Yolo.Mutations;

/// <summary>The table in docs/mutations.md: which test caught which mutation.</summary>
internal sealed class ResultTable
{
    private const string Start = "<!-- Written by tests/Yolo.Mutations. -->";

    private readonly string _path;
    private readonly string _introduction;
    private readonly Dictionary<string, string> _caughtBy = new(StringComparer.Ordinal);

    /// <summary>Reads the page as it stands.</summary>
    public ResultTable(string path)
    {
        _path = path;
        string text = File.Exists(path) ? File.ReadAllText(path) : "";
        int start = text.IndexOf(Start, StringComparison.Ordinal);
        _introduction = start < 0 ? text : text[..start];
        foreach (string line in start < 0 ? [] : text[start..].Split('\n'))
        {
            if (line.Split(" | ") is [var rule, _, var test] && test.Contains('`', StringComparison.Ordinal))
                _caughtBy[rule.TrimStart('|', ' ')] = test.Trim('|', ' ', '`');
        }
    }

    /// <summary>The test that caught a mutation when it was last run, or null.</summary>
    public string? this[Mutation mutation]
    {
        get => _caughtBy.GetValueOrDefault(mutation.Rule);
        set
        {
            if (value is null)
                _caughtBy.Remove(mutation.Rule);
            else
                _caughtBy[mutation.Rule] = value;
        }
    }

    /// <summary>Writes the page with the results of a list.</summary>
    public void Write(IReadOnlyList<Mutation> mutations)
    {
        var text = new StringBuilder(_introduction).Append(Start).Append('\n');
        foreach (var area in mutations.GroupBy(mutation => mutation.Area))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {char.ToUpperInvariant(area.Key[0])}{area.Key[1..]}\n\n| rule broken | where | caught by |\n| --- | --- | --- |\n");
            foreach (var mutation in area)
                text.Append(CultureInfo.InvariantCulture, $"| {mutation.Rule} | {Path.GetFileName(mutation.File)} | {(this[mutation] is { } test ? $"`{test}`" : "nothing")} |\n");
        }
        File.WriteAllText(_path, text.ToString());
    }
}
