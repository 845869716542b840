using System.Runtime.InteropServices;
using Google.Protobuf;
using Yolo.Model.Files.OnnxFormat;
using Yolo.Model.Network;

namespace Yolo.Model.Weights;

/// <summary>Finds the convolutions of a ResNet-18 or -34 in an ONNX graph by following its edges, whatever its nodes are called and in
/// whatever order they stand.</summary>
/// <remarks>The blocks of each stage are counted; ML.NET's file has one more in the last stage than the paper's ResNet-18. A batch
/// normalisation behind a convolution may have been folded into it. Everything behind the last block, such as a classifier, is passed
/// over.</remarks>
internal sealed class ResNetGraph
{
    private readonly string _name;
    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly ILookup<string, NodeProto> _readers;
    private readonly List<OnnxConvolution> _convolutions = [];

    private ResNetGraph(string name, GraphProto graph)
    {
        _name = name;
        _graph = graph;
        _constants = graph.Initializer.ToDictionary(tensor => tensor.Name);
        _readers = graph.Node.SelectMany(node => node.Input, (node, input) => (node, input)).ToLookup(edge => edge.input, edge => edge.node);
    }

    /// <summary>Reads the weights as those of a trunk's definition but its first convolution, which scales the pixels.</summary>
    /// <param name="name">What errors call the graph.</param>
    /// <param name="graph">The graph.</param>
    /// <exception cref="InvalidDataException">It is no ResNet-18 or -34; the message names node, what was expected and what was
    /// found.</exception>
    public static (NetworkDefinition Trunk, IEnumerable<ConvolutionWeights> Convolutions) Read(string name, GraphProto graph) =>
        new ResNetGraph(name, graph).Read();

    private (NetworkDefinition Trunk, IEnumerable<ConvolutionWeights> Convolutions) Read()
    {
        var input = _graph.Input.FirstOrDefault(value => !_constants.ContainsKey(value.Name)) ?? throw Invalid("the graph", "an input", "none");
        string tensor = Follow("MaxPool", Follow("Relu", Convolve(Reader(input.Name, "Conv"))));
        var widths = new List<long>();
        while (_readers[tensor].Any(node => node.OpType == "Conv"))
            tensor = FollowBlock(tensor, widths);
        if (widths is [])
            throw Invalid("the graph", "blocks", "none");
        var trunk = ResNetTrunk.Create([.. widths.CountBy(width => width).Select(stage => stage.Value)]);
        return (trunk, [.. _convolutions.Zip(trunk.Convolutions.Skip(1), (convolution, layer) => Check(convolution, layer).Weights)]);
    }

    /// <summary>Projection first, then the two convolutions of the straight path, as <see cref="ResNetTrunk"/> orders them.</summary>
    private string FollowBlock(string input, List<long> widths)
    {
        NodeProto[] first = [.. _readers[input].Where(node => node.OpType == "Conv")];
        var projection = first.FirstOrDefault(node => Kernel(node).Dims is [_, _, 1, 1]);
        var straight = first.FirstOrDefault(node => Kernel(node).Dims is [_, _, 3, 3])
            ?? throw Invalid($"'{first[0].Name}'", "a kernel of 3 x 3 in each block", Shape(Kernel(first[0])));
        widths.Add(Kernel(straight).Dims[0]);
        string shortcut = projection is null ? input : Convolve(projection);
        string sum = Convolve(Reader(Follow("Relu", Convolve(straight)), "Conv"));
        var add = Reader(sum, "Add");
        if (!add.Input.Contains(shortcut))
            throw Invalid($"'{add.Name}'", $"the sum of {sum} and {shortcut}", string.Join(" + ", add.Input));
        return Follow("Relu", add.Output[0]);
    }

    /// <summary>Takes a convolution with its batch normalisation.</summary>
    /// <returns>The tensor behind both.</returns>
    private string Convolve(NodeProto node)
    {
        var normalize = _readers[node.Output[0]].FirstOrDefault(reader => reader.OpType == "BatchNormalization");
        var kernel = Kernel(node);
        float[]? bias = node.Input.Count > 2 ? Floats(node.Input[2], kernel.Dims[0]) : null;
        _convolutions.Add(new(node, kernel, normalize is null ? Plain(kernel, bias) : Normalized(kernel, bias, normalize)));
        return (normalize ?? node).Output[0];
    }

    private ConvolutionWeights Normalized(TensorProto kernel, float[]? bias, NodeProto node)
    {
        long filters = kernel.Dims[0];
        if (node.Input.Count != 5)
            throw Invalid($"'{node.Name}'", "an input, scales, biases, means and variances", $"{node.Input.Count} inputs");
        float[] mean = Floats(node.Input[3], filters), variance = Floats(node.Input[4], filters);
        float epsilon = node.Attribute.FirstOrDefault(attribute => attribute.Name == "epsilon")?.F ?? NetworkWeights.BatchNormEpsilon;
        return new()
        {
            Scales = Floats(node.Input[1], filters),
            Biases = Floats(node.Input[2], filters),
            RollingMean = bias is null ? mean : [.. mean.Zip(bias, (m, b) => m - b)],
            RollingVariance = [.. variance.Select(value => value + (epsilon - NetworkWeights.BatchNormEpsilon))],
            Kernel = Floats(kernel),
        };
    }

