namespace Yolo.Model;

/// <summary>Random numbers that follow from a seed.</summary>
internal struct SeededRandom(int seed)
{
    private SplitMix64 _bits = new((uint)seed);

    /// <summary>A number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    internal float Uniform(float low, float high) => low + (high - low) * ((_bits.Next() >> 40) * (1f / (1 << 24)));

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1.</summary>
    internal int Below(int count) => (int)((_bits.Next() >> 32) * (ulong)count >> 32);

    /// <summary>True in half of the cases.</summary>
    internal bool Coin() => _bits.Next() >> 63 == 1;
}
