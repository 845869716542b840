namespace Yolo.Model.Network;

/// <summary>The syntax of a .cfg text: sections of <c>key=value</c> lines. White space counts nowhere; <c>#</c> and <c>;</c> start a comment.</summary>
internal static class ConfigText
{
    /// <summary>Splits a text into its sections, in order.</summary>
    /// <param name="text">The text, with any kind of line ends.</param>
    /// <param name="file">What errors call the text.</param>
    /// <exception cref="InvalidDataException">A line is neither a section nor an option, or an option comes before the first section.</exception>
    public static List<ConfigSection> Split(string text, string file)
    {
        var sections = new List<ConfigSection>();
        using var reader = new StringReader(text.TrimStart('\uFEFF'));
        for (int number = 1; reader.ReadLine() is { } raw; number++)
        {
            string line = Strip(raw);
            if (line.Length == 0)
                continue;
            if (line[0] == '[')
            {
                if (line.Length < 3 || line[^1] != ']')
                    throw new InvalidDataException($"{file}({number}): '{line}' is no [section].");
                sections.Add(new(file, line[1..^1], number));
                continue;
            }
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || equals == line.Length - 1)
                throw new InvalidDataException($"{file}({number}): '{line}' is neither a [section] nor key=value.");
            if (sections.Count == 0)
                throw new InvalidDataException($"{file}({number}): '{line}' comes before the first section.");
            sections[^1].Add(line[..equals], line[(equals + 1)..], number);
        }
        return sections;
    }

    private static string Strip(string line)
    {
        int comment = line.AsSpan().IndexOfAny('#', ';');
        return string.Concat((comment < 0 ? line : line[..comment]).Where(character => !char.IsWhiteSpace(character)));
    }
}
