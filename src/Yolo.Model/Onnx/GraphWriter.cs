using Google.Protobuf;
using Yolo.Model.Network;
using Yolo.Model.Files.OnnxFormat;
using AttributeType = Yolo.Model.Files.OnnxFormat.AttributeProto.Types.AttributeType;
using DataType = Yolo.Model.Files.OnnxFormat.TensorProto.Types.DataType;

namespace Yolo.Model.Onnx;

/// <summary>Adds nodes and constants to an ONNX graph; knows the format, not the network.</summary>
/// <param name="graph">The graph to add to.</param>
internal sealed class GraphWriter(GraphProto graph)
{
    /// <summary>Begins a graph.</summary>
    public GraphWriter(string name)
        : this(new GraphProto { Name = name })
    {
    }

    /// <summary>The graph so far.</summary>
    public GraphProto Graph => graph;

    /// <summary>Adds a node with one output, which also names it.</summary>
    /// <returns>The output's name.</returns>
    public string Node(string operation, string output, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        Node(operation, [output], inputs, attributes);
        return output;
    }

    /// <summary>Adds a node with several outputs, the first of which names it.</summary>
    public void Node(string operation, ReadOnlySpan<string> outputs, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { Name = outputs[0], OpType = operation };
        foreach (string output in outputs)
            node.Output.Add(output);
        foreach (string input in inputs)
            node.Input.Add(input);
        foreach (var attribute in attributes)
            node.Attribute.Add(attribute);
        Graph.Node.Add(node);
    }

    /// <summary>Adds a constant of floats, which keeps <paramref name="littleEndian"/> without copying it.</summary>
    /// <returns>The constant's name.</returns>
    public string Floats(string name, byte[] littleEndian, params ReadOnlySpan<long> shape) => Constant(name, DataType.Float, littleEndian, shape);

    /// <summary>Adds a constant that is one float.</summary>
    /// <returns>The constant's name.</returns>
    public string Scalar(string name, float value) => Constant(name, DataType.Float, BitConverter.GetBytes(value), []);

    /// <summary>Adds a constant of any type, which keeps <paramref name="littleEndian"/> without copying it.</summary>
    /// <returns>The constant's name.</returns>
    public string Constant(string name, DataType type, byte[] littleEndian, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = UnsafeByteOperations.UnsafeWrap(littleEndian) };
        foreach (long dimension in shape)
            tensor.Dims.Add(dimension);
        Graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>Adds a constant of integers, such as the target of a Reshape.</summary>
    /// <returns>The constant's name.</returns>
    public string Integers(string name, params ReadOnlySpan<long> values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Int64, Dims = { values.Length } };
        foreach (long value in values)
            tensor.Int64Data.Add(value);
        Graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>An attribute that is one integer.</summary>
    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    /// <summary>An attribute that is one float.</summary>
    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    /// <summary>An attribute that is a text.</summary>
    public static AttributeProto Attribute(string name, string value) => new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    /// <summary>An attribute that is a list of integers.</summary>
    public static AttributeProto Attribute(string name, params long[] values) => new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    /// <summary>Describes a float input or output of shape <c>[batch, C, H, W]</c>, the batch being dynamic.</summary>
    public static ValueInfoProto Value(string name, string batch, FeatureShape shape)
    {
        var dimensions = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = batch } } };
        foreach (int length in (ReadOnlySpan<int>)[shape.Channels, shape.Height, shape.Width])
            dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)DataType.Float, Shape = dimensions } } };
    }
}
