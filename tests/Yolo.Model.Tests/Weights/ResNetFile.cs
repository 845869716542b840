using System.Runtime.InteropServices;
using Google.Protobuf;
using Yolo.Model.Files.OnnxFormat;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using static Yolo.Model.Onnx.GraphWriter;

namespace Yolo.Model.Tests.Weights;

/// <summary>A ResNet as PyTorch exports it: batch normalisation folded into the convolutions, projections behind the straight path, padding
/// on all sides, a classifier.</summary>
internal sealed class ResNetFile
{
    private readonly GraphWriter _writer = new("resnet");
    private readonly Random _random = new(1);

    /// <summary>Name of the last map.</summary>
    public string LastMap { get; }

    /// <summary>The file, which tests may damage.</summary>
    public ModelProto Model { get; }

    public ResNetFile(int[] blocks, int width, int height)
    {
        _writer.Graph.Input.Add(Value("input", "N", new(3, height, width)));
        string x = Convolve("stem", "input", 3, 64, 7, 2);
        x = _writer.Node("MaxPool", "pool", [_writer.Node("Relu", "stem_relu", [x])], Attribute("kernel_shape", 3, 3), Attribute("strides", 2, 2), Attribute("pads", 1, 1, 1, 1));
        int channels = 64;
        for (int stage = 0; stage < blocks.Length; stage++)
        {
            for (int block = 0; block < blocks[stage]; block++)
            {
                int filters = 64 << stage;
                string name = $"stage{stage}_block{block}";
                string straight = _writer.Node("Relu", $"{name}_relu1", [Convolve($"{name}_conv1", x, channels, filters, 3, filters / channels)]);
                straight = Convolve($"{name}_conv2", straight, filters, filters, 3, 1);
                string shortcut = filters == channels ? x : Convolve($"{name}_down", x, channels, filters, 1, 2);
                x = _writer.Node("Relu", $"{name}_relu2", [_writer.Node("Add", $"{name}_add", [straight, shortcut])]);
                channels = filters;
            }
        }
        LastMap = x;
        _writer.Node("Softmax", "scores", [_writer.Node("GlobalAveragePool", "mean", [x])], Attribute("axis", 1L));
        foreach (string output in (string[])[x, "scores"])
            _writer.Graph.Output.Add(new ValueInfoProto { Name = output, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float } } });
        Model = new() { IrVersion = 7, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 13 } }, ProducerName = "pytorch", Graph = _writer.Graph };
    }

    public void Save(string path) => File.WriteAllBytes(path, Model.ToByteArray());

    private string Convolve(string name, string input, int channels, int filters, int size, int stride)
    {
        double deviation = Math.Sqrt(3.0 / (channels * size * size));
        string kernel = _writer.Floats($"{name}_w", Draw(filters * channels * size * size, deviation), filters, channels, size, size);
        string bias = _writer.Floats($"{name}_b", Draw(filters, 0.3), filters);
        int padding = size / 2;
        return _writer.Node("Conv", name, [input, kernel, bias],
            Attribute("kernel_shape", size, size), Attribute("strides", stride, stride), Attribute("pads", padding, padding, padding, padding));
    }

    private byte[] Draw(int count, double limit)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)(limit * (2 * _random.NextDouble() - 1));
        return MemoryMarshal.AsBytes<float>(values).ToArray();
    }
}
