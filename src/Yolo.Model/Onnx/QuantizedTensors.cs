using System.Runtime.InteropServices;
using Yolo.Model.Quantization;
using static Yolo.Model.Onnx.GraphWriter;
using DataType = Yolo.Model.Files.OnnxFormat.TensorProto.Types.DataType;

namespace Yolo.Model.Onnx;

/// <summary>Writes pairs of QuantizeLinear and DequantizeLinear, which ONNX Runtime fuses with the operators between them into integer kernels: activations unsigned with
/// one scale a tensor, kernels signed with one scale a filter, biases of 32 bits.</summary>
internal sealed class QuantizedTensors(GraphWriter writer)
{
    private readonly Dictionary<string, ActivationRange> _ranges = [];

    /// <summary>The range that a rounded tensor was rounded to.</summary>
    public ActivationRange RangeOf(string tensor) => _ranges[tensor];

    /// <summary>Rounds a tensor to the levels of a range.</summary>
    /// <returns>The rounded tensor.</returns>
    public string Round(string tensor, ActivationRange range)
    {
        string scale = writer.Scalar($"{tensor}_scale", range.Scale);
        string zero = writer.Constant($"{tensor}_zero", DataType.Uint8, [range.ZeroPoint], []);
        string levels = writer.Node("QuantizeLinear", $"{tensor}_levels", [tensor, scale, zero]);
        string rounded = writer.Node("DequantizeLinear", $"{tensor}_rounded", [levels, scale, zero]);
        _ranges.Add(rounded, range);
        return rounded;
    }

    /// <summary>Rounds what an operator that only moves or chooses values made of a rounded tensor to the same levels; what it made of another stays as it is.</summary>
    public string Like(string input, string output) => _ranges.TryGetValue(input, out var range) ? Round(output, range) : output;

    /// <summary>Rounds a tensor that nothing has rounded yet, which holds pixels then.</summary>
    public string Pixels(string tensor) => _ranges.ContainsKey(tensor) ? tensor : Round(tensor, ActivationRange.Pixels);

    /// <summary>Adds kernel and bias of a convolution in integers.</summary>
    /// <param name="name">The convolution's name.</param>
    /// <param name="kernel">Its kernel, of <paramref name="shape"/>.</param>
    /// <param name="bias">A bias per filter.</param>
    /// <param name="input">Its input, a rounded tensor.</param>
    /// <param name="shape"><c>[out, in, k, k]</c>.</param>
    public (string Kernel, string Bias) Weights(string name, ReadOnlySpan<float> kernel, ReadOnlySpan<float> bias, string input, ReadOnlySpan<long> shape)
    {
        sbyte[] kernelLevels = new sbyte[kernel.Length];
        int[] biasLevels = new int[bias.Length];
        float[] kernelScales = new float[bias.Length], biasScales = new float[bias.Length];
        WeightQuantizer.QuantizeKernel(kernel, WeightQuantizer.LastLevelHere, kernelLevels, kernelScales);
        WeightQuantizer.QuantizeBias(bias, kernelScales, RangeOf(input).Scale, biasLevels, biasScales);
        return (Dequantize<sbyte>($"{name}_kernel", DataType.Int8, kernelLevels, kernelScales, shape), Dequantize<int>($"{name}_bias", DataType.Int32, biasLevels, biasScales, [bias.Length]));
    }

    private string Dequantize<T>(string name, DataType type, ReadOnlySpan<T> levels, ReadOnlySpan<float> scales, ReadOnlySpan<long> shape)
        where T : unmanaged =>
        writer.Node("DequantizeLinear", name,
        [
            writer.Constant($"{name}_levels", type, MemoryMarshal.AsBytes(levels).ToArray(), shape),
            writer.Floats($"{name}_scale", MemoryMarshal.AsBytes(scales).ToArray(), scales.Length),
            writer.Constant($"{name}_zero", type, MemoryMarshal.AsBytes<T>(new T[scales.Length]).ToArray(), [scales.Length]),
        ], Attribute("axis", 0L));
}
