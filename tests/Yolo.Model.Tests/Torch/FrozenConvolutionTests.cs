using TorchSharp;
using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Torch;

public sealed class FrozenConvolutionTests
{
    public FrozenConvolutionTests() => TorchRuntime.EnsureLoaded();

    // By hand: kernel 2, mean 1, variance 4 - epsilon, scale 3, bias 0.5: (2 x - 1) / 2 * 3 + 0.5 is 3 x - 1.
    [Fact]
    public void Forward_FrozenInTraining_UsesTheRollingStatistics()
    {
        using var scope = NewDisposeScope();
        using var module = Module();
        module.Freeze(1);
        module.train();

        float[] actual = Run(module, 2, 4);

        Assert.Equal(5, actual[0], 1e-4f);
        Assert.Equal(11, actual[1], 1e-4f);
    }

    // What was folded while the layer was frozen must not outlive that.
    [Fact]
    public void Forward_FrozenAgainAfterNewWeights_UsesTheNewOnes()
    {
        using var scope = NewDisposeScope();
        using var module = Module();
        module.Freeze(1);
        module.train();
        Run(module, 2, 4);

        module.Freeze(0);
        Set(module.Convolutions.First().Kernel, 4);
        module.Freeze(1);

        // (4 x - 1) / 2 * 3 + 0.5 is 6 x - 1.
        Assert.Equal(11, Run(module, 2, 4)[0], 1e-4f);
    }

    [Fact]
    public void Forward_LayersBeforeTheFirstThatLearns_TakeNoPartInGradients()
    {
        using var scope = NewDisposeScope();
        using var module = Module(layers: 2);
        module.Freeze(1);
        module.train();

        module.forward(tensor(new float[] { 2, 4 }, 1, 1, 1, 2)).sum().backward();

        var (frozen, free) = (module.Convolutions.First(), module.Convolutions.Last());
        Assert.Null(frozen.Kernel.grad);
        // The second layer has no batch norm: its gradient is the sum of its inputs, 5 and 11.
        Assert.Equal(16, free.Kernel.grad!.item<float>(), 1e-4f);
    }

    // Whatever runs first makes what TorchSharp keeps; the second and third time differ in nothing else.
    [Fact]
    public void Dispose_AfterFrozenSteps_LeavesNoTensor()
    {
        long[] alive = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            using (var module = Module())
            {
                module.Freeze(1);
                module.train();
                using var scope = NewDisposeScope();
                Run(module, 2, 4);
            }
            return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        })];

        Assert.Equal(alive[1], alive[2]);
    }

    private static YoloModule Module(int layers = 1)
    {
        var network = new NetworkDefinition(new(1, 1, 2), [.. Enumerable.Range(0, layers).Select(i => new ConvolutionalLayer(1, 1, 1, 0, i == 0, Activation.Linear))]);
        var module = new YoloModule(network);
        var first = module.Convolutions.First();
        Set(first.Kernel, 2);
        Set(first.RollingMean!, 1);
        Set(first.RollingVariance!, 4 - 1e-5);
        Set(first.Scales!, 3);
        Set(first.Biases, 0.5);
        if (layers > 1)
            Set(module.Convolutions.Last().Kernel, 1);
        return module;
    }

    private static float[] Run(YoloModule module, params float[] pixels) =>
        module.forward(tensor(pixels, 1, 1, 1, pixels.Length)).detach().contiguous().data<float>().ToArray();

    private static void Set(Tensor target, double value)
    {
        using var noGradient = no_grad();
        using Scalar scalar = value;
        target.fill_(scalar);
    }
}
