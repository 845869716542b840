using Xunit;
using Yolo.Model.Quantization;

namespace Yolo.Model.Tests.Quantization;

public class WeightQuantizerTests
{
    // Seven bits a weight where the processor would overflow with eight.
    private static readonly int s_last = WeightQuantizer.Levels;

    [Fact]
    public void QuantizeKernel_Filters_HaveAScaleEach()
    {
        sbyte[] levels = new sbyte[6];
        float[] scales = new float[3];

        WeightQuantizer.QuantizeKernel([0.5f, -1, 30, 15, 0, 0], levels, scales);

        Assert.Contains(s_last, (int[])[63, 127]);
        Assert.Equal([(sbyte)Math.Round(s_last / 2.0), (sbyte)-s_last, (sbyte)s_last, (sbyte)Math.Round(s_last / 2.0), 0, 0], levels);
        Assert.Equal([1f / s_last, 30f / s_last, 1], scales);
    }

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
