using Yolo.Model.Network;

namespace Yolo.Model.Weights;

/// <summary>Starts a training from a Darknet .weights file, whatever part of it fits.</summary>
public static class PretrainedWeights
{
    /// <summary>Reads what a file holds for a network: all of it; its leading convolutions, where the file ends behind one of them, such as
    /// <c>darknet19_448.conv.23</c>; or all but the head, where the file is one of the same network with another number of classes or anchors.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">The network to start.</param>
    /// <param name="fresh">Weights of the convolutions that the file does not hold, such as the head for other classes; the result shares their arrays.</param>
    /// <param name="source">The network that the file belongs to, of which the leading convolutions are taken as far as they agree. Null: it is <paramref name="network"/>, up to the
    /// number of filters in its head, which follows from the length of the file.</param>
    /// <param name="loaded">How many convolutions came from the file.</param>
    /// <returns>The weights; <see cref="NetworkWeights.Seen"/> is that of the file where all convolutions came from it without naming a <paramref name="source"/>, and 0 else.</returns>
    /// <exception cref="InvalidDataException">The file is no .weights file, fits neither way, or not one convolution of <paramref name="source"/> agrees.</exception>
    /// <exception cref="NotSupportedException">The header marks weights that Darknet would transpose.</exception>
    /// <exception cref="ArgumentException"><paramref name="fresh"/> does not fit the network.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NetworkWeights Read(string path, NetworkDefinition network, NetworkWeights fresh, NetworkDefinition? source, out int loaded)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(fresh);
        if (source is null)
        {
            long floats = DarknetWeightsFile.CountFloats(path);
            if (!EndsBehindAConvolution(network, floats))
            {
                source = WithOtherHead(network, floats);
                if (source is null && BuiltInOf(floats) is { } name)
                {
                    throw new InvalidDataException(
                        $"{Path.GetFileName(path)}: {floats:N0} floats are those of {name}, not of the network to be trained. Name it as the network that the file belongs to, and "
                        + "the layers that both have in common are loaded.");
                }
            }
        }
        if (source is null)
            return DarknetWeightsFile.ReadPartial(path, network, fresh, out loaded);

        var weights = DarknetWeightsFile.Read(path, source).Transfer(source, network, fresh, out loaded);
        return loaded > 0 ? weights : throw new InvalidDataException($"{Path.GetFileName(path)}: not even the first convolution is like that of the network to be trained.");
    }

    private static bool EndsBehindAConvolution(NetworkDefinition network, long floats)
    {
        foreach (var convolution in network.Convolutions)
        {
            if (floats <= 0)
                break;
            floats -= convolution.WeightCount;
        }
        return floats == 0;
    }

    /// <summary>The network with the number of filters in its head that the file leaves room for; null where that is no whole number.</summary>
    private static NetworkDefinition? WithOtherHead(NetworkDefinition network, long floats)
    {
        if (network.Layers.Length < 2 || network.Layers[^2] is not ConvolutionalLayer head)
            return null;
        long perFilter = head.WeightCount / head.Filters, rest = floats - (network.WeightCount - head.WeightCount);
        return rest > 0 && rest % perFilter == 0
            ? new(network.Input, [.. network.Layers[..^2], head with { Filters = checked((int)(rest / perFilter)) }])
            : null;
    }

    private static string? BuiltInOf(long floats) => YoloV2Network.Names.FirstOrDefault(name => YoloV2Network.Get(name).WeightCount == floats);
}
