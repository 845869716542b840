using System.Runtime.InteropServices;
using Yolo.Model.Files;
using Yolo.Model.Network;

namespace Yolo.Model.Weights;

/// <summary>Darknet's .weights: little-endian, a header of int32 major, minor and revision and of <c>seen</c>, the images trained on, which has 64 bits when
/// <c>major * 10 + minor</c> is at least 2 and 32 bits else; then for each convolution in .cfg order biases, with batch norm scales, rolling means and rolling
/// variances, and the kernel <c>[out][in][k][k]</c> (AlexeyAB, parser.c, <c>load_weights_upto</c> and <c>load_convolutional_weights</c>).</summary>
public static class DarknetWeightsFile
{
    /// <summary>Floats taken at first from a stream that does not know its length: 4 MiB.</summary>
    private const int FirstFloats = 1 << 20;

    /// <summary>Reads a file that holds exactly the weights of a network.</summary>
    /// <exception cref="InvalidDataException">The header is no Darknet header, or the length is not that of the network; nothing is allocated before.</exception>
    /// <exception cref="NotSupportedException">The header marks weights that Darknet would transpose.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NetworkWeights Read(string path, NetworkDefinition network)
    {
        using var stream = Open(path);
        return Read(stream, network, Path.GetFileName(path));
    }

    /// <summary>Reads a stream that holds exactly the weights of a network, from its position to its end.</summary>
    /// <param name="stream">The stream. Where it cannot seek, the length is checked while reading.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="InvalidDataException">The header is no Darknet header, or the length is not that of the network.</exception>
    /// <exception cref="NotSupportedException">The header marks weights that Darknet would transpose.</exception>
    public static NetworkWeights Read(Stream stream, NetworkDefinition network) => Read(stream, network, ".weights");

    /// <summary>Reads a file that ends behind one of the network's convolutions, such as <c>darknet19_448.conv.23</c>.</summary>
    /// <inheritdoc cref="ReadPartial(Stream, NetworkDefinition, NetworkWeights, out int)"/>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NetworkWeights ReadPartial(string path, NetworkDefinition network, NetworkWeights initial, out int loaded)
    {
        using var stream = Open(path);
        return ReadPartial(stream, network, initial, Path.GetFileName(path), out loaded);
    }

    /// <summary>Reads a stream that ends behind one of the network's convolutions.</summary>
    /// <param name="stream">The stream; it must be able to seek.</param>
    /// <param name="network">The network.</param>
    /// <param name="initial">The weights of the convolutions that the stream does not hold; the result shares their arrays.</param>
    /// <param name="loaded">How many convolutions the stream held.</param>
    /// <returns>The weights; <see cref="NetworkWeights.Seen"/> is 0 unless every convolution was loaded: a pre-trained trunk starts a training of its own.</returns>
    /// <exception cref="InvalidDataException">The header is no Darknet header, or the stream ends within a convolution or holds more than the network.</exception>
    /// <exception cref="NotSupportedException">The header marks weights that Darknet would transpose, or the stream cannot seek.</exception>
    /// <exception cref="ArgumentException"><paramref name="initial"/> does not fit the network.</exception>
    public static NetworkWeights ReadPartial(Stream stream, NetworkDefinition network, NetworkWeights initial, out int loaded) =>
        ReadPartial(stream, network, initial, ".weights", out loaded);

    /// <summary>How many whole floats a file holds behind its header, by its length.</summary>
    /// <exception cref="InvalidDataException">The header is no Darknet header.</exception>
    /// <exception cref="NotSupportedException">The header marks weights that Darknet would transpose.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static long CountFloats(string path)
    {
        using var stream = Open(path);
        int header = WeightsHeader.Read(stream, Path.GetFileName(path)).Length;
        return (stream.Length - header) / sizeof(float);
    }

    /// <summary>Writes a file, whole or not at all. Weights that were read come out byte for byte, header included: in the version they were read from, unless its 32 bits
    /// cannot hold <see cref="NetworkWeights.Seen"/>; then, and for weights of this library's own, in version 0.2.0, which both Darknets and OpenCV read.</summary>
    /// <exception cref="ArgumentException">The weights do not fit the network.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, NetworkDefinition network, NetworkWeights weights) =>
        AtomicFile.Write(path, stream => Write(stream, network, weights));

