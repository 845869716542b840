using Xunit;
using Yolo.Model.Quantization;

namespace Yolo.Model.Tests.Quantization;

public class WeightQuantizerTests
{
    // By hand: 0.3 of the last of 63 levels is 18.9, of 127 levels 38.1; 12 of 30 is 25.2 and 50.8. No value lies near a tie.
    [Theory]
    [InlineData(63, 19, 25)]
    [InlineData(127, 38, 51)]
    public void QuantizeKernel_Filters_HaveAScaleEach(int lastLevel, int ofFirst, int ofSecond)
    {
        sbyte[] levels = new sbyte[6];
        float[] scales = new float[3];

        WeightQuantizer.QuantizeKernel([0.3f, -1, 30, 12, 0, 0], lastLevel, levels, scales);

        Assert.Equal([(sbyte)ofFirst, (sbyte)-lastLevel, (sbyte)lastLevel, (sbyte)ofSecond, 0, 0], levels);
        Assert.Equal([1f / lastLevel, 30f / lastLevel, 1], scales);
    }

    [Fact]
    public void LastLevelHere_AnyProcessor_IsOneOfTheTwo() => Assert.Contains(WeightQuantizer.LastLevelHere, (int[])[63, 127]);

    // By hand: a level is worth 0.5 * 0.01, so that 0.123 is 24.6 of them.
    [Fact]
    public void QuantizeBias_Bias_CountsInTheUnitOfTheSums()
    {
        int[] levels = new int[3];
        float[] scales = new float[3];

        WeightQuantizer.QuantizeBias([0.123f, -0.123f, 1e20f], [0.5f, 0.5f, 1], inputScale: 0.01f, levels, scales);

        Assert.Equal([25, -25, int.MaxValue], levels);
        Assert.Equal([0.005f, 0.005f, 0.01f], scales);
    }
}
