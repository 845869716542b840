using System.Runtime.InteropServices;
using Yolo.Model.Network;
using Yolo.Model.Files.OnnxFormat;
using Yolo.Model.Quantization;
using Yolo.Model.Weights;
using static Yolo.Model.Onnx.GraphWriter;

namespace Yolo.Model.Onnx;

/// <summary>Writes each layer of a network as ONNX nodes, batch normalisation folded into the convolutions. The region layer adds nothing: its input, the
/// raw map, is the output.</summary>
/// <remarks>Given the ranges of the activations, what lies between the first convolution and the last is written for eight-bit integers: behind each operator its output is
/// rounded to 256 levels (<see cref="QuantizedTensors"/>). Those two stay in float. Rounding the first one's sums costs more accuracy than all else together, and the last
/// one, whose output are the boxes themselves, takes next to no time.</remarks>
internal sealed class OnnxGraph
{
    /// <summary>Name of the input: <c>[N, C, H, W]</c>, for a detector RGB from 0 to 1.</summary>
    public const string InputName = "image";

    /// <summary>Name of the output: the raw map, <c>[N, A * (5 + C), H, W]</c> as <see cref="Network.RegionLayout"/> indexes it.</summary>
    public const string OutputName = "map";

    /// <summary>Name of the dynamic dimension, the number of images.</summary>
    public const string BatchName = "N";

    /// <summary>Version of ONNX's operator set that the nodes are written in: the first whose QuantizeLinear takes a scale per channel.</summary>
    public const int OpsetVersion = 13;

    /// <summary>Version of the file format that came with <see cref="OpsetVersion"/> (ONNX 1.8).</summary>
    public const int IrVersion = 7;

    private readonly NetworkDefinition _network;
    private readonly NetworkWeights _weights;
    private readonly NetworkQuantization? _quantization;
    // The layer whose output is the raw map.
    private readonly int _mapLayer;
    private readonly GraphWriter _writer = new("yolov2");
    private readonly QuantizedTensors _rounded;

    private OnnxGraph(NetworkDefinition network, NetworkWeights weights, NetworkQuantization? quantization)
    {
        _network = network;
        _weights = weights;
        _quantization = quantization;
        _rounded = new(_writer);
        _mapLayer = LastComputingLayer(network);
    }

    /// <summary>The graph of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="quantization">The ranges of its activations, for a graph in eight-bit integers; null: in float.</param>
    /// <exception cref="ArgumentException">The weights or the ranges are not this network's.</exception>
    /// <exception cref="NotSupportedException">ONNX cannot express a layer, or the weights exceed the 2 GiB that one file holds.</exception>
    public static GraphProto Build(NetworkDefinition network, NetworkWeights weights, NetworkQuantization? quantization = null)
    {
        weights.RequireFit(network);
        quantization?.RequireFit(network);
        if (network.WeightCount >= int.MaxValue / sizeof(float))
            throw new NotSupportedException($"The network has {network.WeightCount} weights; one ONNX file holds less than 2 GiB, {int.MaxValue / sizeof(float)} weights.");
        return new OnnxGraph(network, weights, quantization).Walk();
    }

    /// <summary>Names in the float graph of the sums that <see cref="NetworkQuantization.Shortcuts"/> speaks of, for each shortcut but one
    /// that makes the raw map.</summary>
    public static IReadOnlyList<string> ShortcutTensors(NetworkDefinition network)
    {
        int map = LastComputingLayer(network);
        var shortcuts = network.Layers.Index().Where(layer => layer.Item is ShortcutLayer && layer.Index != map);
        return [.. shortcuts.Select(layer => LayerName(layer.Index))];
    }

    /// <summary>Names in the float graph of the tensors that <see cref="ConvolutionRanges"/> speaks of, for each convolution but the one that makes the raw map.</summary>
    public static IReadOnlyList<(string Linear, string Activated)> RangedTensors(NetworkDefinition network)
    {
        int map = LastComputingLayer(network);
        return
        [
            .. network.Layers.Index().Where(layer => layer.Item is ConvolutionalLayer && layer.Index != map).Select(layer => (
                ((ConvolutionalLayer)layer.Item).Activation == Activation.Linear ? LayerName(layer.Index) : LinearName(layer.Index),
                LayerName(PoolsAtOnce(network, layer.Index) ? layer.Index + 1 : layer.Index))),
        ];
    }

