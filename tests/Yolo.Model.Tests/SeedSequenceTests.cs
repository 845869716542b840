using Xunit;

namespace Yolo.Model.Tests;

public sealed class SeedSequenceTests
{
    // First output of SplitMix64 seeded with 0, as published with the reference code (Vigna, splitmix64.c) and in Java's SplittableRandom tests.
    [Fact]
    public void Next_OfZero_IsThePublishedFirstOutput() =>
        Assert.Equal(0xE220A8397B1DCDAFul, new SplitMix64(0).Next());

    [Fact]
    public void At_NeighbouringPositionsStreamsAndSeeds_AllDiffer()
    {
        int[] seeds = [.. from seed in Enumerable.Range(0, 10) from stream in Enumerable.Range(0, 3) from position in Enumerable.Range(0, 100) select SeedSequence.At(seed, stream, position)];

        Assert.Equal(seeds.Length, seeds.Distinct().Count());
    }

    [Fact]
    public void Permutation_SameSeed_IsTheSameOrderOfAllNumbers()
    {
        int[] order = SeedSequence.Permutation(100, seed: 7);

        Assert.Equal(order, SeedSequence.Permutation(100, seed: 7));
        Assert.NotEqual(order, SeedSequence.Permutation(100, seed: 8));
        Assert.Equal(Enumerable.Range(0, 100), order.Order());
    }
}
