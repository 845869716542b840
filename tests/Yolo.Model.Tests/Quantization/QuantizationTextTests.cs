using Xunit;
using Yolo.Model.Quantization;

namespace Yolo.Model.Tests.Quantization;

public class QuantizationTextTests
{
    [Fact]
    public void Parse_WrittenText_GivesTheSameFloats()
    {
        NetworkQuantization quantization = new([new(new(-1f / 3, 1e-7f), new(0, 123456.79f)), new(new(-5, 0), new(-0.5f, float.Epsilon * 3e30f))]);

        Assert.Equal(quantization, QuantizationText.Parse(QuantizationText.Write(quantization)));
    }

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
