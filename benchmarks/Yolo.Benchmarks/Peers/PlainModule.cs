using TorchSharp;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Yolo.Benchmarks.Peers;

/// <summary>A network of this library put together from TorchSharp's own modules, as somebody would write it: 32-bit, contiguous tensors.</summary>
internal sealed class PlainModule : Module<Tensor, Tensor>
{
    private const double LeakySlope = 0.1;

    private readonly NetworkDefinition _network;
    private readonly Dictionary<int, Module<Tensor, Tensor>> _convolutions = [];
    private readonly HashSet<int> _routed;

    public PlainModule(NetworkDefinition network) : base(nameof(PlainModule))
    {
        _network = network;
        _routed = [.. network.Layers.OfType<JoiningLayer>().SelectMany(layer => layer.Sources)];
        for (int i = 0; i < network.Layers.Length; i++)
        {
            if (network.Layers[i] is not ConvolutionalLayer layer)
                continue;
            _convolutions[i] = Convolution(layer);
            register_module($"layer{i}", _convolutions[i]);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var kept = new Dictionary<int, Tensor>();
        var current = input;
        for (int i = 0; i < _network.Layers.Length; i++)
        {
            current = _network.Layers[i] switch
            {
                ConvolutionalLayer => _convolutions[i].forward(current),
                MaxPoolLayer layer => Pool(layer, current),
                ShortcutLayer layer => functional.relu(current + kept[layer.Sources.Single()]),
                UpsampleLayer layer => functional.interpolate(current, scale_factor: [layer.Stride, layer.Stride]),
                RouteLayer { Sources: [var single] } => kept[single],
                RouteLayer route => cat([.. route.Sources.Select(source => kept[source])], 1),
                ReorgLayer { Kind: ReorgKind.Darknet } layer => current.DarknetReorg(layer.Stride),
                ReorgLayer layer => current.SpaceToDepth(layer.Stride),
                _ => current,
            };
            if (_routed.Contains(i))
                kept[i] = current;
        }
        return current.MoveToOuterDisposeScope();
    }

    private static Module<Tensor, Tensor> Convolution(ConvolutionalLayer layer)
    {
        var convolution = Conv2d(layer.Input.Channels, layer.Filters, layer.Size, layer.Stride, layer.Padding, bias: !layer.BatchNormalize);
        if (!layer.BatchNormalize)
            return convolution;
        return layer.Activation switch
        {
            Activation.Linear => Sequential(convolution, BatchNorm2d(layer.Filters)),
            Activation.Relu => Sequential(convolution, BatchNorm2d(layer.Filters), ReLU(inplace: true)),
            _ => Sequential(convolution, BatchNorm2d(layer.Filters), LeakyReLU(LeakySlope, inplace: true)),
        };
    }

    // The built-in networks pad on all sides alike, or on the right and the bottom alone, and that only where the stride is 1.
    private static Tensor Pool(MaxPoolLayer layer, Tensor input)
    {
        if (layer.Padding % 2 == 0)
            return functional.max_pool2d(input, layer.Size, layer.Stride, layer.Padding / 2);
        if (layer.Stride == 1)
            input = functional.pad(input, [0, layer.Padding, 0, layer.Padding], PaddingModes.Constant, double.NegativeInfinity);
        return functional.max_pool2d(input, layer.Size, layer.Stride);
    }
}
