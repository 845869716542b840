namespace Yolo.Model.Weights;

/// <summary>Normal numbers that depend on a seed and a stream index alone, by the Box-Muller transform.</summary>
internal struct GaussianStream(int seed, int stream)
{
    private SplitMix64 _bits = new(SplitMix64.Finish(((ulong)(uint)seed << 32) | (uint)stream));

    /// <summary>Fills <paramref name="values"/> with numbers of mean 0 and the given standard deviation.</summary>
    public void Fill(Span<float> values, double deviation)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = deviation * Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * NextDouble());
            values[i] = (float)(radius * cosine);
            if (i + 1 < values.Length)
                values[i + 1] = (float)(radius * sine);
        }
    }

    // In [0, 1), 53 bits.
    private double NextDouble() => (_bits.Next() >> 11) * (1.0 / (1UL << 53));
}
