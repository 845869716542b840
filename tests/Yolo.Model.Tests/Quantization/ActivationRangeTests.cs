using Xunit;
using Yolo.Model.Quantization;

namespace Yolo.Model.Tests.Quantization;

public class ActivationRangeTests
{
    // By hand: 2.55 in 255 steps is 0.01 a step, and zero is step 100.
    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(0.123f, 0.12f)]
    [InlineData(-0.996f, -1f)]
    [InlineData(-7f, -1f)]
    [InlineData(7f, 1.55f)]
    public void Round_Value_IsTheNearestLevel(float value, float expected)
    {
        var range = new ActivationRange(-1, 1.55f);

        Assert.Equal(0.01f, range.Scale, 1e-7f);
        Assert.Equal(100, range.ZeroPoint);
        Assert.Equal(expected, range.Round(value), 1e-6f);
    }

    [Fact]
    public void Pixels_EightBitValue_IsALevel()
    {
        for (int value = 0; value <= 255; value++)
            Assert.Equal(value / 255f, ActivationRange.Pixels.Round(value / 255f), 1e-7f);
    }

    [Fact]
    public void Union_Ranges_HoldsBoth() =>
        Assert.Equal(new ActivationRange(-3, 4), new ActivationRange(-3, 1).Union(new(-2, 4)));
}
