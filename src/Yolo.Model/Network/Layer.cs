using System.Collections.Immutable;
using Yolo.Model.Anchors;

namespace Yolo.Model.Network;

/// <summary>One layer of a network, with the shapes that follow from the layers before it. The family is closed.</summary>
public abstract record Layer
{
    private protected Layer()
    {
    }

    /// <summary>Shape that the layer is given. For a route this is its first source.</summary>
    public FeatureShape Input { get; init; }

    /// <summary>Shape that the layer makes.</summary>
    public FeatureShape Output { get; init; }

    /// <summary>Options of the layer's .cfg section that change no output, as written and by name: Darknet's training hyper-parameters, such as the region's
    /// <c>jitter</c>, carried along for Darknet. Default: none.</summary>
    public ImmutableSortedDictionary<string, string> OtherOptions { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Equal where kind, options and shapes are.</summary>
    public virtual bool Equals(Layer? other) =>
        other is not null && EqualityContract == other.EqualityContract && Input == other.Input && Output == other.Output && OtherOptions.SequenceEqual(other.OtherOptions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(EqualityContract, Input, Output);
}

/// <summary>Darknet's <c>[convolutional]</c>: convolution, then batch normalisation or a bias, then the activation.</summary>
/// <param name="Filters">Output channels.</param>
/// <param name="Size">Kernel width and height.</param>
/// <param name="Stride">Step in pixels.</param>
/// <param name="Padding">Zeros added on every side, in pixels (Darknet's <c>pad=1</c> means <c>size / 2</c>).</param>
/// <param name="BatchNormalize">Whether batch normalisation with a scale per filter comes before the bias.</param>
/// <param name="Activation">What is applied last.</param>
public sealed record ConvolutionalLayer(int Filters, int Size, int Stride, int Padding, bool BatchNormalize, Activation Activation) : Layer
{
    /// <summary>What <see cref="Activation.Leaky"/> multiplies negative values by.</summary>
    public const double LeakySlope = 0.1;

    /// <summary>Parts that input and filters are divided into; the filters of a part see the channels of that part alone. Both are
    /// divisible by it; with as many as there are
    /// channels the convolution is depth-wise. Default: 1.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Channels that a filter sees: those of its group.</summary>
    public int FilterChannels => Input.Channels / Groups;

    /// <summary>Floats in the kernel, <c>[Filters, FilterChannels, Size, Size]</c>.</summary>
    public long KernelCount => (long)Filters * FilterChannels * Size * Size;

    /// <summary>Floats that a .weights file holds for the layer: bias, with batch norm also scale, mean and variance, and the kernel.</summary>
    public long WeightCount => KernelCount + Filters * (BatchNormalize ? 4L : 1L);
}

/// <summary>What a convolution or a shortcut ends with (Darknet, activations.h).</summary>
public enum Activation
{
    /// <summary>The value itself.</summary>
    Linear,

    /// <summary>The value where positive, a tenth of it elsewhere.</summary>
    Leaky,

    /// <summary>The value where positive, 0 elsewhere.</summary>
    Relu,

    /// <summary><c>1 / (1 + e^-x)</c>, what others call the sigmoid.</summary>
    Logistic,

    /// <summary><c>x / (1 + e^-x)</c>, also called SiLU; not known to pjreddie's Darknet.</summary>
    Swish,

    /// <summary><c>x tanh(ln(1 + e^x))</c> (Misra, "Mish"); not known to pjreddie's Darknet.</summary>
    Mish,
}

/// <summary>Darknet's <c>[maxpool]</c>. Padding goes to the right and the bottom first and never wins; with stride 1 and size 2 the size stays.</summary>
/// <param name="Size">Window width and height.</param>
/// <param name="Stride">Step in pixels.</param>
/// <param name="Padding">Total padding per direction, in pixels; Darknet's default is <c>size - 1</c>. The left and top get <c>padding / 2</c>.</param>
public sealed record MaxPoolLayer(int Size, int Stride, int Padding) : Layer;

/// <summary>Darknet's <c>[avgpool]</c>: the mean of each channel, <c>[C, 1, 1]</c>.</summary>
public sealed record AveragePoolLayer : Layer;

/// <summary>Darknet's <c>[upsample]</c>: each pixel becomes <c>Stride x Stride</c> equal ones.</summary>
/// <param name="Stride">How many times as wide and high the output is.</param>
public sealed record UpsampleLayer(int Stride) : Layer;

/// <summary>A layer that reads the outputs of earlier layers.</summary>
/// <param name="Sources">Absolute layer indices, in the order of the .cfg.</param>
public abstract record JoiningLayer(ImmutableArray<int> Sources) : Layer
{
    /// <summary>Equal where kind, sources, options and shapes are.</summary>
    public virtual bool Equals(JoiningLayer? other) => base.Equals(other) && Sources.AsSpan().SequenceEqual(other.Sources.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Sources.Length);
}

/// <summary>Darknet's <c>[route]</c>: the outputs of earlier layers, one behind the other along the channels.</summary>
/// <param name="Sources">Absolute layer indices, in the order of concatenation.</param>
public sealed record RouteLayer(ImmutableArray<int> Sources) : JoiningLayer(Sources);

/// <summary>Darknet's <c>[shortcut]</c>: the sum of the layer before and of earlier layers, all of one shape, and an activation.</summary>
/// <param name="Sources">Absolute indices of the layers that are added to the one before. Several are AlexeyAB's; pjreddie's Darknet and
/// OpenCV add the first alone.</param>
/// <param name="Activation">What is applied to the sum.</param>
public sealed record ShortcutLayer(ImmutableArray<int> Sources, Activation Activation) : JoiningLayer(Sources);

/// <summary>Moves <c>Stride x Stride</c> blocks of pixels into channels: the passthrough of YOLOv2.</summary>
/// <param name="Stride">Block width and height.</param>
/// <param name="Kind">Which of Darknet's two orders.</param>
public sealed record ReorgLayer(int Stride, ReorgKind Kind) : Layer;

/// <summary>Element order of a <see cref="ReorgLayer"/>.</summary>
public enum ReorgKind
{
    /// <summary><c>[reorg]</c>, the order that published YOLOv2 weights were trained with (blas.c, <c>reorg_cpu</c> with forward = 0): reshape the buffer to
    /// (C/s^2, H*s, W*s), space-to-depth, reshape to (C*s^2, H/s, W/s).</summary>
    Darknet,

    /// <summary><c>[reorg3d]</c>: ordinary space-to-depth, output channel (dy * s + dx) * C + c; also the notebook's passthrough.</summary>
    SpaceToDepth,
}

/// <summary>Darknet's <c>[region]</c>: what the raw map means. It changes no shape and holds no weights.</summary>
/// <param name="Anchors">Prior shapes, in grid cells.</param>
/// <param name="Classes">Number of classes.</param>
public sealed record RegionLayer(AnchorSet Anchors, int Classes) : Layer
{
    /// <summary>IoU with any truth above which an unmatched prediction is not pushed towards "no object". Default 0.6.</summary>
    public float IgnoreThreshold { get; init; } = 0.6f;

    /// <summary>Weight of the objectness of matched predictions. Default 5.</summary>
    public float ObjectScale { get; init; } = 5;

    /// <summary>Weight of the objectness of unmatched predictions. Default 1.</summary>
    public float NoObjectScale { get; init; } = 1;

    /// <summary>Weight of the class term. Default 1.</summary>
    public float ClassScale { get; init; } = 1;

    /// <summary>Weight of the box term. Default 1.</summary>
    public float CoordScale { get; init; } = 1;

    /// <summary>Whether the objectness target is the IoU with the truth rather than 1. Default true.</summary>
    public bool Rescore { get; init; } = true;

    /// <summary>Whether the responsible anchor is found by comparing shapes alone. Default true.</summary>
    public bool BiasMatch { get; init; } = true;

    /// <summary>Whether class scores are a softmax rather than independent sigmoids. Default true.</summary>
    public bool Softmax { get; init; } = true;
}
