using System.Globalization;
using Yolo.Model.Files;

namespace Yolo.Model.Data;

/// <summary>As much of YAML as files that describe data sets need: keys at the left margin with a text, a list or a map of texts, in blocks or in brackets. Deeper structures are passed over.</summary>
internal sealed class PlainYaml
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, string>> _maps = new(StringComparer.Ordinal);
    private string? _current;

    /// <summary>The keys, in the order of the file.</summary>
    public IReadOnlyCollection<string> Keys => _values.Keys;

    /// <summary>The texts behind a key: one, or those of the list, or those of the map in the order of their numbers; none where the key is absent or empty.</summary>
    public IReadOnlyList<string> Texts(string key) => _values.GetValueOrDefault(key) ?? [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">A line is none of what is understood; the message gives file and line.</exception>
    public static PlainYaml Read(string path)
    {
        var yaml = new PlainYaml();
        int number = 0;
        foreach (string raw in TextFile.ReadLines(path))
        {
            number++;
            string line = WithoutComment(raw).TrimEnd();
            string text = line.TrimStart();
            if (text.Length == 0 || text is "---" or "...")
                continue;
            if (text.Length < line.Length || text[0] == '-')
            {
                yaml.AddToBlock(text, path, number);
                continue;
            }
            var (key, value) = SplitPair(text) ?? throw new InvalidDataException(FormattableString.Invariant($"{path}({number}): expected 'key: value', found '{text}'."));
            yaml._values[key] = value.Length == 0 ? [] : Inline(value);
            yaml._current = key;
            yaml._maps.Remove(key);
        }
        foreach (var (key, map) in yaml._maps)
            yaml._values[key] = InOrder(map, path, key);
        return yaml;
    }

    private void AddToBlock(string text, string path, int number)
    {
        if (_current is null)
            throw new InvalidDataException(FormattableString.Invariant($"{path}({number}): expected a key first, found '{text}'."));
        if (text[0] == '-')
            _values[_current].Add(Unquote(text[1..].Trim()));
        else if (SplitPair(text) is { } pair && int.TryParse(pair.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            Map(_current)[index] = Unquote(pair.Value);
    }

    private SortedDictionary<int, string> Map(string key)
    {
        if (!_maps.TryGetValue(key, out var map))
            _maps.Add(key, map = []);
        return map;
    }

    private static List<string> InOrder(SortedDictionary<int, string> map, string path, string key)
    {
        int expected = 0;
        foreach (int index in map.Keys)
        {
            if (index != expected++)
                throw new InvalidDataException(FormattableString.Invariant($"{path}: the numbers of '{key}' must run from 0 without a gap; {expected - 1} is missing."));
        }
        return [.. map.Values];
    }

    private static List<string> Inline(string value)
    {
        if (value is ['[', .., ']'])
            return [.. SplitInline(value[1..^1]).Select(Unquote)];
        if (value is ['{', .., '}'])
        {
            var pairs = SplitInline(value[1..^1]).Select(SplitPair).OfType<(string Key, string Value)>();
            return [.. pairs.OrderBy(pair => int.TryParse(pair.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : int.MaxValue).Select(pair => Unquote(pair.Value))];
        }
        return [Unquote(value)];
    }

    private static IEnumerable<string> SplitInline(string text)
    {
        int start = 0;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            if (quote != '\0')
                quote = text[i] == quote ? '\0' : quote;
            else if (text[i] is '\'' or '"')
                quote = text[i];
            else if (text[i] == ',')
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }
        if (text[start..].Trim() is { Length: > 0 } last)
            yield return last;
    }

    private static (string Key, string Value)? SplitPair(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        bool pair = colon > 0 && (colon == text.Length - 1 || text[colon + 1] == ' ');
        return pair ? (Unquote(text[..colon].Trim()), text[(colon + 1)..].Trim()) : null;
    }

    private static string Unquote(string text) => text is ['\'', .., '\''] or ['"', .., '"'] ? text[1..^1] : text;

    /// <summary>A comment begins with # at the start or behind white space, outside of quotes.</summary>
    private static string WithoutComment(string line)
    {
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            if (quote != '\0')
                quote = line[i] == quote ? '\0' : quote;
            else if (line[i] is '\'' or '"')
                quote = line[i];
            else if (line[i] == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
                return line[..i];
        }
        return line;
    }
}
