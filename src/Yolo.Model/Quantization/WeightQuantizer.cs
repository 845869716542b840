using System.Runtime.Intrinsics.X86;

namespace Yolo.Model.Quantization;

/// <summary>Rounds the weights of a convolution to integers, with a scale for each filter and none to spare: its largest weight gets the last level.</summary>
internal static class WeightQuantizer
{
    /// <summary>The last level on this machine. x86 processors without VNNI add two products of a byte and a signed byte in 16 bits, which overflow with more than seven bits a
    /// weight (ONNX Runtime, Quantize ONNX Models, "reduce_range").</summary>
    public static int LastLevelHere { get; } = X86Base.IsSupported && !HasVnni ? 63 : 127;

    // AVX512-VNNI: CPUID leaf 7, ECX bit 11; AVX-VNNI: sub-leaf 1, EAX bit 4.
    private static bool HasVnni => (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0 || (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0;

    /// <summary>Rounds a kernel.</summary>
    /// <param name="kernel"><c>[out, in, k, k]</c>, batch normalisation folded.</param>
    /// <param name="lastLevel">The last level, 1 to 127: <see cref="LastLevelHere"/> for what runs on this machine.</param>
    /// <param name="levels">Receives the integers, from minus to plus <paramref name="lastLevel"/>, in the same order.</param>
    /// <param name="scales">Receives what one level is worth, per filter.</param>
    public static void QuantizeKernel(ReadOnlySpan<float> kernel, int lastLevel, Span<sbyte> levels, Span<float> scales)
    {
        int filterSize = kernel.Length / scales.Length;
        for (int filter = 0; filter < scales.Length; filter++)
        {
            var weights = kernel.Slice(filter * filterSize, filterSize);
            float largest = 0;
            foreach (float weight in weights)
                largest = Math.Max(largest, Math.Abs(weight));
            float scale = largest > 0 ? largest / lastLevel : 1;
            scales[filter] = scale;
            for (int i = 0; i < weights.Length; i++)
                levels[filter * filterSize + i] = (sbyte)Math.Clamp(MathF.Round(weights[i] / scale), -lastLevel, lastLevel);
        }
    }

    /// <summary>Rounds biases to the unit of the sums that they are added to: a level of the kernel times a level of the input.</summary>
    /// <param name="bias">A bias per filter.</param>
    /// <param name="kernelScales">What a level of the kernel is worth, per filter.</param>
    /// <param name="inputScale">What a level of the input is worth.</param>
    /// <param name="levels">Receives the integers.</param>
    /// <param name="scales">Receives what one level of the bias is worth, per filter.</param>
    public static void QuantizeBias(ReadOnlySpan<float> bias, ReadOnlySpan<float> kernelScales, float inputScale, Span<int> levels, Span<float> scales)
    {
        for (int filter = 0; filter < bias.Length; filter++)
        {
            scales[filter] = kernelScales[filter] * inputScale;
            levels[filter] = (int)Math.Clamp(Math.Round((double)bias[filter] / scales[filter]), int.MinValue, int.MaxValue);
        }
    }
}