    private static float[] Filled(long count, float value) => [.. Enumerable.Repeat(value, (int)count)];

    // A normalisation that changes nothing: the mean is 0 and the variance, with epsilon, 1.
    private ConvolutionWeights Plain(TensorProto kernel, float[]? bias)
    {
        long filters = kernel.Dims[0];
        return new()
        {
            Scales = Filled(filters, 1),
            Biases = bias ?? Filled(filters, 0),
            RollingMean = Filled(filters, 0),
            RollingVariance = Filled(filters, 1 - NetworkWeights.BatchNormEpsilon),
            Kernel = Floats(kernel),
        };
    }

    private OnnxConvolution Check(OnnxConvolution found, ConvolutionalLayer layer)
    {
        string place = $"'{found.Node.Name}'";
        // In the trunk a projection's stride lies in the maxpool before it.
        long stride = layer.Size == 1 ? 2 : layer.Stride;
        long[] shape = [layer.Filters, layer.FilterChannels, layer.Size, layer.Size];
        if (!found.Kernel.Dims.SequenceEqual(shape))
            throw Invalid(place, $"a kernel [{string.Join(", ", shape)}]", Shape(found.Kernel));
        Require("strides", [stride, stride], [1, 1]);
        Require("dilations", [1, 1], [1, 1]);
        // On even sides a window of stride 2 does not reach the last row and column of the padding, and some exporters leave them out.
        long[] pads = Attribute("pads") ?? [0, 0, 0, 0];
        if (pads is not [var top, var left, var bottom, var right]
            || top != layer.Padding || left != layer.Padding || !Reaches(bottom) || !Reaches(right))
            throw Invalid(place, $"pads of {layer.Padding}", string.Join(", ", pads));
        if (found.Node.Attribute.FirstOrDefault(attribute => attribute.Name == "group") is { I: not 1 } group)
            throw Invalid(place, "group 1", $"{group.I}");
        return found;

        bool Reaches(long padding) => padding == layer.Padding || stride == 2 && padding == layer.Padding - 1;

        long[]? Attribute(string key) => found.Node.Attribute.FirstOrDefault(attribute => attribute.Name == key)?.Ints.ToArray();

        void Require(string key, long[] expected, long[] absent)
        {
            long[] actual = Attribute(key) ?? absent;
            if (!actual.SequenceEqual(expected))
                throw Invalid(place, $"{key} {string.Join(", ", expected)}", string.Join(", ", actual));
        }
    }

    private string Follow(string operation, string tensor) => Reader(tensor, operation).Output[0];

    private NodeProto Reader(string tensor, string operation) => _readers[tensor].FirstOrDefault(node => node.OpType == operation)
        ?? throw Invalid($"behind {tensor}", operation,
            _readers[tensor].Any() ? string.Join(", ", _readers[tensor].Select(node => node.OpType)) : "nothing");

    private TensorProto Kernel(NodeProto node) => node.Input.Count > 1 && Constant(node.Input[1]) is { Dims.Count: 4 } kernel
        ? kernel
        : throw Invalid($"'{node.Name}'", "a kernel of four dimensions", node.Input.Count > 1 ? Shape(Constant(node.Input[1])) : "none");

    private TensorProto Constant(string name) => _constants.GetValueOrDefault(name)
        ?? throw Invalid($"'{name}'", "a constant", "a computed tensor");

    private float[] Floats(string name, long count) => Floats(Constant(name)) is var values && values.Length == count
        ? values
        : throw Invalid($"'{name}'", $"{count} values", Shape(Constant(name)));

    private float[] Floats(TensorProto tensor)
    {
        if (tensor.DataType != (int)TensorProto.Types.DataType.Float)
            throw Invalid($"'{tensor.Name}'", "32-bit floats", $"data type {tensor.DataType}");
        float[] values = tensor.FloatData.Count > 0
            ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
        long count = tensor.Dims.Aggregate(1L, (product, length) =>
            length is >= 0 and <= int.MaxValue && product <= int.MaxValue ? product * length : long.MaxValue);
        if (values.Length != count)
            throw Invalid($"'{tensor.Name}'", $"the values of {Shape(tensor)}", $"{values.Length}");
        return Array.TrueForAll(values, float.IsFinite) ? values : throw Invalid($"'{tensor.Name}'", "finite numbers", "others");
    }

    private InvalidDataException Invalid(string place, string expected, string found) => new(
        $"{_name}: {place}: {expected} expected, found {found}; this is no ResNet-18 or -34 that can be read.");

    private static string Shape(TensorProto tensor) => $"[{string.Join(", ", tensor.Dims)}]";

    private sealed record OnnxConvolution(NodeProto Node, TensorProto Kernel, ConvolutionWeights Weights);
}
