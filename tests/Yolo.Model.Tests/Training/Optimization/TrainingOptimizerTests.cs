using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Optimization;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Training.Optimization;

public sealed class TrainingOptimizerTests
{
    private static readonly NetworkDefinition Network = new(new(1, 4, 4), [new ConvolutionalLayer(1, 1, 1, 0, true, Activation.Linear)]);

    // SGD by hand, rate 0.1, decay 0.5, momentum 0.9, gradient 1 throughout, kernel from 2:
    // g = 1 + 0.5 * 2 = 2, v = 2, w = 1.8; g = 1.9, v = 0.9 * 2 + 1.9 = 3.7, w = 1.43. The bias has no decay: -0.1, then v = 1.9: -0.29.
    [Fact]
    public void Step_SgdTwice_DecaysTheKernelAlone()
    {
        var (kernel, bias, _) = Steps(new() { Optimizer = OptimizerKind.Sgd, WeightDecay = 0.5, GradientClipNorm = 0 }, gradient: 1, steps: 2);

        Assert.Equal(1.43, kernel, 1e-5);
        Assert.Equal(-0.29, bias, 1e-5);
    }

    // The same with Nesterov, which adds 0.9 times the new velocity to the gradient, without decay: v = 1, step 1 + 0.9; v = 1.9, step 1 + 1.71.
    [Fact]
    public void Step_SgdWithNesterovTwice_LooksAhead()
    {
        var (kernel, _, _) = Steps(new() { Optimizer = OptimizerKind.Sgd, WeightDecay = 0, GradientClipNorm = 0, Nesterov = true }, gradient: 1, steps: 2);

        Assert.Equal(2 - 0.1 * (1.9 + 2.71), kernel, 1e-5);
    }

    // Adam by hand with betas 0.5 and 0.75 and gradients 1 and 3: mean (0.5 * 0.5 + 0.5 * 3) / 0.75, square (0.75 * 0.25 + 0.25 * 9) / 0.4375.
    [Fact]
    public void Step_AdamWithOtherBetas_AveragesByThem()
    {
        double first = 0.1, second = 0.1 * (1.75 / 0.75) / Math.Sqrt(2.4375 / 0.4375);

        var (kernel, _, _) = Steps(new() { Optimizer = OptimizerKind.Adam, WeightDecay = 0, GradientClipNorm = 0, Beta1 = 0.5, Beta2 = 0.75 }, gradient: 1, steps: 2, growth: 3);

        Assert.Equal(2 - first - second, kernel, 1e-4);
    }

    // AdamW's first step by hand: the kernel shrinks to 2 * (1 - 0.1 * 0.5) = 1.9, then all go by the rate, whatever the gradient's size: 1.8, -0.1 and, from 1, 0.9.
    [Fact]
    public void Step_AdamWOnce_DecaysTheKernelAlone()
    {
        var (kernel, bias, scale) = Steps(new() { Optimizer = OptimizerKind.AdamW, WeightDecay = 0.5, GradientClipNorm = 0 }, gradient: 3, steps: 1);

        Assert.Equal(1.8, kernel, 1e-5);
        Assert.Equal(-0.1, bias, 1e-5);
        Assert.Equal(0.9, scale, 1e-5);
    }

    // The same parameters and gradients through TorchSharp's optimizers, which are written after PyTorch's.
    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Sgd)]
    public void Step_SixTimes_EqualsTorchSharpsOptimizerBitForBit(OptimizerKind kind)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        var network = Squares.Network(batchNormalize: true);
        using YoloModule ours = new(network), theirs = new(network);
        foreach (var module in (YoloModule[])[ours, theirs])
            TorchWeights.Load(module, WeightInitializer.Create(network, seed: 3));
        List<Parameter> kernels = [.. theirs.Convolutions.Select(convolution => convolution.Kernel)];
        List<Parameter> others = [.. theirs.parameters().Where(parameter => !kernels.Contains(parameter))];
        using OptimizerHelper peer = kind switch
        {
            OptimizerKind.AdamW => optim.AdamW([new AdamW.ParamGroup(kernels, weight_decay: 0.2), new AdamW.ParamGroup(others, weight_decay: 0)], 0.01),
            OptimizerKind.Adam => optim.Adam([new Adam.ParamGroup(kernels, weight_decay: 0.2), new Adam.ParamGroup(others, weight_decay: 0)], 0.01),
            _ => optim.SGD([new SGD.ParamGroup(kernels, new SGD.Options { momentum = 0.9, dampening = 0, nesterov = false, maximize = false, weight_decay = 0.2, LearningRate = 0.01 }),
                new SGD.ParamGroup(others, new SGD.Options { momentum = 0.9, dampening = 0, nesterov = false, maximize = false, weight_decay = 0, LearningRate = 0.01 })], 0.01),
        };
        using var weights = new FlatWeights(ours);
        using var optimizer = new TrainingOptimizer(weights, new() { Optimizer = kind, WeightDecay = 0.2, Momentum = 0.9, GradientClipNorm = 0 });
        random.manual_seed(1);

        for (int step = 0; step < 6; step++)
        {
            foreach (var (our, their) in ours.parameters().Zip(theirs.parameters()))
            {
                our.grad = randn_like(our).detach();
                their.grad = our.grad.clone();
            }
            optimizer.Step(0.01);
            foreach (var group in peer.ParamGroups)
                group.LearningRate = 0.01;
            peer.step();
        }

        Assert.All(ours.parameters().Zip(theirs.parameters()), pair => Assert.Equal(Floats(pair.Second), Floats(pair.First)));
    }

    // Three gradients (kernel, bias, scale) of 4 have norm sqrt(48); clipped to sqrt(3) each becomes 1. SGD without decay at 0.1: 2 - 0.1 and -0.1.
    [Fact]
    public void Step_GradientLongerThanTheLimit_IsScaledToIt()
    {
        var (kernel, bias, _) = Steps(new() { Optimizer = OptimizerKind.Sgd, WeightDecay = 0, GradientClipNorm = Math.Sqrt(3) }, gradient: 4, steps: 1);

        Assert.Equal(1.9, kernel, 1e-5);
        Assert.Equal(-0.1, bias, 1e-5);
    }

    private static float[] Floats(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();

    private static (double Kernel, double Bias, double Scale) Steps(TrainingOptions options, float gradient, int steps, float growth = 1)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var module = new YoloModule(Network);
        var convolution = module.Convolutions.Single();
        using (no_grad())
            convolution.Kernel.fill_(2);
        using var weights = new FlatWeights(module);
        using var optimizer = new TrainingOptimizer(weights, options);
        for (int i = 0; i < steps; i++)
        {
            (gradient * (convolution.Kernel.sum() + convolution.Biases.sum() + convolution.Scales!.sum())).backward();
            optimizer.Step(0.1);
            gradient *= growth;
        }
        return (convolution.Kernel.item<float>(), convolution.Biases.item<float>(), convolution.Scales!.item<float>());
    }
}
