using Yolo.Model.Network;

namespace Yolo.Model.Weights;

/// <summary>The state of a network: the numbers of each convolution, in definition order, batch normalisation not folded.</summary>
public sealed class NetworkWeights
{
    /// <summary>Epsilon inside the root of batch normalisation: AlexeyAB's Darknet (blas.c, <c>normalize_cpu</c>: .00001f).</summary>
    public const float BatchNormEpsilon = 1e-5f;

    /// <summary>Takes the numbers of each convolution of <paramref name="network"/>, in order.</summary>
    /// <exception cref="ArgumentException">The count of convolutions or the length of an array does not fit the network.</exception>
    public NetworkWeights(NetworkDefinition network, IReadOnlyList<ConvolutionWeights> convolutions)
    {
        ArgumentNullException.ThrowIfNull(convolutions);
        Convolutions = [.. convolutions];
        RequireFit(network);
    }

    /// <summary>The numbers of each convolution, in definition order.</summary>
    public IReadOnlyList<ConvolutionWeights> Convolutions { get; }

    /// <summary>Images the weights were trained on so far (Darknet's <c>seen</c>).</summary>
    public long Seen { get; init; }

    /// <summary>Version of the file that the weights came from, so that they are written as they were read. Default: 0.2.0.</summary>
    public WeightsVersion Version { get; internal init; } = WeightsVersion.Default;

    /// <summary>Starts a network from the weights of another that begins with the same layers, such as the same network for other classes: takes over the
    /// leading convolutions, as far as filters, size, input channels, groups and batch norm agree, and the rest from <paramref
    /// name="fresh"/>. Arrays are shared.</summary>
    /// <param name="source">The network that these weights belong to.</param>
    /// <param name="target">The network to start.</param>
    /// <param name="fresh">Weights of <paramref name="target"/>, for instance from <see cref="WeightInitializer"/>.</param>
    /// <param name="taken">How many convolutions were taken over.</param>
    /// <returns>Weights of <paramref name="target"/>; <see cref="Seen"/> is that of <paramref name="fresh"/>.</returns>
    /// <exception cref="ArgumentException">Weights do not fit their network.</exception>
    internal NetworkWeights Transfer(NetworkDefinition source, NetworkDefinition target, NetworkWeights fresh, out int taken)
    {
        ArgumentNullException.ThrowIfNull(fresh);
        RequireFit(source);
        fresh.RequireFit(target);
        ConvolutionWeights[] convolutions = [.. fresh.Convolutions];
        for (taken = 0; taken < Math.Min(convolutions.Length, Convolutions.Count) && Agree(source.Convolutions[taken], target.Convolutions[taken]); taken++)
            convolutions[taken] = Convolutions[taken];
        return new(target, convolutions) { Seen = fresh.Seen };
    }

    /// <summary>Throws unless these are weights of a network's shape.</summary>
    /// <exception cref="ArgumentException">The count of convolutions or the length of an array does not fit the network.</exception>
    internal void RequireFit(NetworkDefinition network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layers = network.Convolutions;
        if (layers.Length != Convolutions.Count)
            throw new ArgumentException($"The network has {layers.Length} convolutions, the weights {Convolutions.Count}.");
        for (int i = 0; i < layers.Length; i++)
        {
            var (layer, weights) = (layers[i], Convolutions[i]);
            int perFilter = layer.BatchNormalize ? layer.Filters : 0;
            Check(i, "biases", weights.Biases, layer.Filters);
            Check(i, "kernel", weights.Kernel, layer.KernelCount);
            Check(i, "scales", weights.Scales, perFilter);
            Check(i, "rolling mean", weights.RollingMean, perFilter);
            Check(i, "rolling variance", weights.RollingVariance, perFilter);
        }
    }

    private static bool Agree(ConvolutionalLayer one, ConvolutionalLayer other) =>
        (one.Filters, one.Size, one.Input.Channels, one.Groups, one.BatchNormalize) == (other.Filters, other.Size, other.Input.Channels, other.Groups, other.BatchNormalize);

    private static void Check(int index, string name, float[]? values, long expected)
    {
        if ((values?.Length ?? 0) != expected)
            throw new ArgumentException($"Convolution {index}: {expected} values expected for its {name}, found {values?.Length ?? 0}.");
    }
}
