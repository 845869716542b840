using TorchSharp;
using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training.Optimization;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Training.Optimization;

public sealed class WeightAverageTests
{
    // By hand, bias 0, then 11, then 22, decay 0.9 limited to (1 + n) / (10 + n): 2/11 then 3/12.
    // 0 * 2/11 + 11 * 9/11 = 9; 9 * 1/4 + 22 * 3/4 = 18.75.
    [Fact]
    public void CopyToModule_AfterTwoSteps_PutsTheAverageInPlace()
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var module = new YoloModule(new NetworkDefinition(new(1, 4, 4), [new ConvolutionalLayer(1, 1, 1, 0, true, Activation.Linear)]));
        var convolution = module.Convolutions.Single();
        using var weights = new FlatWeights(module);
        using var average = new WeightAverage(weights, decay: 0.9);

        foreach (float value in (float[])[11, 22])
        {
            using var noGradient = no_grad();
            convolution.Biases.fill_(value);
            convolution.RollingMean!.fill_(2 * value);
            average.Update();
        }
        average.CopyToModule();

        Assert.Equal(18.75f, convolution.Biases.item<float>(), 1e-5f);
        Assert.Equal(37.5f, convolution.RollingMean!.item<float>(), 1e-5f);
    }
}
