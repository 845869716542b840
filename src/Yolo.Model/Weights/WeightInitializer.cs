using Yolo.Model.Network;

namespace Yolo.Model.Weights;

/// <summary>Fresh weights for training from scratch.</summary>
public static class WeightInitializer
{
    /// <summary>Standard deviation of the head's kernel: its outputs start near 0, so that boxes start near their anchors.</summary>
    private const double HeadDeviation = 0.01;

    /// <summary>Draws weights: kernels normal with mean 0 and variance 2 / ((1 + 0.1^2) * fan-in) before a leaky activation (He et al., "Delving Deep into
    /// Rectifiers", section 2.2), 2 / fan-in before relu, swish and mish, 1 / fan-in before the logistic function or no activation, and
    /// 0.01^2 in the head, a last
    /// convolution that is linear and has no batch norm; batch norm's scales 1, means 0, variances 1; biases 0.</summary>
    /// <param name="network">The network.</param>
    /// <param name="seed">Makes the draw repeatable. Each convolution has a stream of its own, so the layers before the head start equal whatever the classes.</param>
    /// <param name="objectnessPrior">Probability, above 0 and below 1, that an untrained head gives a box to hold an object; it sets the head's biases to
    /// ln(p / (1 - p)) there (Lin et al., "Focal Loss", section 3.3), and 0.01 keeps the many empty boxes from ruling the first steps of a cross-entropy.
    /// Default null: biases 0, which means 0.5, as Darknet starts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="objectnessPrior"/> is not between 0 and 1.</exception>
    /// <exception cref="InvalidOperationException">A prior is asked for, but the network does not end in a convolution and a region layer.</exception>
    public static NetworkWeights Create(NetworkDefinition network, int seed, float? objectnessPrior = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        Check(network, objectnessPrior);
        var convolutions = new ConvolutionWeights[network.Convolutions.Length];
        Parallel.For(0, convolutions.Length, i => convolutions[i] = Draw(network, i, seed, objectnessPrior));
        return new(network, convolutions);
    }

    /// <summary>Checks what <see cref="Create"/> is given.</summary>
    internal static void Check(NetworkDefinition network, float? objectnessPrior)
    {
        if (objectnessPrior is not (null or (> 0 and < 1)))
            throw new ArgumentOutOfRangeException(nameof(objectnessPrior), objectnessPrior, "A probability above 0 and below 1 is expected.");
        if (objectnessPrior is not null && (network.Layers.Length < 2 || network.Layers[^2] is not ConvolutionalLayer))
            throw new InvalidOperationException("The region layer does not follow a convolution, so there is no bias that sets the objectness.");
    }

    /// <summary>Draws a convolution's kernel, in Darknet's order.</summary>
    internal static void DrawKernel(NetworkDefinition network, int index, int seed, Span<float> kernel) =>
        new GaussianStream(seed, index).Fill(kernel, Deviation(network.Convolutions[index], isLast: index == network.Convolutions.Length - 1));

    /// <summary>The biases that a convolution starts with.</summary>
    internal static float[] Biases(NetworkDefinition network, int index, float? objectnessPrior)
    {
        float[] biases = new float[network.Convolutions[index].Filters];
        if (objectnessPrior is { } prior && index == network.Convolutions.Length - 1)
        {
            var layout = network.RegionLayout;
            for (int anchor = 0; anchor < layout.Anchors; anchor++)
                biases[anchor * layout.Entries + RegionLayout.ObjectnessEntry] = MathF.Log(prior / (1 - prior));
        }
        return biases;
    }

    private static ConvolutionWeights Draw(NetworkDefinition network, int index, int seed, float? objectnessPrior)
    {
        var layer = network.Convolutions[index];
        float[] kernel = GC.AllocateUninitializedArray<float>((int)layer.KernelCount);
        DrawKernel(network, index, seed, kernel);
        return new()
        {
            Biases = Biases(network, index, objectnessPrior),
            Scales = BatchNorm(layer, 1),
            RollingMean = BatchNorm(layer, 0),
            RollingVariance = BatchNorm(layer, 1),
            Kernel = kernel,
        };
    }

    private static float[]? BatchNorm(ConvolutionalLayer layer, float value)
    {
        if (!layer.BatchNormalize)
            return null;
        float[] values = new float[layer.Filters];
        values.AsSpan().Fill(value);
        return values;
    }

    private static double Deviation(ConvolutionalLayer layer, bool isLast)
    {
        double fanIn = (double)layer.FilterChannels * layer.Size * layer.Size;
        return layer switch
        {
            { Activation: Activation.Leaky } => Math.Sqrt(2 / ((1 + ConvolutionalLayer.LeakySlope * ConvolutionalLayer.LeakySlope) * fanIn)),
            { Activation: Activation.Relu or Activation.Swish or Activation.Mish } => Math.Sqrt(2 / fanIn),
            { Activation: Activation.Linear, BatchNormalize: false } when isLast => HeadDeviation,
            _ => Math.Sqrt(1 / fanIn),
        };
    }
}
