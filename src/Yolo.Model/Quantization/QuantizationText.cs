using System.Collections.Immutable;
using System.Globalization;

namespace Yolo.Model.Quantization;

/// <summary>Ranges of activations as text, a line for each convolution: <c>linear LOW HIGH activated LOW HIGH</c>, numbers written so that they read back as they were.
/// Lines that are blank or begin with <c>#</c> do not count.</summary>
public static class QuantizationText
{
    /// <summary>The text, lines that end in <c>\n</c>.</summary>
    public static string Write(NetworkQuantization quantization)
    {
        ArgumentNullException.ThrowIfNull(quantization);
        var lines = quantization.Convolutions.Select(ranges => string.Create(CultureInfo.InvariantCulture,
            $"linear {ranges.Linear.Low:R} {ranges.Linear.High:R} activated {ranges.Activated.Low:R} {ranges.Activated.High:R}\n"));
        return "# Ranges of the activations of each convolution but the last, for eight-bit integers.\n" + string.Concat(lines);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">A line is malformed or a range impossible; the message names the line.</exception>
    public static NetworkQuantization Parse(string text, string name = "ranges")
    {
        ArgumentNullException.ThrowIfNull(text);
        var convolutions = ImmutableArray.CreateBuilder<ConvolutionRanges>();
        foreach (var (index, line) in text.Split('\n').Index())
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && !words[0].StartsWith('#'))
                convolutions.Add(ParseLine(words) ?? throw new InvalidDataException($"{name}({index + 1}): expected 'linear LOW HIGH activated LOW HIGH' with LOW <= 0 <= HIGH, found '{line.Trim()}'."));
        }
        return new(convolutions.ToImmutable());
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
