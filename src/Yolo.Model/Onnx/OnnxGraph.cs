using System.Runtime.InteropServices;
using Yolo.Model.Network;
using Yolo.Model.Onnx.Format;
using Yolo.Model.Weights;
using static Yolo.Model.Onnx.GraphWriter;

namespace Yolo.Model.Onnx;

/// <summary>Writes each layer of a network as ONNX nodes, batch normalisation folded into the convolutions. The region layer adds nothing: its input, the
/// raw map, is the output.</summary>
internal sealed class OnnxGraph
{
    /// <summary>Name of the input: <c>[N, C, H, W]</c>, for a detector RGB from 0 to 1.</summary>
    public const string InputName = "image";

    /// <summary>Name of the output: the raw map, <c>[N, A * (5 + C), H, W]</c> as <see cref="Encoding.RegionLayout"/> indexes it.</summary>
    public const string OutputName = "map";

    /// <summary>Name of the dynamic dimension, the number of images.</summary>
    public const string BatchName = "N";

    /// <summary>Version of ONNX's operator set that the nodes are written in: the first whose QuantizeLinear takes a scale per channel.</summary>
    public const int OpsetVersion = 13;

    /// <summary>Version of the file format that came with <see cref="OpsetVersion"/> (ONNX 1.8).</summary>
    public const int IrVersion = 7;

    private const float LeakySlope = 0.1f;

    private readonly NetworkDefinition _network;
    private readonly NetworkWeights _weights;
    // The layer whose output is the raw map.
    private readonly int _mapLayer;
    private readonly GraphWriter _writer = new("yolov2");

    private OnnxGraph(NetworkDefinition network, NetworkWeights weights)
    {
        _network = network;
        _weights = weights;
        _mapLayer = LastComputingLayer(network);
    }

    /// <summary>The graph of a network.</summary>
    /// <exception cref="ArgumentException">The weights are not this network's.</exception>
    /// <exception cref="NotSupportedException">ONNX cannot express a layer, or the weights exceed the 2 GiB that one file holds.</exception>
    public static GraphProto Build(NetworkDefinition network, NetworkWeights weights)
    {
        weights.EnsureFits(network);
        if (network.WeightCount >= int.MaxValue / sizeof(float))
            throw new NotSupportedException($"The network has {network.WeightCount} weights; one ONNX file holds less than 2 GiB, {int.MaxValue / sizeof(float)} weights.");
        return new OnnxGraph(network, weights).Walk();
    }

    private GraphProto Walk()
    {
        var graph = _writer.Graph;
        graph.Input.Add(Value(InputName, BatchName, _network.Input));
        var tensors = new List<string>(_network.Layers.Length);
        int convolutions = 0;
        foreach (var layer in _network.Layers)
        {
            int index = tensors.Count;
            string input = index == 0 ? InputName : tensors[^1];
            tensors.Add(layer switch
            {
                ConvolutionalLayer convolution => Convolve(index, input, convolution, _weights.Convolutions[convolutions++]),
                MaxPoolLayer pool => Pool(index, input, pool),
                ReorgLayer reorg => Reorganise(index, input, reorg),
                RouteLayer { Sources: [int source] } => tensors[source],
                RouteLayer route => _writer.Node("Concat", NameOf(index), [.. route.Sources.Select(source => tensors[source])], Attribute("axis", 1)),
                RegionLayer => input,
                _ => throw new NotSupportedException($"Layer {index}: {layer.GetType().Name} has no ONNX form."),
            });
        }
        graph.Output.Add(Value(OutputName, BatchName, _network.Layers[_mapLayer].Output));
        return graph;
    }

    private string Convolve(int index, string input, ConvolutionalLayer layer, ConvolutionWeights weights)
    {
        string output = NameOf(index);
        byte[] kernel = new byte[sizeof(float) * weights.Kernel.Length], bias = new byte[sizeof(float) * weights.Biases.Length];
        BatchNormFolding.Fold(weights, MemoryMarshal.Cast<byte, float>(kernel.AsSpan()), MemoryMarshal.Cast<byte, float>(bias.AsSpan()));
        ReadOnlySpan<string> inputs =
        [
            input,
            _writer.Floats($"{output}_kernel", kernel, layer.Filters, layer.Input.Channels, layer.Size, layer.Size),
            _writer.Floats($"{output}_bias", bias, layer.Filters),
        ];
        string linear = _writer.Node("Conv", layer.Activation == Activation.Linear ? output : $"{output}_linear", inputs,
            Attribute("kernel_shape", layer.Size, layer.Size),
            Attribute("strides", layer.Stride, layer.Stride),
            Attribute("pads", layer.Padding, layer.Padding, layer.Padding, layer.Padding));
        return layer.Activation switch
        {
            Activation.Linear => linear,
            Activation.Leaky => _writer.Node("LeakyRelu", output, [linear], Attribute("alpha", LeakySlope)),
            _ => throw new NotSupportedException($"Layer {index}: the activation {layer.Activation} has no ONNX form."),
        };
    }

    private string Pool(int index, string input, MaxPoolLayer layer)
    {
        int before = layer.Padding / 2;
        int bottom = After(layer.Input.Height, layer.Output.Height), right = After(layer.Input.Width, layer.Output.Width);
        return _writer.Node("MaxPool", NameOf(index), [input],
            Attribute("kernel_shape", layer.Size, layer.Size),
            Attribute("strides", layer.Stride, layer.Stride),
            Attribute("pads", before, before, bottom, right));

        // Darknet's padding often exceeds what any window reaches; only what is reached is written.
        int After(int length, int windows) => Math.Max(0, (windows - 1) * layer.Stride + layer.Size - before - length);
    }

    private string Reorganise(int index, string input, ReorgLayer layer)
    {
        string output = NameOf(index);
        var blocks = Attribute("blocksize", layer.Stride);
        if (layer.Kind == ReorgKind.SpaceToDepth)
            return _writer.Node("SpaceToDepth", output, [input], blocks);

        int stride = layer.Stride;
        string larger = Reshape($"{output}_larger", input, layer.Input.Channels / (stride * stride), layer.Input.Height * stride, layer.Input.Width * stride);
        string moved = _writer.Node("SpaceToDepth", $"{output}_moved", [larger], blocks);
        return Reshape(output, moved, layer.Output.Channels, layer.Output.Height, layer.Output.Width);
    }

    // A 0 in the shape keeps the batch.
    private string Reshape(string output, string input, int channels, int height, int width) =>
        _writer.Node("Reshape", output, [input, _writer.Integers($"{output}_shape", 0, channels, height, width)]);

    private string NameOf(int index) => index == _mapLayer ? OutputName : $"layer_{index}";

    private static int LastComputingLayer(NetworkDefinition network)
    {
        int index = network.Layers.Length - 1;
        while (index >= 0 && network.Layers[index] is RegionLayer or RouteLayer { Sources.Length: 1 })
            index = network.Layers[index] is RouteLayer route ? route.Sources[0] : index - 1;
        return index >= 0 ? index : throw new NotSupportedException("The network computes nothing: it has no layer but regions and routes.");
    }
}
