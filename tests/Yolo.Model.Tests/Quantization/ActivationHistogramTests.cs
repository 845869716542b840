using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Quantization;

namespace Yolo.Model.Tests.Quantization;

public class ActivationHistogramTests
{
    [Fact]
    public void BestRange_EvenValues_IsAllOfThem()
    {
        var histogram = new ActivationHistogram();
        histogram.Add(Even(-1, 3));

        var range = histogram.BestRange(Activation.Linear);

        Assert.Equal(-1, range.Low, 0.01f);
        Assert.Equal(3, range.High, 0.01f);
    }

    // A few values are two, a hundred thousand lie below one. Clipping the few would cost 5 * 1^4 with the next candidate far below, rounding costs next to nothing.
    [Fact]
    public void BestRange_FewLargeValues_AreKept()
    {
        var histogram = new ActivationHistogram();
        histogram.Add(Even(0, 1, 100_000));
        histogram.Add([2, 2, 2, 2, 2]);

        Assert.InRange(histogram.BestRange(Activation.Linear).High, 1.9f, 2);
    }

    // Ten values below zero. The first end to be tried behind -10 is -8.8: that clips one of them by 1.2, of which the activation lets a tenth through, and makes the steps a tenth
    // finer for a hundred thousand others.
    [Fact]
    public void BestRange_BeforeLeaky_GivesUpTheLowest()
    {
        var histogram = new ActivationHistogram();
        histogram.Add(Even(0, 1, 100_000));
        histogram.Add(Even(-10, 0, 10));

        Assert.Equal(-10, histogram.BestRange(Activation.Linear).Low, 0.01f);
        Assert.Equal(-8.8f, histogram.BestRange(Activation.Leaky).Low, 0.01f);
    }

    [Fact]
    public void Add_ValuesThatGrow_AreCountedAsIfSeenAtOnce()
    {
        var (apart, together) = (new ActivationHistogram(), new ActivationHistogram());
        float[] small = Even(-0.25f, 0.5f), large = Even(-1, 2);
        apart.Add(small);
        apart.Add(large);
        together.Add([.. small, .. large]);

        Assert.Equal(together.BestRange(Activation.Linear), apart.BestRange(Activation.Linear));
    }

    // What is saved must be readable again.
    [Theory]
    [InlineData(0f)]
    [InlineData(-1e-42f)]
    public void BestRange_NextToNothing_IsPossible(float value)
    {
        var histogram = new ActivationHistogram();
        histogram.Add([0, value, 0]);

        Assert.True(histogram.BestRange(Activation.Linear).IsPossible);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Add_ValueThatIsNotFinite_Throws(float value)
    {
        var exception = Assert.Throws<InvalidDataException>(() => new ActivationHistogram().Add([1, value]));

        Assert.Contains("diverged", exception.Message, StringComparison.Ordinal);
    }

    private static float[] Even(float from, float to, int count = 10_000) => [.. Enumerable.Range(0, count).Select(i => from + (to - from) * i / (count - 1))];
}