    /// <summary>Writes to a stream; see <see cref="Write(string, NetworkDefinition, NetworkWeights)"/> for the version.</summary>
    /// <exception cref="ArgumentException">The weights do not fit the network.</exception>
    public static void Write(Stream stream, NetworkDefinition network, NetworkWeights weights)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(weights);
        weights.RequireFit(network);
        var version = weights is { Version.HasLongSeen: false, Seen: > uint.MaxValue } ? WeightsVersion.Default : weights.Version;
        new WeightsHeader(version, weights.Seen).Write(stream);
        foreach (var convolution in weights.Convolutions)
        {
            foreach (float[] values in InFileOrder(convolution))
                stream.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    /// <summary>Reads a stream that errors call by <paramref name="name"/>.</summary>
    internal static NetworkWeights Read(Stream stream, NetworkDefinition network, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(network);
        var header = WeightsHeader.Read(stream, name);
        long expected = header.Length + network.WeightCount * sizeof(float);
        if (stream.CanSeek && header.Length + Remaining(stream) is var found && found != expected)
            throw WrongLength(name, network, expected, $"{found:N0} bytes");
        var convolutions = new ConvolutionWeights[network.Convolutions.Length];
        for (int i = 0; i < convolutions.Length; i++)
            convolutions[i] = ReadConvolution(stream, network.Convolutions[i]) ?? throw WrongLength(name, network, expected, $"an end within convolution {i}");
        if (stream.ReadByte() >= 0)
            throw WrongLength(name, network, expected, "more");
        return new(network, convolutions) { Seen = header.Seen, Version = header.Version };
    }

    private static NetworkWeights ReadPartial(Stream stream, NetworkDefinition network, NetworkWeights initial, string name, out int loaded)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(initial);
        initial.RequireFit(network);
        if (!stream.CanSeek)
            throw new NotSupportedException("Partial weights are read from a stream that can seek.");
        var header = WeightsHeader.Read(stream, name);
        long rest = Remaining(stream);
        int count = 0;
        for (; count < network.Convolutions.Length && rest > 0; count++)
        {
            long layer = network.Convolutions[count].WeightCount * sizeof(float);
            if (rest < layer)
                throw new InvalidDataException($"{name}: convolution {count} has {layer:N0} bytes, but the file ends after {rest:N0} of them; it belongs to another network or was cut short.");
            rest -= layer;
        }
        if (rest > 0)
            throw new InvalidDataException($"{name}: the network has {network.Convolutions.Length} convolutions, but {rest:N0} bytes come behind the last one.");
        ConvolutionWeights[] convolutions = [.. initial.Convolutions];
        for (int i = 0; i < count; i++)
            convolutions[i] = ReadConvolution(stream, network.Convolutions[i]) ?? throw new EndOfStreamException($"{name}: the file became shorter while it was read.");
        loaded = count;
        return new(network, convolutions) { Seen = count == convolutions.Length ? header.Seen : 0 };
    }

    /// <summary>Null where the stream ends first.</summary>
    private static ConvolutionWeights? ReadConvolution(Stream stream, ConvolutionalLayer layer)
    {
        int filters = layer.Filters, kernel = (int)layer.KernelCount;
        int[] lengths = layer.BatchNormalize ? [filters, filters, filters, filters, kernel] : [filters, kernel];
        float[][] arrays = new float[lengths.Length][];
        for (int i = 0; i < lengths.Length; i++)
        {
            if (ReadFloats(stream, lengths[i]) is not { } values)
                return null;
            arrays[i] = values;
        }
        return layer.BatchNormalize
            ? new() { Biases = arrays[0], Scales = arrays[1], RollingMean = arrays[2], RollingVariance = arrays[3], Kernel = arrays[4] }
            : new() { Biases = arrays[0], Kernel = arrays[1] };
    }

    /// <summary>Null where the stream ends first. Where its length is not known, the network's word for it counts for nothing: memory grows with what has come.</summary>
    private static float[]? ReadFloats(Stream stream, int count)
    {
        float[] values = GC.AllocateUninitializedArray<float>(stream.CanSeek ? count : Math.Min(count, FirstFloats));
        int filled = 0;
        while (true)
        {
            var bytes = MemoryMarshal.AsBytes(values.AsSpan(filled));
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                return null;
            if (values.Length == count)
                return values;
            filled = values.Length;
            Array.Resize(ref values, (int)Math.Min(count, 2L * filled));
        }
    }

    private static IEnumerable<float[]> InFileOrder(ConvolutionWeights weights) =>
        weights is { Scales: { } scales, RollingMean: { } mean, RollingVariance: { } variance }
            ? [weights.Biases, scales, mean, variance, weights.Kernel]
            : [weights.Biases, weights.Kernel];

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);

    private static long Remaining(Stream stream) => stream.Length - stream.Position;

    private static InvalidDataException WrongLength(string name, NetworkDefinition network, long expected, string found) => new(
        $"{name}: {expected:N0} bytes expected for this network ({network.Convolutions.Length} convolutions, {network.WeightCount:N0} floats and the header), found {found}.");
}
