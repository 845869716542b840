namespace Yolo.Model;

/// <summary>Seeds that depend on nothing but the run's seed and a position, so that neither threads nor resuming can change what is drawn.</summary>
internal static class SeedSequence
{
    /// <summary>The seed for one position of a stream: SplitMix64 over the numbers in turn.</summary>
    public static int At(int seed, int stream, long position) => (int)Mix(Mix(Mix((ulong)(uint)seed) + (ulong)(uint)stream) + (ulong)position);

    /// <summary>A Fisher-Yates permutation of 0 to <paramref name="count"/> - 1.</summary>
    public static int[] Permutation(int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        return order;
    }

    private static ulong Mix(ulong value) => new SplitMix64(value).Next();
}
