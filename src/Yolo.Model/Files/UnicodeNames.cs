using System.Collections.Frozen;
using System.Text;

namespace Yolo.Model.Files;

/// <summary>Names of files that look alike: macOS writes an é as e and an accent (NFD), everybody else as one character (NFC).</summary>
/// <remarks><c>string.Normalize</c> does nothing in applications that run with <c>InvariantGlobalization</c>, so the pairs of Unicode's canonical decompositions are kept here (Unicode Standard,
/// section 3.11; Hangul by its arithmetic, section 3.12).</remarks>
internal static class UnicodeNames
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7, Leads = 19, Vowels = 21, Tails = 28;

    private static readonly Lazy<FrozenDictionary<(char, char), char>> s_pairs = new(ReadPairs);

    /// <summary>The name with every letter and the accent after it as one character.</summary>
    public static string Compose(string name)
    {
        if (System.Text.Ascii.IsValid(name))
            return name;
        var result = new StringBuilder(name.Length);
        foreach (char next in name)
        {
            if (result.Length > 0 && Pair(result[^1], next) is { } composed)
                result[^1] = composed;
            else
                result.Append(next);
        }
        return result.ToString();
    }

    private static char? Pair(char first, char second)
    {
        int lead = first - LeadBase, vowel = second - VowelBase, syllable = first - HangulBase, tail = second - TailBase;
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
            return (char)(HangulBase + (lead * Vowels + vowel) * Tails);
        if (syllable is >= 0 and < Leads * Vowels * Tails && syllable % Tails == 0 && tail is > 0 and < Tails)
            return (char)(first + tail);
        return s_pairs.Value.TryGetValue((first, second), out char composed) ? composed : null;
    }

    private static FrozenDictionary<(char, char), char> ReadPairs()
    {
        using var reader = new StreamReader(typeof(UnicodeNames).Assembly.GetManifestResourceStream("compositions.txt")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenDictionary(line => (line[1], line[2]), line => line[0]);
    }
}
