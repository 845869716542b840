using System.Collections.Immutable;
using Yolo.Model.Anchors;

namespace Yolo.Model.Network;

/// <summary>A network: the shape of its input and its layers with the shapes they make. The one source for the TorchSharp module, the ONNX graph,
/// the order of a .weights file, parameter counts and the printed summary. Immutable.</summary>
public sealed class NetworkDefinition : IEquatable<NetworkDefinition>
{
    /// <summary>Connects the layers and infers their shapes.</summary>
    /// <param name="input">Shape of the network's input.</param>
    /// <param name="layers">The layers, in order; shapes they carry already are inferred anew.</param>
    /// <exception cref="ArgumentException">A layer does not fit the ones before it; the message starts with the layer's index.</exception>
    public NetworkDefinition(FeatureShape input, IEnumerable<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        Input = input;
        Layers = ShapeInference.Infer(input, layers);
        Convolutions = [.. Layers.OfType<ConvolutionalLayer>()];
    }

    /// <summary>Shape of the network's input, <c>[3, H, W]</c>.</summary>
    public FeatureShape Input { get; }

    /// <summary>The layers, in order.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>The convolutions, in order: the layers that hold weights.</summary>
    public ImmutableArray<ConvolutionalLayer> Convolutions { get; }

    /// <summary>Options of the <c>[net]</c> section other than the input's shape, as written: training hyper-parameters, carried along for Darknet.</summary>
    public ImmutableDictionary<string, string> NetOptions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The region layer that ends a detector.</summary>
    /// <exception cref="InvalidOperationException">The network does not end in one.</exception>
    public RegionLayer Region => Layers[^1] as RegionLayer
        ?? throw new InvalidOperationException($"The network ends in a {Layers[^1].GetType().Name}, not in a region layer: it is no YOLOv2 detector.");

    /// <summary>Index arithmetic of the raw output.</summary>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    public RegionLayout RegionLayout => new(Region.Input.Width, Region.Input.Height, Region.Anchors.Count, Region.Classes);

    /// <summary>Floats that a .weights file holds behind its header: every parameter and the rolling statistics.</summary>
    public long WeightCount => Convolutions.Sum(layer => layer.WeightCount);

    /// <summary>Parameters that training changes: kernels, biases and batch norm's scales.</summary>
    public long TrainableCount => WeightCount - Convolutions.Sum(layer => layer.BatchNormalize ? 2L * layer.Filters : 0);

    /// <summary>The same layers for another input size, in pixels.</summary>
    /// <exception cref="ArgumentException">The layers do not fit that size.</exception>
    public NetworkDefinition WithInputSize(int width, int height) =>
        new(Input with { Width = width, Height = height }, Layers) { NetOptions = NetOptions };

    /// <summary>The same network for other classes and anchors: the last convolution gets <c>A * (5 + C)</c> filters.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="anchors">Anchors in grid cells.</param>
    /// <exception cref="InvalidOperationException">The network does not end in a convolution and a region layer.</exception>
    public NetworkDefinition WithRegion(int classes, AnchorSet anchors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentNullException.ThrowIfNull(anchors);
        var region = Region with { Classes = classes, Anchors = anchors };
        if (Layers.Length < 2 || Layers[^2] is not ConvolutionalLayer head)
            throw new InvalidOperationException("The region layer does not follow a convolution, so the number of classes cannot be changed.");
        head = head with { Filters = anchors.Count * (RegionLayout.BoxEntries + classes) };
        return new(Input, [.. Layers[..^2], head, region]) { NetOptions = NetOptions };
    }

    /// <summary>Equal where input and layers are, with all their options; <see cref="NetOptions"/> do not count, no layer is built from them.</summary>
    public bool Equals(NetworkDefinition? other) => other is not null && Input == other.Input && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkDefinition);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Input, Layers.Length, WeightCount);
}
