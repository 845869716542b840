namespace Yolo.Model;

/// <summary>SplitMix64: a small generator whose neighbouring seeds give unrelated numbers, unlike <see cref="Random"/>'s. Equal on every platform.</summary>
internal struct SeededRandom(int seed)
{
    private ulong _state = (uint)seed;

    /// <summary>A number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    internal float Uniform(float low, float high) => low + (high - low) * ((Next() >> 40) * (1f / (1 << 24)));

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1.</summary>
    internal int Below(int count) => (int)((Next() >> 32) * (ulong)count >> 32);

    /// <summary>True in half of the cases.</summary>
    internal bool Coin() => Next() >> 63 == 1;

    private ulong Next()
    {
        ulong mixed = SeedSequence.Mix(_state);
        _state += SeedSequence.Step;
        return mixed;
    }
}