    private GraphProto Walk()
    {
        var graph = _writer.Graph;
        graph.Input.Add(Value(InputName, BatchName, _network.Input));
        var tensors = new List<string>(_network.Layers.Length);
        int convolutions = 0, shortcuts = 0;
        foreach (var layer in _network.Layers)
        {
            int index = tensors.Count;
            string input = index == 0 ? InputName : tensors[^1];
            tensors.Add(layer switch
            {
                ConvolutionalLayer convolution => Convolve(index, input, convolution, convolutions++),
                MaxPoolLayer pool => Pool(index, input, pool, convolutions - 1),
                ReorgLayer reorg => _rounded.Like(input, Reorganise(index, input, reorg)),
                AveragePoolLayer => _rounded.Like(input, _writer.Node("GlobalAveragePool", NameOf(index), [input])),
                UpsampleLayer upsample => _rounded.Like(input, Enlarge(index, input, upsample)),
                ShortcutLayer shortcut => Add(index, [input, .. shortcut.Sources.Select(source => tensors[source])], shortcut.Activation, shortcuts++),
                RouteLayer { Sources: [int source] } => tensors[source],
                RouteLayer route => Concatenate(index, [.. route.Sources.Select(source => tensors[source])]),
                RegionLayer => input,
                _ => throw new NotSupportedException($"Layer {index}: {layer.GetType().Name} has no ONNX form."),
            });
        }
        graph.Output.Add(Value(OutputName, BatchName, _network.Layers[_mapLayer].Output));
        return graph;
    }

    private string Convolve(int index, string input, ConvolutionalLayer layer, int convolution)
    {
        string output = NameOf(index);
        var weights = _weights.Convolutions[convolution];
        byte[] kernel = new byte[sizeof(float) * weights.Kernel.Length], bias = new byte[sizeof(float) * weights.Biases.Length];
        Span<float> kernelValues = MemoryMarshal.Cast<byte, float>(kernel.AsSpan()), biasValues = MemoryMarshal.Cast<byte, float>(bias.AsSpan());
        BatchNormFolding.Fold(weights, kernelValues, biasValues);
        long[] shape = [layer.Filters, layer.FilterChannels, layer.Size, layer.Size];
        if (_quantization is null || convolution == 0 || index == _mapLayer)
        {
            string exact = Linear(_writer.Floats($"{output}_kernel", kernel, shape), _writer.Floats($"{output}_bias", bias, layer.Filters));
            if (_quantization is null || index == _mapLayer)
                return Activate(index, exact, layer.Activation);
            return PoolsAtOnce(_network, index) ? exact : _rounded.Round(Activate(index, exact, layer.Activation), _quantization.Convolutions[convolution].Activated);
        }

        input = _rounded.Pixels(input);
        var (integerKernel, integerBias) = _rounded.Weights(output, kernelValues, biasValues, input, shape);
        var ranges = _quantization.Convolutions[convolution];
        // The levels of a relu begin at zero, so that rounding alone clips; ONNX Runtime makes no operation of it then.
        if (layer.Activation == Activation.Relu)
            return _rounded.Round(Activate(index, Linear(integerKernel, integerBias), Activation.Relu), ranges.Activated);
        string linear = _rounded.Round(Linear(integerKernel, integerBias), ranges.Linear);
        return layer.Activation == Activation.Linear || PoolsAtOnce(_network, index) ? linear : _rounded.Round(Activate(index, linear, layer.Activation), ranges.Activated);

        string Linear(string kernelName, string biasName) => _writer.Node("Conv", layer.Activation == Activation.Linear ? output : LinearName(index), [input, kernelName, biasName],
            Attribute("kernel_shape", layer.Size, layer.Size),
            Attribute("strides", layer.Stride, layer.Stride),
            Attribute("pads", layer.Padding, layer.Padding, layer.Padding, layer.Padding),
            Attribute("group", (long)layer.Groups));
    }

