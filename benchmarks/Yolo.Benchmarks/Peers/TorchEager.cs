using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Torch;
using Yolo.Model.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Yolo.Benchmarks.Peers;

/// <summary>TorchSharp in eager mode as somebody would write it: batch norm folded, 32-bit, contiguous tensors, no gradients; on a ready tensor.</summary>
internal sealed class TorchEager : IMapSource
{
    private const double LeakySlope = 0.1;

    private readonly NetworkDefinition _network;
    private readonly List<(Tensor Kernel, Tensor Bias)> _convolutions = [];
    private readonly HashSet<int> _routed;
    private readonly Tensor _input;

    public TorchEager(DetectorModel model, int threads)
    {
        TorchRuntime.EnsureLoaded();
        set_num_threads(threads);
        _network = model.Network;
        _routed = [.. _network.Layers.OfType<JoiningLayer>().SelectMany(layer => layer.Sources)];
        _input = zeros(1, _network.Input.Channels, _network.Input.Height, _network.Input.Width);
        foreach (var (layer, weights) in _network.Convolutions.Zip(model.Weights.Convolutions))
        {
            float[] kernel = new float[weights.Kernel.Length], bias = new float[weights.Biases.Length];
            BatchNormFolding.Fold(weights, kernel, bias);
            _convolutions.Add((tensor(kernel, [layer.Filters, layer.Input.Channels, layer.Size, layer.Size]), tensor(bias)));
        }
    }

    public string Name => "TorchSharp eager, contiguous, ready tensor";

    public void Run()
    {
        using var scope = NewDisposeScope();
        Forward(_input);
    }

    public float[] Map(float[] input)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(Forward(tensor(input, _input.shape)).contiguous().bytes).ToArray();
    }

    public void Dispose()
    {
        _input.Dispose();
        foreach (var (kernel, bias) in _convolutions)
        {
            kernel.Dispose();
            bias.Dispose();
        }
    }

    private Tensor Forward(Tensor current)
    {
        using var inference = inference_mode();
        var kept = new Dictionary<int, Tensor>();
        int convolutions = 0;
        for (int i = 0; i < _network.Layers.Length; i++)
        {
            current = _network.Layers[i] switch
            {
                ConvolutionalLayer layer => Convolve(layer, _convolutions[convolutions++], current),
                MaxPoolLayer layer => Pool(layer, current),
                ShortcutLayer layer => (current + kept[layer.Sources.Single()]).relu_(),
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
        return current;
    }

    private static Tensor Convolve(ConvolutionalLayer layer, (Tensor Kernel, Tensor Bias) weights, Tensor input)
    {
        var output = functional.conv2d(input, weights.Kernel, weights.Bias, [layer.Stride, layer.Stride], [layer.Padding, layer.Padding]);
        return layer.Activation switch
        {
            Activation.Leaky => functional.leaky_relu(output, LeakySlope, inplace: true),
            Activation.Relu => output.relu_(),
            _ => output,
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
