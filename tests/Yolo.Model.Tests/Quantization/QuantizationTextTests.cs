using Xunit;
using Yolo.Model.Quantization;

namespace Yolo.Model.Tests.Quantization;

public class QuantizationTextTests
{
    [Fact]
    public void Parse_WrittenText_GivesTheSameFloats()
    {
        NetworkQuantization quantization = new([new(new(-1f / 3, 1e-7f), new(0, 123456.79f)), new(new(-5, 0), new(-0.5f, float.Epsilon * 3e30f))]) { Shortcuts = [new(0, 1f / 7), new(-2, 3)] };

        Assert.Equal(quantization, QuantizationText.Parse(QuantizationText.Write(quantization)));
    }

    // As it was written before there were shortcuts.
    [Fact]
    public void Parse_TextWithoutShortcuts_HasNone() => Assert.Empty(QuantizationText.Parse("linear -1 1 activated -1 1\n").Shortcuts);

    [Theory]
    [InlineData("shortcut 1 2")]
    [InlineData("shortcut 0 x")]
    public void Parse_MalformedShortcut_NamesIt(string line) => Assert.Equal(
        $"model.ranges(2): expected 'shortcut LOW HIGH' with LOW <= 0 <= HIGH, found '{line}'.",
        Assert.Throws<InvalidDataException>(() => QuantizationText.Parse("linear -1 1 activated -1 1\n" + line, "model.ranges")).Message);

    [Theory]
    [InlineData("linear -1 1 activated -1")]
    [InlineData("linear -1 x activated -1 1")]
    [InlineData("linear 1 2 activated -1 1")]
    [InlineData("linear -1 1 activated 0 0")]
    [InlineData("linear -1 NaN activated 0 1")]
    [InlineData("linear -1 Infinity activated 0 1")]
    public void Parse_MalformedLine_NamesIt(string line)
    {
        var exception = Assert.Throws<InvalidDataException>(() => QuantizationText.Parse("# ranges\nlinear -1 1 activated -1 1\n" + line, "model.ranges"));

        Assert.StartsWith("model.ranges(3): expected 'linear LOW HIGH", exception.Message, StringComparison.Ordinal);
        Assert.Contains(line, exception.Message, StringComparison.Ordinal);
    }
}
