namespace Yolo.Model.Imaging;

/// <summary>The weights of a triangle filter along one axis: which source pixels make a destination pixel, and how much each
/// counts.</summary>
internal readonly ref struct TriangleWeights
{
    private readonly RentedBuffer<int> _starts;
    private readonly RentedBuffer<float> _weights;

    /// <summary>Computes them.</summary>
    /// <param name="axis">How the axis of the image is spread over the destination's.</param>
    /// <param name="reduction">Pixels of the image that a stored one stands for.</param>
    /// <param name="stored">Stored pixels along the axis.</param>
    /// <remarks>Destination pixel i shows the window from i / length to (i + 1) / length; its middle is the triangle's, whose arms are as
    /// long as that, and a stored pixel at least. Weights are computed in double, divided by the sum of those that fall on stored pixels,
    /// and rounded to float. A pixel is shown if its middle lies in the image.</remarks>
    internal TriangleWeights(SampledAxis axis, int reduction, int stored)
    {
        double step = (double)axis.WindowLength / axis.Length / reduction, support = Math.Max(1, step);
        Taps = (int)Math.Min(stored, Math.Ceiling(2 * support));
        _starts = new(axis.Length);
        _weights = new(axis.Length * Taps);
        for (int i = 0; i < axis.Length; i++)
        {
            double inWindow = ((axis.Mirrored ? axis.Length - 1 - i : i) + 0.5) * axis.WindowLength / axis.Length,
                inImage = axis.WindowStart + inWindow;
            if (inImage < 0 || inImage >= axis.SourceLength)
                continue;
            if (Count == 0)
                First = axis.Offset + i;
            // The dropped end of a reduced image shows the last pixel there is.
            double center = Math.Min(inImage / reduction, stored);
            _starts.Span[Count] = (int)Math.Clamp(Math.Floor(center - support - 0.5) + 1, 0, stored - Taps);
            Fill(_starts.Span[Count], center, support, _weights.Span.Slice(Count++ * Taps, Taps));
        }
    }

    /// <summary>The first destination pixel that shows the image.</summary>
    internal int First { get; }

    /// <summary>How many do.</summary>
    internal int Count { get; }

    /// <summary>Weights of each; unneeded ones are 0.</summary>
    internal int Taps { get; }

    /// <summary>For each of them the stored pixel that its first weight belongs to.</summary>
    internal ReadOnlySpan<int> Starts => _starts.Span[..Count];

    /// <summary>All weights, <see cref="Taps"/> each.</summary>
    internal ReadOnlySpan<float> Weights => _weights.Span[..(Count * Taps)];

    public void Dispose()
    {
        _starts.Dispose();
        _weights.Dispose();
    }

    private static void Fill(int start, double center, double support, Span<float> weights)
    {
        double sum = 0;
        for (int k = 0; k < weights.Length; k++)
            sum += Weight(start + k);
        for (int k = 0; k < weights.Length; k++)
            weights[k] = (float)(Weight(start + k) / sum);

        double Weight(int pixel) => Math.Max(0, 1 - Math.Abs(pixel + 0.5 - center) / support);
    }
}
