using System.Globalization;
using System.Text;
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
        foreach (string line in TextFile.ReadLines(path))
        {
            number++;
            try
            {
                yaml.AddLine(WithoutComment(line).TrimEnd());
            }
            catch (FormatException exception)
            {
                throw new InvalidDataException(FormattableString.Invariant($"{path}({number}): {exception.Message}"), exception);
            }
        }
        foreach (var (key, map) in yaml._maps)
            yaml._values[key] = InOrder(map, path, key);
        return yaml;
    }

    private void AddLine(string line)
    {
        string text = line.TrimStart();
        if (text.Length == 0 || text is "---" or "...")
            return;
        if (text.Length < line.Length || text[0] == '-')
        {
            AddToBlock(text);
            return;
        }
        var (key, value) = SplitPair(text) ?? throw new FormatException($"expected 'key: value', found '{text}'.");
        _values[key] = value.Length == 0 ? [] : Inline(value);
        _current = key;
        _maps.Remove(key);
    }

    private void AddToBlock(string text)
    {
        if (_current is null)
            throw new FormatException($"expected a key first, found '{text}'.");
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
        for (int i = 0; i < text.Length; i++)
        {
            if (OpensQuotes(text, i))
            {
                i = EndOfQuotes(text, i);
            }
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

    /// <summary>A comment begins with # at the start or behind white space, outside of quotes.</summary>
    private static string WithoutComment(string line)
    {
        for (int i = 0; i < line.Length; i++)
        {
            if (OpensQuotes(line, i))
                i = EndOfQuotes(line, i);
            else if (line[i] == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
                return line[..i];
        }
        return line;
    }

    /// <summary>Whether there is a quotation mark that a text begins with. Within a text, as in <c>dog's</c>, it is a character like others.</summary>
    private static bool OpensQuotes(string line, int index)
    {
        if (line[index] is not ('\'' or '"'))
            return false;
        var before = line.AsSpan(0, index).TrimEnd();
        return before.IsEmpty || before[^1] is '[' or '{' or ',' || before[^1] is ':' or '-' && before.Length < index;
    }

    /// <summary>Index of the mark that closes the one at <paramref name="start"/>; the length of the text where none does.</summary>
    private static int EndOfQuotes(string text, int start)
    {
        char quote = text[start];
        for (int i = start + 1; i < text.Length; i++)
        {
            if (quote == '"' && text[i] == '\\' || quote == '\'' && text[i] == quote && i + 1 < text.Length && text[i + 1] == quote)
                i++;
            else if (text[i] == quote)
                return i;
        }
        return text.Length;
    }

    private static string Unquote(string text)
    {
        if (text is not ['\'' or '"', .., '\'' or '"'] || EndOfQuotes(text, 0) != text.Length - 1)
            return text;
        string inner = text[1..^1];
        return text[0] == '\'' ? inner.Replace("''", "'", StringComparison.Ordinal) : Unescape(inner);
    }

    /// <summary>YAML 1.2, section 5.7, but for what no name needs: control characters other than tab and line breaks.</summary>
    private static string Unescape(string text)
    {
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }
            char escape = text[++i];
            int digits = escape switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            result.Append(escape switch
            {
                '"' or '\\' or '/' or ' ' => escape.ToString(),
                't' => "\t",
                'n' => "\n",
                'r' => "\r",
                _ when digits > 0 && Character(text.AsSpan(i + 1), digits) is { } character => character,
                _ => throw new FormatException($"'{text[(i - 1)..]}' begins with no escape that is known: \\\" \\\\ \\/ \\t \\n \\r \\xFF \\uFFFF \\UFFFFFFFF."),
            });
            i += digits;
        }
        return result.ToString();
    }

    private static string? Character(ReadOnlySpan<char> text, int digits) =>
        text.Length >= digits && uint.TryParse(text[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            ? code <= char.MaxValue ? ((char)code).ToString() : Rune.IsValid(code) ? new Rune(code).ToString() : null
            : null;
}
