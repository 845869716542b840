using TorchSharp;
using Yolo.Model.Network;
using Yolo.Model.Processes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Yolo.Model.Torch;

/// <summary>A network definition as a TorchSharp module: images <c>[N, 3, H, W]</c>, RGB 0..1, 32-bit, to the raw map <c>[N, A * (5 + C), h, w]</c>, 32-bit.</summary>
/// <remarks>Activations are channels-last. Any input size that the layers fit is accepted, not only the definition's.</remarks>
public sealed class YoloModule : Module<Tensor, Tensor>
{
    /// <summary>Share of a new batch in the rolling statistics of batch norm. Larger than Darknet's 0.01, because a run on a few hundred images has
    /// only some thousand steps.</summary>
    public const double DefaultBatchNormMomentum = 0.03;

    private readonly Dictionary<int, ConvolutionModule> _convolutions = [];
    private readonly int[] _lastReaders;
    private readonly int _head;
    private int _frozenLayers;
    private bool _disposed;

    /// <summary>Builds the module; kernels are zero until weights are loaded (<see cref="TorchWeights"/>).</summary>
    /// <param name="network">The network.</param>
    /// <param name="computeType">Type of the activations between the first and the last convolution: Float32 or BFloat16.</param>
    /// <param name="batchNormMomentum">Share of a new batch in the rolling statistics, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The type is neither of the two, or the momentum out of range.</exception>
    public YoloModule(NetworkDefinition network, ScalarType computeType = ScalarType.Float32, double batchNormMomentum = DefaultBatchNormMomentum)
        : base(LoadedName())
    {
        ArgumentNullException.ThrowIfNull(network);
        if (computeType is not (ScalarType.Float32 or ScalarType.BFloat16))
            throw new ArgumentOutOfRangeException(nameof(computeType), computeType, "The network is computed in Float32 or BFloat16.");
        if (batchNormMomentum is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(batchNormMomentum), batchNormMomentum, "Batch norm's momentum must lie above 0 and be at most 1.");
        Network = network;
        ComputeType = computeType;
        for (int i = 0; i < network.Layers.Length; i++)
        {
            if (network.Layers[i] is not ConvolutionalLayer layer)
                continue;
            _head = i;
            _convolutions[i] = new ConvolutionModule($"convolution{i}", layer, batchNormMomentum);
            register_module($"layer{i}", _convolutions[i]);
        }
        _lastReaders = LastReaders(network);
    }

    // The base constructor calls into libtorch already.
    private static string LoadedName()
    {
        TorchRuntime.EnsureLoaded();
        return nameof(YoloModule);
    }

    /// <summary>Processes whose images count in the statistics of batch norm; null: those of this one alone.</summary>
    internal IProcessGroup? BatchNormGroup { get; set; }

    /// <summary>Told in a backward pass that the gradients of a convolution, counted from 0, and of all after it are complete.</summary>
    internal Action<int>? GradientsReady { get; set; }

    /// <summary>The network that the module was built from.</summary>
    public NetworkDefinition Network { get; }

    /// <summary>Type of the activations between the first and the last convolution.</summary>
    public ScalarType ComputeType { get; }

