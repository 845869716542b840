using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Model.Torch;

/// <summary>Moves weights between the container and a module's parameters; the order of the floats is Darknet's on both sides.</summary>
public static class TorchWeights
{
    /// <summary>Fills the module's parameters and rolling statistics.</summary>
    /// <exception cref="ArgumentException">The weights are those of another network.</exception>
    public static void Load(YoloModule module, NetworkWeights weights)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(weights);
        var convolutions = module.Convolutions.ToList();
        if (convolutions.Count != weights.Convolutions.Count)
            throw new ArgumentException($"The network has {convolutions.Count} convolutions, the weights {weights.Convolutions.Count}.", nameof(weights));
        using var noGradient = no_grad();
        foreach (var (convolution, values) in convolutions.Zip(weights.Convolutions))
        {
            Copy(values.Biases, convolution.Biases);
            Copy(values.Scales, convolution.Scales);
            Copy(values.RollingMean, convolution.RollingMean);
            Copy(values.RollingVariance, convolution.RollingVariance);
            Copy(values.Kernel, convolution.Kernel);
        }
    }

    /// <summary>Draws random weights as <see cref="WeightInitializer.Create"/> does, without arrays of their size.</summary>
    internal static void Draw(YoloModule module, int seed, float? objectnessPrior)
    {
        WeightInitializer.Check(module.Network, objectnessPrior);
        using var noGradient = no_grad();
        int index = 0;
        foreach (var convolution in module.Convolutions)
        {
            using var scope = NewDisposeScope();
            var kernel = empty(convolution.Kernel.shape);
            WeightInitializer.DrawKernel(module.Network, index, seed, MemoryMarshal.Cast<byte, float>(kernel.bytes));
            convolution.Kernel.copy_(kernel);
            Copy(WeightInitializer.Biases(module.Network, index, objectnessPrior), convolution.Biases);
            index++;
        }
    }

    /// <summary>Copies the module's parameters and rolling statistics.</summary>
    /// <param name="module">The module; it may live on any device.</param>
    /// <param name="seen">Images it was trained on so far.</param>
    public static NetworkWeights Save(YoloModule module, long seen)
    {
        ArgumentNullException.ThrowIfNull(module);
        var convolutions = module.Convolutions.Select(convolution => new ConvolutionWeights
        {
            Biases = ToArray(convolution.Biases),
            Scales = convolution.Scales is null ? null : ToArray(convolution.Scales),
            RollingMean = convolution.RollingMean is null ? null : ToArray(convolution.RollingMean),
            RollingVariance = convolution.RollingVariance is null ? null : ToArray(convolution.RollingVariance),
            Kernel = ToArray(convolution.Kernel),
        });
        return new NetworkWeights(module.Network, [.. convolutions]) { Seen = seen };
    }

    private static void Copy(float[]? values, Tensor? parameter)
    {
        if (parameter is null)
            return;
        if (values?.Length != parameter.numel())
            throw new ArgumentException($"{parameter.numel()} values expected, found {values?.Length ?? 0}: the weights are those of another network.");
        using var source = tensor(values, parameter.shape);
        parameter.copy_(source);
    }

    private static float[] ToArray(Tensor parameter)
    {
        using var scope = NewDisposeScope();
        var values = parameter.detach().cpu().contiguous();
        return MemoryMarshal.Cast<byte, float>(values.bytes).ToArray();
    }
}
