using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Torch;

public sealed class YoloModuleTests
{
    private static readonly NetworkDefinition Mini = DarknetConfig.Load(TestPaths.Golden("mini/mini.cfg"));

    public YoloModuleTests() => TorchRuntime.EnsureLoaded();

    // golden/mini: Darknet (AlexeyAB, CPU) on mini.weights; PyTorch in float64 differs from it by 8e-6 of the maximum.
    [Fact]
    public void Forward_GoldenWeights_EqualsDarknetsHead()
    {
        float[] expected = Floats("mini/synthetic.head_darknet.f32.bin");
        using var scope = NewDisposeScope();

        float[] actual = Run(ScalarType.Float32, copies: 1);

        AssertClose(expected, actual, 1e-4);
    }

    // bfloat16 keeps 8 bits: the golden head must come out to some 2 %, and not exactly, or the type would not have been used.
    [Fact]
    public void Forward_BFloat16_IsDarknetsHeadToTheTypesPrecision()
    {
        float[] expected = Floats("mini/synthetic.head_darknet.f32.bin");
        using var scope = NewDisposeScope();

        float[] actual = Run(ScalarType.BFloat16, copies: 1);

        AssertClose(expected, actual, 0.03);
        Assert.True(MaxDifference(expected, actual) > 1e-4 * expected.Max(MathF.Abs));
    }

    [Fact]
    public void Forward_BatchOfTwo_GivesEachImageItsOwnHead()
    {
        float[] expected = Floats("mini/synthetic.head_darknet.f32.bin");
        using var scope = NewDisposeScope();

        float[] actual = Run(ScalarType.Float32, copies: 2);

        AssertClose([.. expected, .. expected], actual, 1e-4);
    }

    [Fact]
    public void Save_AfterLoad_ReturnsTheSameNumbers()
    {
        var weights = DarknetWeightsFile.Read(TestPaths.Golden("mini/mini.weights"), Mini);
        using var module = new YoloModule(Mini);

        TorchWeights.Load(module, weights);
        var saved = TorchWeights.Save(module, seen: 42);

        Assert.Equal(42, saved.Seen);
        foreach (var (expected, actual) in weights.Convolutions.Zip(saved.Convolutions))
        {
            Assert.Equal(expected.Kernel, actual.Kernel);
            Assert.Equal(expected.Biases, actual.Biases);
            Assert.Equal(expected.Scales, actual.Scales);
            Assert.Equal(expected.RollingMean, actual.RollingMean);
            Assert.Equal(expected.RollingVariance, actual.RollingVariance);
        }
    }

    // With every layer frozen a forward pass in training uses the rolling statistics, as Darknet's does in testing.
    [Fact]
    public void Freeze_AllLayersInTraining_GivesDarknetsHead()
    {
        float[] expected = Floats("mini/synthetic.head_darknet.f32.bin");
        using var scope = NewDisposeScope();
        using var module = Loaded();
        module.Freeze(12);

        AssertClose(expected, ToArray(module.forward(Synthetic())), 1e-4);
    }

    // By hand: 0, 2, 4, 6 have mean 3 and variance 20/3 with n - 1; momentum 0.25 from 0 and 1.
    [Fact]
    public void Forward_InTraining_MovesTheRollingStatisticsByTheMomentum()
    {
        using var scope = NewDisposeScope();
        using var module = new YoloModule(new NetworkDefinition(new(1, 2, 2), [new ConvolutionalLayer(1, 1, 1, 0, true, Activation.Linear)]), batchNormMomentum: 0.25);
        var convolution = module.Convolutions.Single();
        using (no_grad())
            convolution.Kernel.fill_(1);
        module.train();

        module.forward(tensor(new float[] { 0, 2, 4, 6 }, 1, 1, 2, 2));

        Assert.Equal(0.75f, convolution.RollingMean!.item<float>(), 1e-6f);
        Assert.Equal(0.75f + 0.25f * 20 / 3, convolution.RollingVariance!.item<float>(), 1e-5f);
    }

