using System.Collections.Immutable;
using System.Globalization;

namespace Yolo.Model.Quantization;

/// <summary>Ranges of activations as text, a line for each convolution: <c>linear LOW HIGH activated LOW HIGH</c>, then one for each
/// shortcut: <c>shortcut LOW HIGH</c>, numbers
/// written so that they read back as they were. Lines that are blank or begin with <c>#</c> do not count.</summary>
public static class QuantizationText
{
    /// <summary>The text, lines that end in <c>\n</c>.</summary>
    public static string Write(NetworkQuantization quantization)
    {
        ArgumentNullException.ThrowIfNull(quantization);
        var lines = quantization.Convolutions.Select(ranges => string.Create(CultureInfo.InvariantCulture,
            $"linear {ranges.Linear.Low:R} {ranges.Linear.High:R} activated {ranges.Activated.Low:R} {ranges.Activated.High:R}\n"));
        var shortcuts = quantization.Shortcuts.Select(range => string.Create(CultureInfo.InvariantCulture, $"shortcut {range.Low:R} {range.High:R}\n"));
        return "# Ranges of the activations of each convolution but the last, for eight-bit integers.\n" + string.Concat(lines.Concat(shortcuts));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">A line is malformed or a range impossible; the message names the line.</exception>
    public static NetworkQuantization Parse(string text, string name = "ranges")
    {
        ArgumentNullException.ThrowIfNull(text);
        var convolutions = ImmutableArray.CreateBuilder<ConvolutionRanges>();
        var shortcuts = ImmutableArray.CreateBuilder<ActivationRange>();
        foreach (var (index, line) in text.Split('\n').Index())
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [] || words[0].StartsWith('#'))
                continue;
            if (words is ["shortcut", var low, var high])
                shortcuts.Add(Range(low, high) ?? throw Invalid("shortcut LOW HIGH"));
            else
                convolutions.Add(ParseLine(words) ?? throw Invalid("linear LOW HIGH activated LOW HIGH"));

            InvalidDataException Invalid(string expected) => new($"{name}({index + 1}): expected '{expected}' with LOW <= 0 <= HIGH, found '{line.Trim()}'.");
        }
        return new(convolutions.ToImmutable()) { Shortcuts = shortcuts.ToImmutable() };
    }

    private static ConvolutionRanges? ParseLine(string[] words) =>
        words is ["linear", var linearLow, var linearHigh, "activated", var low, var high] && Range(linearLow, linearHigh) is { } linear && Range(low, high) is { } activated
            ? new(linear, activated)
            : null;

    private static ActivationRange? Range(string low, string high) =>
        float.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out float from) && float.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out float to)
        && new ActivationRange(from, to) is { IsPossible: true } range
            ? range
            : null;
}
