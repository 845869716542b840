using System.Collections.Immutable;
using Yolo.Model.Network;

namespace Yolo.Model.Quantization;

/// <summary>What it takes, beside the weights, to run a network in eight-bit integers: the ranges of its activations, measured on sample images by <see cref="Inference.Calibrator"/>.</summary>
/// <param name="Convolutions">The ranges of each convolution in definition order, but of the one that makes the raw map, which stays in float.</param>
public sealed record NetworkQuantization(ImmutableArray<ConvolutionRanges> Convolutions)
{
    /// <summary>The ranges of what each shortcut makes, activation included, in definition order, but of one that makes the raw map.
    /// Default: none.</summary>
    public ImmutableArray<ActivationRange> Shortcuts { get; init; } = [];

    /// <summary>Equal where the ranges are.</summary>
    public bool Equals(NetworkQuantization? other) => other is not null
        && Convolutions.AsSpan().SequenceEqual(other.Convolutions.AsSpan()) && Shortcuts.AsSpan().SequenceEqual(other.Shortcuts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Convolutions.Length;

    /// <summary>Throws where these are not the ranges of <paramref name="network"/>.</summary>
    /// <exception cref="ArgumentException">The count of convolutions or shortcuts does not fit the network, or a range is impossible (<see
    /// cref="ActivationRange.IsPossible"/>).</exception>
    internal void RequireFit(NetworkDefinition network)
    {
        ArgumentNullException.ThrowIfNull(network);
        int count = Convolutions.IsDefault ? 0 : Convolutions.Length;
        if (count != network.Convolutions.Length - 1)
            throw new ArgumentException($"The network has {network.Convolutions.Length} convolutions and needs ranges for all but the last; there are {count}.", nameof(network));
        for (int i = 0; i < count; i++)
        {
            if (Convolutions[i] is not { Linear.IsPossible: true, Activated.IsPossible: true })
                throw new ArgumentException($"A range of convolution {i} is impossible: {Convolutions[i]}.", nameof(network));
        }
        int shortcuts = network.Layers.Count(layer => layer is ShortcutLayer), ranges = Shortcuts.IsDefault ? 0 : Shortcuts.Length;
        if (ranges != shortcuts)
            throw new ArgumentException($"The network has {shortcuts} shortcuts and needs a range for each; there are {ranges}.", nameof(network));
        for (int i = 0; i < ranges; i++)
        {
            if (!Shortcuts[i].IsPossible)
                throw new ArgumentException($"The range of shortcut {i} is impossible: {Shortcuts[i]}.", nameof(network));
        }
    }
}