    private string Activate(int index, string linear, Activation activation) => activation switch
    {
        Activation.Linear => linear,
        Activation.Relu => _writer.Node("Relu", NameOf(index), [linear]),
        Activation.Logistic => _writer.Node("Sigmoid", NameOf(index), [linear]),
        Activation.Swish => _writer.Node("Mul", NameOf(index), [linear, _writer.Node("Sigmoid", $"{linear}_gate", [linear])]),
        Activation.Mish => _writer.Node("Mul", NameOf(index),
            [linear, _writer.Node("Tanh", $"{linear}_gate", [_writer.Node("Softplus", $"{linear}_softplus", [linear])])]),
        Activation.Leaky => _writer.Node("LeakyRelu", NameOf(index), [linear], Attribute("alpha", (float)ConvolutionalLayer.LeakySlope)),
        _ => throw new NotSupportedException($"Layer {index}: the activation {activation} has no ONNX form."),
    };

    // The largest of activated values is the activation of the largest value. In integers the activation takes time of its own, so it is left to the pooling layer, which
    // leaves it a quarter of the values; in float it is part of the convolution. It stands between the first pooling and the first rounding, too: ONNX Runtime would move the
    // rounding to before the pooling, which is slow in integers while channels come first.
    private string Pool(int index, string input, MaxPoolLayer layer, int convolution)
    {
        if (_quantization is null || !PoolsAtOnce(_network, index - 1))
            return _rounded.Like(input, Pool(NameOf(index), input, layer));
        string pooled = _rounded.Like(input, Pool(LinearName(index), input, layer));
        return _rounded.Round(Activate(index, pooled, Activation.Leaky), _quantization.Convolutions[convolution].Activated);
    }

    private string Pool(string output, string input, MaxPoolLayer layer)
    {
        int before = layer.Padding / 2;
        int bottom = After(layer.Input.Height, layer.Output.Height), right = After(layer.Input.Width, layer.Output.Width);
        return _writer.Node("MaxPool", output, [input],
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

    private string Concatenate(int index, string[] sources)
    {
        if (_quantization is not null)
            sources = [.. sources.Select(_rounded.Pixels)];
        string output = _writer.Node("Concat", NameOf(index), sources, Attribute("axis", 1));
        return _quantization is null ? output : _rounded.Round(output, sources.Select(_rounded.RangeOf).Aggregate((a, b) => a.Union(b)));
    }

    // Sums of two at a time: Add takes no more.
    private string Add(int index, string[] terms, Activation activation, int shortcut)
    {
        bool rounds = _quantization is not null && index != _mapLayer;
        if (rounds)
            terms = [.. terms.Select(_rounded.Pixels)];
        string sum = terms[0];
        for (int i = 1; i < terms.Length; i++)
        {
            bool last = i == terms.Length - 1;
            string total = activation == Activation.Linear ? NameOf(index) : LinearName(index);
            sum = _writer.Node("Add", last ? total : $"{LayerName(index)}_sum_{i}", [sum, terms[i]]);
        }
        string output = Activate(index, sum, activation);
        return rounds ? _rounded.Round(output, _quantization!.Shortcuts[shortcut]) : output;
    }

    private string Enlarge(int index, string input, UpsampleLayer layer) => _writer.Node("Resize", NameOf(index),
        [input, "", _writer.Floats($"{NameOf(index)}_scales", MemoryMarshal.AsBytes<float>([1, 1, layer.Stride, layer.Stride]).ToArray(), 4)],
        Attribute("mode", "nearest"), Attribute("coordinate_transformation_mode", "asymmetric"), Attribute("nearest_mode", "floor"));

    private string NameOf(int index) => index == _mapLayer ? OutputName : LayerName(index);

    private static string LayerName(int index) => $"layer_{index}";

    private static string LinearName(int index) => $"layer_{index}_linear";

    // Whether a leaky convolution's output goes into a pooling layer and nowhere else.
    private static bool PoolsAtOnce(NetworkDefinition network, int index) =>
        index >= 0 && index + 1 < network.Layers.Length
        && network.Layers[index] is ConvolutionalLayer { Activation: Activation.Leaky } && network.Layers[index + 1] is MaxPoolLayer
        && !network.Layers.OfType<JoiningLayer>().Any(layer => layer.Sources.Contains(index));

    private static int LastComputingLayer(NetworkDefinition network)
    {
        int index = network.Layers.Length - 1;
        while (index >= 0 && network.Layers[index] is RegionLayer or RouteLayer { Sources.Length: 1 })
            index = network.Layers[index] is RouteLayer route ? route.Sources[0] : index - 1;
        return index >= 0 ? index : throw new NotSupportedException("The network computes nothing: it has no layer but regions and routes.");
    }
}
