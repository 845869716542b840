namespace Yolo.Model;

/// <summary>Seeds that depend on nothing but the run's seed and a position, so that neither threads nor resuming can change what is drawn.</summary>
internal static class SeedSequence
{
    /// <summary>What SplitMix64 adds to its state for each number: 2^64 divided by the golden ratio.</summary>
    internal const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>The seed for one position of a stream, the finaliser of SplitMix64 (Steele, Lea and Flood, 2014) over the numbers in turn.</summary>
    public static int At(int seed, int stream, long position) => (int)Mix(Mix(Mix((ulong)(uint)seed) + (ulong)(uint)stream) + (ulong)position);

    /// <summary>A Fisher-Yates permutation of 0 to <paramref name="count"/> - 1.</summary>
    public static int[] Permutation(int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        return order;
    }

    /// <summary>The state of SplitMix64 one step on, mixed into an output.</summary>
    internal static ulong Mix(ulong value)
    {
        value += Step;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