    [Fact]
    public void Freeze_FirstLayers_GivesNoGradientToThem()
    {
        using var scope = NewDisposeScope();
        using var module = Loaded();
        module.Freeze(5);

        module.forward(Synthetic()).sum().backward();

        Assert.Equal([.. Enumerable.Repeat(false, 5), .. Enumerable.Repeat(true, 7)], module.Convolutions.Select(convolution => convolution.Kernel.grad is not null));
    }

    // Moving to a GPU replaces the parameters as a change of type does, and type changes run everywhere.
    [Fact]
    public void To_AnotherTypeAndBack_KeepsTheParametersInUse()
    {
        float[] expected = Floats("mini/synthetic.head_darknet.f32.bin");
        using var scope = NewDisposeScope();
        using var module = new YoloModule(Mini);
        TorchWeights.Load(module, DarknetWeightsFile.Read(TestPaths.Golden("mini/mini.weights"), Mini));
        module.eval();

        module.to(ScalarType.Float64);
        Assert.All(module.Convolutions, convolution => Assert.Equal(ScalarType.Float64, convolution.Kernel.dtype));
        module.to(ScalarType.Float32);

        using var mode = inference_mode();
        AssertClose(expected, ToArray(module.forward(tensor(Floats("mini/synthetic.input.f32.bin"), [1, 3, Mini.Input.Height, Mini.Input.Width]))), 1e-4);
    }

    [Fact]
    public void Load_WeightsOfAnotherNetwork_NamesBothCounts()
    {
        using var module = new YoloModule(Mini);
        var other = new NetworkDefinition(new(3, 32, 32), [new ConvolutionalLayer(4, 3, 1, 1, true, Activation.Leaky)]);

        var error = Assert.Throws<ArgumentException>(() => TorchWeights.Load(module, WeightInitializer.Create(other, seed: 1)));

        Assert.Contains($"{Mini.Convolutions.Length} convolutions, the weights 1", error.Message, StringComparison.Ordinal);
    }

    // golden/reorg.json: what Darknet's own [reorg] and [reorg3d] make of arange.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Reorg_BothKinds_EqualDarknets(int index)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestPaths.Golden("reorg.json")));
        var example = golden.RootElement.GetProperty("cases")[index];
        int channels = example.GetProperty("C").GetInt32(), height = example.GetProperty("H").GetInt32(), width = example.GetProperty("W").GetInt32();
        using var scope = NewDisposeScope();
        var input = arange(channels * height * width, dtype: ScalarType.Float32).reshape(1, channels, height, width);

        Assert.Equal(Values(example, "darknet_reorg"), ToArray(input.DarknetReorg(2)));
        Assert.Equal(Values(example, "space_to_depth"), ToArray(input.SpaceToDepth(2)));
    }

    private static YoloModule Loaded()
    {
        var module = new YoloModule(Mini);
        TorchWeights.Load(module, DarknetWeightsFile.Read(TestPaths.Golden("mini/mini.weights"), Mini));
        module.train();
        return module;
    }

    private static Tensor Synthetic() => tensor(Floats("mini/synthetic.input.f32.bin"), [1, 3, Mini.Input.Height, Mini.Input.Width]);

    private static float[] Run(ScalarType type, int copies)
    {
        using var module = new YoloModule(Mini, type);
        TorchWeights.Load(module, DarknetWeightsFile.Read(TestPaths.Golden("mini/mini.weights"), Mini));
        module.eval();
        float[] image = Floats("mini/synthetic.input.f32.bin");
        float[] pixels = [.. Enumerable.Repeat(image, copies).SelectMany(values => values)];
        using var mode = inference_mode();
        return ToArray(module.forward(tensor(pixels, [copies, 3, Mini.Input.Height, Mini.Input.Width])));
    }

    private static float[] Values(JsonElement example, string name) => [.. example.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    private static float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(TestPaths.Golden(name))).ToArray();

    private static float[] ToArray(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes).ToArray();

    private static float MaxDifference(float[] expected, float[] actual) => expected.Zip(actual, (e, a) => MathF.Abs(e - a)).Max();

    private static void AssertClose(float[] expected, float[] actual, double relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(MaxDifference(expected, actual), 0, relative * expected.Max(MathF.Abs));
    }
}
