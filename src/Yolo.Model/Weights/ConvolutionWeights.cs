namespace Yolo.Model.Weights;

/// <summary>The numbers of one convolution, as Darknet stores them; batch normalisation is not folded.</summary>
/// <remarks>The arrays are the weights themselves and no copies, of which large networks would have many. An engine takes what they hold when it is built; whoever changes them later changes
/// what is saved and exported.</remarks>
public sealed class ConvolutionWeights
{
    /// <summary>Added last, one per filter (batch norm's beta where there is batch norm).</summary>
    public required float[] Biases { get; init; }

    /// <summary>Batch norm's scale (gamma), one per filter; null without batch norm.</summary>
    public float[]? Scales { get; init; }

    /// <summary>Batch norm's rolling mean, one per filter; null without batch norm.</summary>
    public float[]? RollingMean { get; init; }

    /// <summary>Batch norm's rolling variance, one per filter; null without batch norm.</summary>
    public float[]? RollingVariance { get; init; }

    /// <summary>The kernel, <c>[out][in][k][k]</c>.</summary>
    public required float[] Kernel { get; init; }
}
