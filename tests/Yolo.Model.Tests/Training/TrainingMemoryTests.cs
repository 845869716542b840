using System.Runtime.InteropServices;
using Xunit;
using Yolo.Model.Training;

namespace Yolo.Model.Tests.Training;

public sealed class TrainingMemoryTests
{
    private static readonly TrainingOptions s_options = Squares.Plain with { BatchSize = 64 };

    // By hand, 64 x 64 pixels: 8 x 32 x 32 + 16 x 16 x 16 + 16 x 8 x 8 values, twice for batch norm, and the head's 14 x 8 x 8: 27,520 floats, 110,080 bytes an image.
    // Weights: 216 + 32 + 1,152 + 64 + 2,304 + 64 + 224 + 14 = 4,070, five times four bytes: 81,400.
    [Fact]
    public void Least_OfASmallNetwork_CountsActivationsAndWeights() => Assert.Equal(81_400 + 64L * 110_080, Memory(s_options).Least);

    // A million bytes: (1,000,000 - 81,400) / 110,080 = 8 images, 8 parts of 64.
    [Fact]
    public void Check_BatchThatCannotFit_SaysWhichWould()
    {
        var error = Assert.Throws<InsufficientMemoryException>(() => Memory(s_options).Check(1_000_000));

        Assert.Contains("Try Subdivisions = 8, which computes up to 8 images at a time", error.Message, StringComparison.Ordinal);
        Memory(s_options with { Subdivisions = 8 }).Check(1_000_000);
        Assert.Throws<InsufficientMemoryException>(() => Memory(s_options with { Subdivisions = 7 }).Check(1_000_000));
    }

    [Fact]
    public void Check_NotOneImageFits_SaysSo() =>
        Assert.Contains("smaller network", Assert.Throws<InsufficientMemoryException>(() => Memory(s_options).Check(100_000)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB", true)]
    [InlineData("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes.", true)]
    [InlineData("The size of tensor a must match the size of tensor b", false)]
    public void Explain_AnErrorOfLibtorch_KnowsThatOfMemory(string message, bool isMemory)
    {
        var explained = Memory(s_options).Explain(new LibtorchException(message), available: 1_000_000);

        Assert.Equal(isMemory, explained is not null);
        if (explained is not null)
            Assert.Contains("Subdivisions = 8", explained.Message, StringComparison.Ordinal);
    }

    /// <summary>As TorchSharp throws it.</summary>
    private sealed class LibtorchException(string message) : ExternalException(message);

    private static TrainingMemory Memory(TrainingOptions options) => new(new TrainingPlan(Squares.Network(batchNormalize: true), options, null));
}
