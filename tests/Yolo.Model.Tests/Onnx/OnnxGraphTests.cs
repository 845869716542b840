using System.Text.Json;
using Xunit;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Onnx;

/// <summary>Each layer by itself, run by ONNX Runtime.</summary>
public sealed class OnnxGraphTests
{
    private static readonly ConvolutionalLayer Copy = new(Filters: 1, Size: 1, Stride: 1, Padding: 0, BatchNormalize: false, Activation.Linear);

    // Golden/reorg.json: Darknet's own [reorg] layer and TensorFlow's space_to_depth, which equals [reorg3d]; the input counts up from 0.
    [Theory]
    [InlineData(ReorgKind.Darknet, "darknet_reorg")]
    [InlineData(ReorgKind.SpaceToDepth, "space_to_depth")]
    public void Build_Reorg_MovesElementsAsDarknetDoes(ReorgKind kind, string expectedName)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestPaths.Golden("reorg.json")));
        foreach (var example in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var shape = new FeatureShape(example.GetProperty("C").GetInt32(), example.GetProperty("H").GetInt32(), example.GetProperty("W").GetInt32());
            float[] expected = [.. example.GetProperty(expectedName).EnumerateArray().Select(value => value.GetSingle())];
            float[] input = [.. Enumerable.Range(0, expected.Length).Select(value => (float)value)];

            Assert.Equal(expected, Run(new(shape, [new ReorgLayer(2, kind)]), [], input));
        }
    }

    // By hand. Negative values: a padding of zeros would win. Row 0: max(-1,-2,-3,-4), max(-2,-4); row 1: max(-3,-4), -4.
    [Fact]
    public void Build_MaxPoolOfStrideOne_PadsRightAndBottom() =>
        Assert.Equal([-1, -2, -3, -4], Run(new(new(1, 2, 2), [new MaxPoolLayer(Size: 2, Stride: 1, Padding: 1)]), [], [-1, -2, -3, -4]));

    // By hand: five columns make windows {1,2} {3,4} {-5}.
    [Fact]
    public void Build_MaxPoolOfAnOddWidth_KeepsTheLastColumn() =>
        Assert.Equal([2, 4, -5], Run(new(new(1, 1, 5), [new MaxPoolLayer(Size: 2, Stride: 2, Padding: 1)]), [], [1, 2, 3, 4, -5]));

    // By hand: size 3, padding 2 puts one column on each side: {-1,-2} {-1,-2,-3} {-2,-3,-4} {-3,-4}.
    [Fact]
    public void Build_MaxPoolOfSizeThree_PadsBothSides() =>
        Assert.Equal([-1, -1, -2, -3], Run(new(new(1, 1, 4), [new MaxPoolLayer(Size: 3, Stride: 1, Padding: 2)]), [], [-1, -2, -3, -4]));

    // By hand, a 3 x 3 kernel that counts up, stride 2, zeros around [[1,2],[3,4]]: 5*1 + 6*2 + 8*3 + 9*4 = 77, then 77 + 3 and its negative through the leaky slope.
    [Theory]
    [InlineData(1, 80)]
    [InlineData(-1, -7.4)]
    public void Build_LeakyConvolution_PadsWithZerosAndScalesNegatives(int sign, double expected)
    {
        var layer = new ConvolutionalLayer(1, Size: 3, Stride: 2, Padding: 1, BatchNormalize: false, Activation.Leaky);
        var weights = new ConvolutionWeights { Biases = [3], Kernel = [.. Enumerable.Range(1, 9).Select(value => (float)(sign * value))] };

        float[] map = Run(new(new(1, 2, 2), [layer]), [weights], [1, 2, 3, 4]);

        Assert.Equal(expected, Assert.Single(map), tolerance: 1e-5);
    }

    [Fact]
    public void Build_Route_JoinsChannelsInTheOrderOfItsSources() =>
        Assert.Equal([300, 400, 3, 4], Run(new(new(1, 1, 2), [Copy, Copy, new RouteLayer([1, 0])]), [Scale(1), Scale(100)], [3, 4]));

    [Fact]
    public void Build_LastLayerIsARouteToOneLayer_GivesThatLayersOutput() =>
        Assert.Equal([3, 4], Run(new(new(1, 1, 2), [Copy, Copy, new RouteLayer([0])]), [Scale(1), Scale(100)], [3, 4]));

    [Fact]
    public void Build_SeveralImages_GivesWhatEachGivesAlone()
    {
        var network = new NetworkDefinition(new(4, 4, 4), [new ReorgLayer(2, ReorgKind.Darknet), new MaxPoolLayer(2, 1, 1)]);
        var random = new Random(7);
        float[] images = [.. Enumerable.Range(0, 3 * 64).Select(_ => random.NextSingle())];

        float[] together = Run(network, [], images, batch: 3);

        for (int i = 0; i < 3; i++)
            Assert.Equal(Run(network, [], images[(64 * i)..(64 * (i + 1))]), together[(64 * i)..(64 * (i + 1))]);
    }

    [Fact]
    public void Build_WeightsOfAnotherNetwork_Throws()
    {
        var network = new NetworkDefinition(new(1, 4, 4), [Copy]);
        var other = new NetworkDefinition(new(2, 4, 4), [Copy]);

        Assert.Throws<ArgumentException>(() => OnnxGraph.Build(other, new(network, [Scale(1)])));
    }

    private static ConvolutionWeights Scale(float factor) => new() { Biases = [0], Kernel = [factor] };

    private static float[] Run(NetworkDefinition network, ConvolutionWeights[] convolutions, float[] input, int batch = 1)
    {
        using var backend = new OnnxRuntimeBackend(network, new(network, convolutions), intraOpThreads: 1);
        float[] map = new float[batch * network.Layers[^1].Output.Count];
        backend.Run(input, batch, map);
        return map;
    }
}
