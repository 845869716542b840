namespace Yolo.Mutations;

/// <summary>A rule, and how it is broken. Linked into Yolo.Documentation.Tests, which checks that every text still stands in its file.</summary>
/// <param name="Area">What the rule belongs to.</param>
/// <param name="Tests">Names of the test classes to run, <c>*</c> at any place.</param>
/// <param name="Rule">What goes wrong, in words.</param>
/// <param name="File">The source file, from the repository's root.</param>
/// <param name="Changes">Texts of the file, and what takes their place.</param>
internal sealed record Mutation(string Area, IReadOnlyList<string> Tests, string Rule, string File, IReadOnlyList<(string Before, string After)> Changes)
{
    /// <summary>The source with the rule broken.</summary>
    /// <exception cref="InvalidDataException">A text does not stand exactly once in the source.</exception>
    public string Apply(string source)
    {
        var places = Changes.Select(change => (Start: PlaceOf(change.Before, source), change.Before, change.After)).OrderByDescending(place => place.Start);
        foreach (var (start, before, after) in places)
            source = source[..start] + after + source[(start + before.Length)..];
        return source;
    }

    /// <summary>Reads a list: <c>[area] tests, tests</c>, and below it for each mutation <c># rule</c>, the file, and pairs of <c>- before</c> and <c>+ after</c>.</summary>
    /// <exception cref="InvalidDataException">A line is none of these, or stands where it cannot.</exception>
    public static IReadOnlyList<Mutation> ReadList(string path)
    {
        var list = new List<Mutation>();
        (string area, string[] tests) = ("", []);
        int number = 0;
        foreach (string line in System.IO.File.ReadLines(path))
        {
            number++;
            if (line.Length == 0 || line.StartsWith("//", StringComparison.Ordinal))
                continue;
            var last = list.LastOrDefault();
            switch (line)
            {
                case ['[', ..] when line.IndexOf(']', StringComparison.Ordinal) is > 0 and var end:
                    (area, tests) = (line[1..end], line[(end + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                    break;
                case ['#', ' ', .. var rule]:
                    list.Add(new(area, tests, rule, "", []));
                    break;
                case ['-', ' ', .. var before] when last is not null:
                    list[^1] = last with { Changes = [.. last.Changes, (before, "")] };
                    break;
                case ['+', ' ', .. var after] when last is { Changes: [.., (var before, "")] }:
                    list[^1] = last with { Changes = [.. last.Changes.SkipLast(1), (before, after)] };
                    break;
                case ['s', 'r', 'c', '/', ..] when last is { File: "" }:
                    list[^1] = last with { File = line };
                    break;
                default:
                    throw new InvalidDataException($"{path}({number}): expected an area, a rule, a file, '- before' or '+ after', found '{line}'.");
            }
        }
        return list;
    }

    private int PlaceOf(string text, string source)
    {
        int first = source.IndexOf(text, StringComparison.Ordinal);
        if (first < 0 || source.IndexOf(text, first + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidDataException($"{File}: expected '{text}' once, found it {(first < 0 ? "nowhere" : "more than once")} ({Rule}).");
        return first;
    }
}
