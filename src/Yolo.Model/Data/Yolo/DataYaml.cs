using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Yolo.Model.Files;

namespace Yolo.Model.Data.Yolo;

/// <summary>What a file that describes a data set holds at its first level: keys with a text, a list of texts or a map of numbers to texts. Deeper structures are passed over.</summary>
internal sealed class DataYaml
{
    private readonly Dictionary<string, (int Line, IReadOnlyList<string> Texts)> _values = new(StringComparer.Ordinal);

    /// <summary>The keys, in the order of the file.</summary>
    public IReadOnlyCollection<string> Keys => _values.Keys;

    /// <summary>The texts behind a key: one, or those of the list, or those of the map in the order of their numbers; none where the key is absent or empty.</summary>
    public IReadOnlyList<string> Texts(string key) => _values.TryGetValue(key, out var value) ? value.Texts : [];

    /// <summary>The line of a key, from 1; 1 where it is absent.</summary>
    public int LineOf(string key) => _values.TryGetValue(key, out var value) ? value.Line : 1;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no YAML, or no map; the message gives file and line.</exception>
    public static DataYaml Read(string path)
    {
        var yaml = new DataYaml();
        string text = TextFile.Read(path);
        // Events, and not the tree of YamlDotNet, which is built by recursion: a hostile file nests deeper than a stack.
        var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        try
        {
            yaml.ReadRoot(parser, path);
        }
        // Its scanner throws others than its own, too.
        catch (Exception exception) when (exception is YamlException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            long number = exception is YamlException known ? known.Start.Line : parser.Current?.End.Line ?? 1;
            string line = text.Split('\n').ElementAtOrDefault((int)number - 1)?.Trim() ?? "";
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string hint = colon > 0 && colon < line.Length - 1 && line[colon + 1] != ' ' ? " Write a space after the colon." : line.Contains('\t', StringComparison.Ordinal) ? " Indent with spaces, not with tabs." : "";
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path}({number}): expected YAML, found '{line}'.{hint} {exception.Message}"), exception);
        }
        return yaml;
    }

    private void ReadRoot(Parser parser, string path)
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
            return;
        parser.Consume<DocumentStart>();
        if (!parser.TryConsume<MappingStart>(out _))
        {
            if (parser.TryConsume<Scalar>(out var scalar) && scalar.Value.Length == 0)
                return;
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path}({scalar?.Start.Line ?? parser.Current!.Start.Line}): expected 'key: value', found '{scalar?.Value ?? "a list"}'."));
        }
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            _values[key.Value] = ((int)key.Start.Line, ReadValue(parser, path, key.Value));
        }
    }

    private static IReadOnlyList<string> ReadValue(Parser parser, string path, string key)
    {
        if (parser.TryConsume<Scalar>(out var scalar))
            return IsNull(scalar) ? [] : [scalar.Value];
        if (parser.TryConsume<SequenceStart>(out _))
            return ReadList(parser);
        if (parser.TryConsume<MappingStart>(out _))
            return ReadMap(parser, path, key);
        // An alias: nothing that these files need.
        parser.MoveNext();
        return [];
    }

    private static List<string> ReadList(Parser parser)
    {
        var texts = new List<string>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            if (parser.TryConsume<Scalar>(out var item))
                texts.Add(item.Value);
            else
                SkipValue(parser);
        }
        return texts;
    }

    private static IReadOnlyList<string> ReadMap(Parser parser, string path, string key)
    {
        var texts = new SortedDictionary<int, string>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            bool numbered = parser.TryConsume<Scalar>(out var index) && int.TryParse(index.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _);
            if (numbered && parser.TryConsume<Scalar>(out var text))
                texts[int.Parse(index!.Value, CultureInfo.InvariantCulture)] = text.Value;
            else
                SkipValue(parser);
        }
        int expected = 0;
        foreach (int index in texts.Keys)
        {
            if (index != expected++)
                throw new InvalidDataException(FormattableString.Invariant($"{path}: the numbers of '{key}' must run from 0 without a gap; {expected - 1} is missing."));
        }
        return [.. texts.Values];
    }

    private static void SkipValue(Parser parser)
    {
        int depth = 0;
        do
        {
            depth += parser.Current!.NestingIncrease;
            parser.MoveNext();
        }
        while (depth > 0);
    }

    private static bool IsNull(Scalar scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
}
