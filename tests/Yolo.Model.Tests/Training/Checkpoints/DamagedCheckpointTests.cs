using System.Buffers.Binary;
using System.Security.Cryptography;
using Xunit;
using static Yolo.Model.Tests.Training.Checkpoints.CheckpointRuns;

namespace Yolo.Model.Tests.Training.Checkpoints;

/// <summary>Checkpoints that are cut off, changed or forged.</summary>
public sealed class DamagedCheckpointTests : IDisposable
{
    private readonly CheckpointRuns _runs = new();

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    [InlineData(0.999)]
    public void Resume_NewestTruncatedAndNextBitFlipped_FallsBackAndNamesThem(double lengthKept)
    {
        var expected = Train(_runs.Options);
        _runs.Damage("step-000000012.checkpoint", bytes => bytes[..(int)(lengthKept * bytes.Length)]);
        _runs.Damage("step-000000009.checkpoint", bytes =>
        {
            bytes[(int)(lengthKept * bytes.Length)] ^= 0x10;
            return bytes;
        });

        var actual = Train(Resuming(_runs.Options));

        Assert.Equal(2, _runs.Warnings.Count);
        Assert.Contains("step-000000012.checkpoint: the checkpoint is damaged", _runs.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("step-000000009.checkpoint: the checkpoint is damaged", _runs.Warnings[1], StringComparison.Ordinal);
        AssertSame(expected, actual);
        Assert.Equal(["step-000000006.checkpoint", "step-000000009.checkpoint", "step-000000012.checkpoint"], _runs.Files());
    }

    [Fact]
    public void Resume_AllDamaged_StartsAfreshAndRemovesThemOnceTheNextIsThere()
    {
        Train(_runs.Options);
        foreach (string file in _runs.Files())
            _runs.Damage(file, bytes => bytes[..^1]);

        CancelAfter(1, Resuming(_runs.Options));

        Assert.Equal(3, _runs.Warnings.Count);
        Assert.Equal(["step-000000001.checkpoint"], _runs.Files());
    }

    [Fact]
    public void Resume_WholeFileOfAnotherVersion_IsRefusedNotSkipped()
    {
        CancelAfter(2, _runs.Options);
        _runs.Damage("step-000000002.checkpoint", bytes =>
        {
            bytes[8] = 2;
            return [.. bytes[..^32], .. SHA256.HashData(bytes.AsSpan()[..^32])];
        });

        var error = Assert.Throws<NotSupportedException>(() => Train(Resuming(_runs.Options)));

        Assert.Contains("expected a checkpoint of version 1, found one of version 2", error.Message, StringComparison.Ordinal);
    }

    // Somebody made the file: its checksum is right.
    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Resume_HeaderLengthThatLies_IsRefusedBeforeAllocating(int length)
    {
        CancelAfter(2, _runs.Options);
        Forge(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), length));
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InvalidDataException>(() => Train(Resuming(_runs.Options)));

        Assert.Matches($"step-000000002.checkpoint: expected a header of at most [0-9]+ bytes, found one of {length}.", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Theory]
    [InlineData("{\"Run\":", "[\"Run\":", "the header cannot be read.")]
    [InlineData("\"ClassNames\":[\"red\",\"blue\"]", "\"ClassNames\":          null", "the header cannot be read.")]
    [InlineData("\"ClassNames\":[\"red\",\"blue\"]", "\"ClassNames\":[\"red\",  null]", "the header cannot be read.")]
    [InlineData("\"Position\":{\"Steps\":2", "\"Position\":{\"Steps\":9", "expected a position within the run, found 9 steps and 0 epochs.")]
    [InlineData("\"Name\":\"weights/", "\"Name\":\"wonders/", "tensors of this network and optimizer expected")]
    public void Resume_ForgedHeader_IsRefused(string written, string forged, string message)
    {
        CancelAfter(2, _runs.Options);
        Forge(bytes =>
        {
            int place = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(written));
            Assert.Equal(written.Length, forged.Length);
            System.Text.Encoding.UTF8.GetBytes(forged).CopyTo(bytes, place);
        });

        var error = Assert.Throws<InvalidDataException>(() => Train(Resuming(_runs.Options)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(["step-000000002.checkpoint"], _runs.Files());
    }

    [Fact]
    public void Resume_TensorsCutOff_IsRefused()
    {
        CancelAfter(2, _runs.Options);
        _runs.Damage("step-000000002.checkpoint", bytes => [.. bytes[..^36], .. SHA256.HashData(bytes.AsSpan()[..^36])]);

        var error = Assert.Throws<InvalidDataException>(() => Train(Resuming(_runs.Options)));

        Assert.Matches("expected [0-9]+ bytes of tensors, found [0-9]+.", error.Message);
    }

    public void Dispose() => _runs.Dispose();

    private void Forge(Action<byte[]> change) => _runs.Damage("step-000000002.checkpoint", bytes =>
    {
        change(bytes);
        return [.. bytes[..^32], .. SHA256.HashData(bytes.AsSpan()[..^32])];
    });
}
