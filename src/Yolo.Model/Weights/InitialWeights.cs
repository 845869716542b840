using Yolo.Model.Network;

namespace Yolo.Model.Weights;

/// <summary>What a training starts from: a Darknet file (<see cref="DarknetWeights"/>, or just its path) or a backbone that was trained
/// elsewhere (<see cref="Backbone"/>).</summary>
public abstract record InitialWeights
{
    private protected InitialWeights()
    {
    }

    /// <summary>The file.</summary>
    public abstract string Path { get; }

    /// <summary>Reads what the file holds for a network.</summary>
    /// <param name="network">The network to start.</param>
    /// <param name="fresh">Weights of the convolutions that the file does not hold; the result shares their arrays.</param>
    /// <param name="loaded">How many convolutions came from the file: the first ones, in definition order.</param>
    /// <exception cref="InvalidDataException">The file is malformed or holds nothing for the network; the message names file, place, what
    /// was expected and what was found.</exception>
    /// <exception cref="NotSupportedException">The file is of a kind that is not read.</exception>
    /// <exception cref="ArgumentException"><paramref name="fresh"/> does not fit the network.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public abstract NetworkWeights Read(NetworkDefinition network, NetworkWeights fresh, out int loaded);

    /// <summary>A Darknet file of the network to be trained, or none.</summary>
    public static implicit operator InitialWeights?(string? path) => path is null ? null : new DarknetWeights(path);
}

/// <summary>A Darknet .weights file to start from: all of it, its leading convolutions, or all but the head; see <see
/// cref="PretrainedWeights.Read"/>.</summary>
public sealed record DarknetWeights : InitialWeights
{
    /// <summary>Names the file; it is read when a training starts.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public DarknetWeights(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
    }

    /// <inheritdoc/>
    public override string Path { get; }

    /// <summary>The network that the file belongs to, where it is another one than that to be trained. Default: null, it is the same up to
    /// the head.</summary>
    public NetworkDefinition? Network { get; init; }

    /// <inheritdoc/>
    public override NetworkWeights Read(NetworkDefinition network, NetworkWeights fresh, out int loaded) =>
        PretrainedWeights.Read(Path, network, fresh, Network, out loaded);
}
