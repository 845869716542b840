namespace Yolo.Model;

/// <summary>The one generator of random numbers: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
/// Neighboring seeds give unrelated numbers, unlike <see cref="Random"/>'s. Equal on every platform.</summary>
/// <param name="state">The state to begin with.</param>
internal struct SplitMix64(ulong state)
{
    // 2^64 divided by the golden ratio.
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Finish(_state += Step);

    /// <summary>The finalizer: spreads every bit of a value over all bits of the result.</summary>
    public static ulong Finish(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
