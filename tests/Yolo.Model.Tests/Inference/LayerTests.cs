using Xunit;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Inference;

/// <summary>Layers by themselves, by hand or in double, in both engines.</summary>
public sealed class LayerTests
{
    private static readonly ConvolutionalLayer Copy = new(Filters: 1, Size: 1, Stride: 1, Padding: 0, BatchNormalize: false, Activation.Linear);

    private static readonly float[] Values = [-30, -4, -1.5f, -0.25f, 0, 0.25f, 1.5f, 4, 30];

    public static TheoryData<bool, Activation> Activations => [.. from torch in (bool[])[true, false] from activation in Enum.GetValues<Activation>() select (torch, activation)];

    [Theory]
    [MemberData(nameof(Activations))]
    public void Run_Activation_IsItsFormulaInDouble(bool torch, Activation activation)
    {
        float[] map = Run(torch, new(new(1, 1, Values.Length), [Copy with { Activation = activation }]), [Scale(1)], Values);

        foreach (var (x, y) in Values.Zip(map))
            Assert.Equal(Formula(activation, x), y, tolerance: 2e-6);
    }

    // 0.5 + 1 + 0.25 is positive, -0.5 - 1 - 0.25 is not: 1.75 and -1.75, which relu makes 0.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_ShortcutOfSeveralSources_AddsThemToTheLayerBefore(bool torch) =>
        Assert.Equal([1.75f, 0], Run(torch, new(new(1, 1, 2), [Copy, Copy, Copy, new ShortcutLayer([0, 1], Activation.Relu)]), [Scale(1), Scale(0.5f), Scale(0.5f)], [1, -1]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_ShortcutOfALayerReadLater_LeavesThatLayerAsItIs(bool torch) =>
        Assert.Equal(
            [3, -3, 1, -1],
            Run(torch, new(new(1, 1, 2), [Copy, Copy, new ShortcutLayer([0], Activation.Linear), new RouteLayer([2, 0])]), [Scale(1), Scale(2)], [1, -1]));

    [Theory]
    [MemberData(nameof(Activations))]
    public void Run_ShortcutActivation_IsItsFormulaInDouble(bool torch, Activation activation)
    {
        float[] map = Run(torch, new(new(1, 1, Values.Length), [Copy, Copy, new ShortcutLayer([0], activation)]), [Scale(0.25f), Scale(3)], Values);

        foreach (var (x, y) in Values.Zip(map))
            Assert.Equal(Formula(activation, x), y, tolerance: 2e-6);
    }

    // Two groups of two channels: filters 0 and 1 see channels 0 and 1, the others 2 and 3. 1*1 + 2*2, 3*1 + 4*2, 5*3 + 6*4, 7*3 + 8*4.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_Groups_SeeTheirOwnChannels(bool torch)
    {
        var weights = new ConvolutionWeights { Biases = new float[4], Kernel = [1, 2, 3, 4, 5, 6, 7, 8] };

        Assert.Equal([5, 11, 39, 53], Run(torch, new(new(4, 1, 1), [Copy with { Filters = 4, Groups = 2 }]), [weights], [1, 2, 3, 4]));
    }

    // Depth-wise, 1 x 3 of a 3 x 3 kernel counts: (1, 10, 100) over 1 2 with zeros around; the second channel ten times as much.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_DepthWise_HasAKernelForEachChannel(bool torch)
    {
        float[] one = [0, 0, 0, 1, 10, 100, 0, 0, 0];
        var weights = new ConvolutionWeights { Biases = [0, 0.5f], Kernel = [.. one, .. one.Select(value => 10 * value)] };

        Assert.Equal(
            [210, 21, 4300.5f, 430.5f], Run(torch, new(new(2, 1, 2), [new ConvolutionalLayer(2, 3, 1, 1, false, Activation.Linear) { Groups = 2 }]), [weights], [1, 2, 3, 4]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_AveragePool_GivesTheMeanOfEachChannel(bool torch) =>
        Assert.Equal([2.5f, -2], Run(torch, new(new(2, 2, 2), [new AveragePoolLayer()]), [], [1, 2, 3, 4, -2, -2, -4, 0]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_Upsample_RepeatsPixelsBothWays(bool torch) =>
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], Run(torch, new(new(1, 2, 2), [new UpsampleLayer(2)]), [], [1, 2, 3, 4]));

    // A window of one pixel and stride 2 takes every other pixel: what a 1 x 1 convolution of stride 2 sees.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_MaxPoolOfOnePixel_TakesEveryOther(bool torch) =>
        Assert.Equal([1, 3, 7, 9], Run(torch, new(new(1, 3, 3), [new MaxPoolLayer(1, 2, 0)]), [], [1, 2, 3, 4, 5, 6, 7, 8, 9]));

    private static double Formula(Activation activation, double x) => activation switch
    {
        Activation.Linear => x,
        Activation.Leaky => x > 0 ? x : x / 10,
        Activation.Relu => x > 0 ? x : 0,
        Activation.Logistic => 1 / (1 + Math.Exp(-x)),
        Activation.Swish => x / (1 + Math.Exp(-x)),
        Activation.Mish => x * Math.Tanh(Math.Log(1 + Math.Exp(x))),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    private static ConvolutionWeights Scale(float factor) => new() { Biases = [0], Kernel = [factor] };

    private static float[] Run(bool torch, NetworkDefinition network, ConvolutionWeights[] convolutions, float[] input)
    {
        var weights = new NetworkWeights(network, convolutions);
        using IInferenceBackend backend = torch ? new TorchBackend(network, weights) : new OnnxRuntimeBackend(network, weights, intraOpThreads: 1);
        float[] map = new float[network.Layers[^1].Output.Count];
        backend.Run(input, batch: 1, map);
        return map;
    }
}