    /// <summary>The convolutions, in definition order.</summary>
    /// <exception cref="ObjectDisposedException">The module was disposed.</exception>
    internal IEnumerable<ConvolutionModule> Convolutions
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _convolutions.Values;
        }
    }

    /// <summary>Keeps the first convolutions as they are, with batch norm by its rolling statistics, and trains the others. What comes before the first of those
    /// has no gradients, and its activations are freed as soon as the next layer has read them.</summary>
    /// <param name="count">How many, in definition order.</param>
    internal void Freeze(int count)
    {
        int index = 0;
        _frozenLayers = Network.Layers.Length;
        foreach (var (layer, convolution) in _convolutions)
        {
            bool frozen = index++ < count;
            if (convolution.IsFrozen != frozen)
                convolution.IsFrozen = frozen;
            if (!frozen)
                _frozenLayers = Math.Min(_frozenLayers, layer);
        }
    }

    /// <summary>Computes something in training mode that leaves the rolling statistics as they are.</summary>
    internal Tensor Peek(Func<Tensor> compute)
    {
        foreach (var convolution in Convolutions)
            convolution.KeepsStatistics = true;
        try
        {
            return compute();
        }
        finally
        {
            foreach (var convolution in Convolutions)
                convolution.KeepsStatistics = false;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The module was disposed.</exception>
    public override Tensor forward(Tensor input)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var scope = NewDisposeScope();
        var outputs = new Tensor[Network.Layers.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = Compute(i, i == 0 ? input.to(ComputeType).ToChannelsLast() : outputs[i - 1], outputs);
            for (int read = 0; read < i; read++)
            {
                if (_lastReaders[read] == i)
                    outputs[read].Dispose();
            }
        }
        return outputs[^1].to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The output of a layer, a tensor of its own.</summary>
    private Tensor Compute(int index, Tensor input, Tensor[] outputs)
    {
        using var noGradient = index < _frozenLayers ? no_grad() : null;
        using var scope = NewDisposeScope();
        var output = Network.Layers[index] switch
        {
            ConvolutionalLayer => _convolutions[index].forward(Marked(index, index == _head ? input.to(ScalarType.Float32) : input), BatchNormGroup),
            MaxPoolLayer pool => Pool(pool, input),
            AveragePoolLayer => input.mean([2, 3], keepdim: true),
            UpsampleLayer upsample => input.Enlarge(upsample.Stride).ToChannelsLast(),
            ShortcutLayer shortcut => shortcut.Sources.Aggregate(input, (sum, source) => sum.Plus(outputs[source])).Activate(shortcut.Activation),
            RouteLayer { Sources: [var single] } => outputs[single].alias(),
            RouteLayer route => cat([.. route.Sources.Select(source => outputs[source])], 1),
            ReorgLayer { Kind: ReorgKind.Darknet } reorg => input.DarknetReorg(reorg.Stride).ToChannelsLast(),
            ReorgLayer reorg => input.SpaceToDepth(reorg.Stride).ToChannelsLast(),
            RegionLayer => input.alias(),
            var other => throw new NotSupportedException($"Layer {index}: {other.GetType().Name} has no TorchSharp counterpart."),
        };
        return output.MoveToOuterDisposeScope();
    }

    private Tensor Marked(int index, Tensor input)
    {
        if (GradientsReady is not { } ready || !input.requires_grad)
            return input;
        int convolution = _convolutions.Keys.Count(layer => layer < index);
        return GradientMark.apply(input, (Action)(() => ready(convolution)));
    }

    /// <summary>For each layer the last one that reads its output.</summary>
    private static int[] LastReaders(NetworkDefinition network)
    {
        int[] readers = [.. Enumerable.Range(1, network.Layers.Length)];
        for (int i = 0; i < network.Layers.Length; i++)
        {
            if (network.Layers[i] is JoiningLayer joining)
            {
                foreach (int source in joining.Sources)
                    readers[source] = Math.Max(readers[source], i);
            }
        }
        return readers;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        base.Dispose(disposing);
    }

    private static Tensor Pool(MaxPoolLayer layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (input.shape[2], input.shape[3]);
        int before = layer.Padding / 2;
        if (2 * before == layer.Padding)
            return functional.max_pool2d(input, layer.Size, layer.Stride, before).MoveToOuterDisposeScope();
        long right = Behind(layer, width, before), bottom = Behind(layer, height, before);
        if (before > 0 || right > 0 || bottom > 0)
            input = functional.pad(input, [before, right, before, bottom], PaddingModes.Constant, double.NegativeInfinity);
        return functional.max_pool2d(input, layer.Size, layer.Stride).MoveToOuterDisposeScope();
    }

    /// <summary>Padding on the right or bottom that the last window needs.</summary>
    private static long Behind(MaxPoolLayer layer, long length, int before)
    {
        long windows = (length + layer.Padding - layer.Size) / layer.Stride + 1;
        return Math.Max(0, (windows - 1) * layer.Stride + layer.Size - length - before);
    }
}
