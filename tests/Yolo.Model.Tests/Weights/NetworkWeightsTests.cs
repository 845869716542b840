using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Weights;

public sealed class NetworkWeightsTests
{
    private static readonly NetworkDefinition Mini = DarknetConfig.Load(TestPaths.Golden("mini/mini.cfg"));

    private static readonly NetworkDefinition Wider =
        DarknetConfig.Parse("[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nsize=3\nfilters=9\nbatch_normalize=1\nactivation=leaky\n");

    private static readonly NetworkWeights MiniWeights = DarknetWeightsFile.Read(TestPaths.Golden("mini/mini.weights"), Mini);

    // mini.cfg has 12 convolutions; all but the head agree.
    [Fact]
    public void Transfer_OtherClasses_TakesAllButTheHead()
    {
        var target = Mini.WithRegion(7, new AnchorSet(new BoxShape(1, 1))).WithInputSize(320, 192);
        var fresh = WeightInitializer.Create(target, seed: 1);

        var weights = MiniWeights.Transfer(Mini, target, fresh, out int taken);

        Assert.Equal(11, taken);
        Assert.All(Enumerable.Range(0, 11), i => Assert.Same(MiniWeights.Convolutions[i], weights.Convolutions[i]));
        Assert.Same(fresh.Convolutions[11], weights.Convolutions[11]);
    }

    [Fact]
    public void Transfer_OtherFirstLayer_TakesNothing()
    {
        var fresh = WeightInitializer.Create(Wider, seed: 1);

        MiniWeights.Transfer(Mini, Wider, fresh, out int taken);

        Assert.Equal(0, taken);
    }

    [Fact]
    public void Constructor_WrongArrayLength_SaysWhichConvolutionAndArray()
    {
        ConvolutionWeights[] convolutions = [.. MiniWeights.Convolutions];
        convolutions[3] = new() { Biases = new float[15], Kernel = convolutions[3].Kernel };

        var exception = Assert.Throws<ArgumentException>(() => new NetworkWeights(Mini, convolutions));

        Assert.Equal("Convolution 3: 16 values expected for its biases, found 15.", exception.Message);
    }
}
