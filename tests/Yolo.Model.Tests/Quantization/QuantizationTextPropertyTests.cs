using System.Globalization;
using CsCheck;
using Xunit;
using Yolo.Model.Quantization;

namespace Yolo.Model.Tests.Quantization;

public sealed class QuantizationTextPropertyTests
{
    // Ends of every magnitude, denormal numbers and zero included.
    private static readonly Gen<ActivationRange> s_ranges = Gen.Select(Gen.Float, Gen.Float, (low, high) => new ActivationRange(-MathF.Abs(low), MathF.Abs(high))).Where(range => range.IsPossible);

    private static readonly Gen<NetworkQuantization> s_quantizations =
        Gen.Select(s_ranges, s_ranges, (linear, activated) => new ConvolutionRanges(linear, activated)).Array[0, 12].Select(ranges => new NetworkQuantization([.. ranges]));

    [Fact]
    public void Parse_OfAnyRangesWritten_GivesThemBitForBit() =>
        s_quantizations.Sample(quantization => Assert.Equal(quantization, QuantizationText.Parse(QuantizationText.Write(quantization))), iter: 2_000, threads: 1);

    // As others may have laid it out: comments, blank lines, tabs, line ends of Windows, nine digits as exponents.
    [Fact]
    public void Parse_OfAnyLayout_GivesTheRanges() =>
        Gen.Select(s_quantizations, Properties.OneOf(" ", "\t", "   "), Properties.OneOf("\n", "\r\n", "\n\n", "\n# linear 1\n")).Sample(
            (quantization, gap, end) =>
            {
                string text = string.Concat(quantization.Convolutions.Select(ranges => string.Join(gap,
                    ["linear", Digits(ranges.Linear.Low), Digits(ranges.Linear.High), "activated", Digits(ranges.Activated.Low), Digits(ranges.Activated.High)]) + end));

                Assert.Equal(quantization, QuantizationText.Parse(text));
            },
            iter: 2_000, threads: 1);

    [Fact]
    public void Parse_OfARangeWithoutZero_NamesItsLine() =>
        Gen.Select(s_quantizations, Gen.Float[1e-3f, 1e3f], Gen.Bool).Sample(
            (quantization, end, above) =>
            {
                string range = above ? $"{Digits(end)} {Digits(2 * end)}" : $"{Digits(-2 * end)} {Digits(-end)}";

                var error = Assert.Throws<InvalidDataException>(() => QuantizationText.Parse(QuantizationText.Write(quantization) + $"linear 0 1 activated {range}\n", "model.ranges"));

                Assert.StartsWith($"model.ranges({quantization.Convolutions.Length + 2}): expected ", error.Message, StringComparison.Ordinal);
            },
            iter: 500, threads: 1);

    private static string Digits(float value) => value.ToString("E8", CultureInfo.InvariantCulture);
}
