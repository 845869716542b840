using Yolo.Model.Weights;

namespace Yolo.Model.Onnx;

/// <summary>Turns a convolution and the batch normalisation behind it into one convolution with a bias that gives the same output.</summary>
internal static class BatchNormFolding
{
    /// <summary>Writes <c>w * scale / sqrt(variance + eps)</c> and <c>bias - mean * scale / sqrt(variance + eps)</c>, computed in double; without batch norm,
    /// the numbers as they are.</summary>
    /// <param name="weights">The convolution as Darknet stores it.</param>
    /// <param name="kernel">Receives the kernel, <c>[out][in][k][k]</c>; as long as <see cref="ConvolutionWeights.Kernel"/>.</param>
    /// <param name="bias">Receives one bias per filter.</param>
    public static void Fold(ConvolutionWeights weights, Span<float> kernel, Span<float> bias)
    {
        if (weights.Scales is not { } scales)
        {
            weights.Kernel.CopyTo(kernel);
            weights.Biases.CopyTo(bias);
            return;
        }

        int filterSize = kernel.Length / bias.Length;
        for (int filter = 0; filter < bias.Length; filter++)
        {
            double factor = scales[filter] / Math.Sqrt((double)weights.RollingVariance![filter] + NetworkWeights.BatchNormEpsilon);
            bias[filter] = (float)(weights.Biases[filter] - weights.RollingMean![filter] * factor);
            Scale(weights.Kernel.AsSpan(filter * filterSize, filterSize), factor, kernel.Slice(filter * filterSize, filterSize));
        }
    }

    private static void Scale(ReadOnlySpan<float> source, double factor, Span<float> destination)
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = (float)(source[i] * factor);
    }
}
