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
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(convolutions);
        Convolutions = convolutions;
        EnsureFits(network);
    }

    /// <summary>The numbers of each convolution, in definition order.</summary>
    public IReadOnlyList<ConvolutionWeights> Convolutions { get; }

    /// <summary>Images the weights were trained on so far (Darknet's <c>seen</c>).</summary>
    public long Seen { get; init; }

    /// <summary>Throws where these are not the numbers of <paramref name="network"/>.</summary>
    /// <exception cref="ArgumentException">The count of convolutions or the length of an array does not fit the network.</exception>
    public void EnsureFits(NetworkDefinition network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layers = network.Convolutions;
        if (layers.Length != Convolutions.Count)
            throw new ArgumentException($"The network has {layers.Length} convolutions, the weights {Convolutions.Count}.", nameof(network));
        for (int i = 0; i < layers.Length; i++)
        {
            var (layer, weights) = (layers[i], Convolutions[i]);
            Check(i, "biases", weights.Biases, layer.Filters);
            Check(i, "kernel", weights.Kernel, layer.KernelCount);
            Check(i, "scales", weights.Scales, layer.BatchNormalize ? layer.Filters : 0);
            Check(i, "rolling mean", weights.RollingMean, layer.BatchNormalize ? layer.Filters : 0);
            Check(i, "rolling variance", weights.RollingVariance, layer.BatchNormalize ? layer.Filters : 0);
        }
    }

    private static void Check(int index, string name, float[]? values, long expected)
    {
        if ((values?.Length ?? 0) != expected)
            throw new ArgumentException($"Convolution {index}: {expected} values expected for its {name}, found {values?.Length ?? 0}.");
    }
}
