using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Weights;

public sealed class WeightInitializerTests
{
    // 3x3 on 512 channels before a leaky activation; 1x1 on 256 channels with batch norm alone; the head, 5 * (5 + 20) = 125 filters.
    private static readonly NetworkDefinition Network = DarknetConfig.Parse(
        "[net]\nwidth=32\nheight=32\nchannels=512\n"
        + "[convolutional]\nfilters=256\nsize=3\npad=1\nbatch_normalize=1\nactivation=leaky\n"
        + "[convolutional]\nfilters=1024\nbatch_normalize=1\nactivation=linear\n"
        + "[convolutional]\nfilters=125\nactivation=linear\n[region]\nnum=5\nclasses=20\n");

    private static readonly NetworkWeights Weights = WeightInitializer.Create(Network, seed: 7);

    // By hand: sqrt(2 / (1.01 * 9 * 512)) = 0.0207315, sqrt(1 / 256) = 0.0625 and the head's 0.01. Bounds: 5 standard errors, s / sqrt(n) for the mean and
    // s / sqrt(2 n) for the deviation; 0.0027 of the values of a normal lie beyond 3 s.
    [Theory]
    [InlineData(0, 0.0207315, 1_179_648)]
    [InlineData(1, 0.0625, 262_144)]
    [InlineData(2, 0.01, 128_000)]
    public void Create_Kernel_IsNormalWithTheRightDeviation(int convolution, double deviation, int count)
    {
        float[] kernel = Weights.Convolutions[convolution].Kernel;

        double mean = kernel.Average(value => (double)value), variance = kernel.Average(value => value * (double)value) - mean * mean;

        Assert.Equal(count, kernel.Length);
        Assert.Equal(0, mean, 5 * deviation / Math.Sqrt(count));
        Assert.Equal(deviation, Math.Sqrt(variance), 5 * deviation / Math.Sqrt(2.0 * count) + 1e-7);
        Assert.Equal(0.0027, kernel.Count(value => Math.Abs(value) > 3 * deviation) / (double)count, 0.0008);
    }

    // A stream that repeated itself, or a sine and cosine of one angle, would correlate.
    [Fact]
    public void Create_Kernel_HasNoCorrelationBetweenNeighbours()
    {
        float[] kernel = Weights.Convolutions[0].Kernel;

        for (int lag = 1; lag <= 3; lag++)
        {
            double covariance = Enumerable.Range(0, 1_000_000).Average(i => kernel[i] * (double)kernel[i + lag]);
            Assert.Equal(0, covariance / (0.0207315 * 0.0207315), 0.005);
        }
    }

    [Fact]
    public void Create_BatchNormAndBiases_AreNeutral()
    {
        var first = Weights.Convolutions[0];

        Assert.All(first.Biases, value => Assert.Equal(0, value));
        Assert.All(first.Scales!, value => Assert.Equal(1, value));
        Assert.All(first.RollingMean!, value => Assert.Equal(0, value));
        Assert.All(first.RollingVariance!, value => Assert.Equal(1, value));
        Assert.Null(Weights.Convolutions[^1].Scales);
        Assert.All(Weights.Convolutions[^1].Biases, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Create_SameSeed_RepeatsAndOtherSeedDiffers()
    {
        var network = DarknetConfig.Load(TestPaths.Golden("mini/mini.cfg"));

        var (one, two, other) = (WeightInitializer.Create(network, 1), WeightInitializer.Create(network, 1), WeightInitializer.Create(network, 2));

        Assert.All(Enumerable.Range(0, one.Convolutions.Count), i => Assert.Equal(one.Convolutions[i].Kernel, two.Convolutions[i].Kernel));
        Assert.All(Enumerable.Range(0, one.Convolutions.Count), i => Assert.NotEqual(one.Convolutions[i].Kernel, other.Convolutions[i].Kernel));
        Assert.NotEqual(one.Convolutions[1].Kernel[..24], one.Convolutions[3].Kernel[..24]);
    }

    [Fact]
    public void Create_OtherClasses_LeavesTheTrunkAsItWas()
    {
        var weights = WeightInitializer.Create(Network.WithRegion(3, new AnchorSet(new BoxShape(1, 1))), seed: 7);

        Assert.Equal(Weights.Convolutions[1].Kernel, weights.Convolutions[1].Kernel);
    }

    // ln(0.01 / 0.99) = -4.595120; plane 4 of each anchor's 25.
    [Fact]
    public void Create_ObjectnessPrior_SetsTheObjectnessBiasesAlone()
    {
        float[] biases = WeightInitializer.Create(Network, seed: 7, objectnessPrior: 0.01f).Convolutions[^1].Biases;

        for (int i = 0; i < biases.Length; i++)
            Assert.Equal(i % 25 == 4 ? -4.595120f : 0, biases[i], 1e-5f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void Create_ImpossiblePrior_Throws(float prior) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightInitializer.Create(Network, seed: 7, prior));
}
