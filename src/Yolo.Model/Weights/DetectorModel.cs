using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Quantization;

namespace Yolo.Model.Weights;

/// <summary>A trained detector as data: what is saved, loaded and exported. Engines are built from it.</summary>
public sealed class DetectorModel
{
    /// <summary>Joins the parts of a detector.</summary>
    /// <param name="network">The network; it ends in a region layer.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="classNames">One name per class of the region layer, in its order.</param>
    /// <param name="resize">How images are brought to the input's size.</param>
    /// <param name="filter">How pixels are sampled then; Darknet's for Darknet's weights.</param>
    /// <exception cref="ArgumentException">The number of class names is not that of the region layer, or there is no such resize mode or
    /// filter.</exception>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    /// <exception cref="NotSupportedException">The network takes images of other than 3 channels.</exception>
    public DetectorModel(
        NetworkDefinition network, NetworkWeights weights, IReadOnlyList<string> classNames, ResizeMode resize = ResizeMode.Stretch,
            ResizeFilter filter = ResizeFilter.Darknet)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(classNames);
        if (classNames.Count != network.Region.Classes)
            throw new ArgumentException($"The network has {network.Region.Classes} classes, but {classNames.Count} class names were given.", nameof(classNames));
        if (network.Input.Channels != 3)
            throw new NotSupportedException($"The network has channels={network.Input.Channels}; a detector needs 3, for red, green and blue.");
        Network = network;
        Weights = weights;
        ClassNames = [.. classNames];
        Resize = Argument.Defined(resize, nameof(resize));
        Filter = Argument.Defined(filter, nameof(filter));
    }

    /// <summary>The network.</summary>
    public NetworkDefinition Network { get; }

    /// <summary>Its weights.</summary>
    public NetworkWeights Weights { get; }

    /// <summary>Names of the classes, by index.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How images are brought to the input's size.</summary>
    public ResizeMode Resize { get; }

    /// <summary>How pixels are sampled then. Training fixes it, and scoring must do the same.</summary>
    public ResizeFilter Filter { get; }

    /// <summary>The ranges of the network's activations, with which it runs in eight-bit integers on a CPU (<see cref="Inference.Calibrator"/>); null: in float. On a GPU it runs in
    /// float in any case.</summary>
    public NetworkQuantization? Quantization { get; private init; }

    /// <summary>The same detector, to be run in eight-bit integers or, with null, in float.</summary>
    /// <exception cref="ArgumentException">The ranges are not this network's.</exception>
    public DetectorModel WithQuantization(NetworkQuantization? quantization)
    {
        quantization?.RequireFit(Network);
        return new(Network, Weights, ClassNames, Resize, Filter) { Quantization = quantization };
    }

    /// <summary>The same detector with another resize mode; null: this one.</summary>
    internal DetectorModel WithResize(ResizeMode? resize) =>
        resize is null || resize == Resize ? this : new(Network, Weights, ClassNames, resize.Value, Filter) { Quantization = Quantization };
}
