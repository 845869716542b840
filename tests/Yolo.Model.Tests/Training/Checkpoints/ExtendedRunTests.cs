using Xunit;
using Yolo.Model.Training;
using static Yolo.Model.Tests.Training.Checkpoints.CheckpointRuns;

namespace Yolo.Model.Tests.Training.Checkpoints;

public sealed class ExtendedRunTests : IDisposable
{
    private readonly CheckpointRuns _runs = new();

    [Fact]
    public void Resume_FinishedRunWithMoreEpochs_TrainsTheRestAndSaysSo()
    {
        Train(_runs.Options);

        var result = Train(Resuming(_runs.Options) with { Epochs = 6 });

        Assert.Equal([1, 2, 3, 4, 5, 6], result.History.Select(epoch => epoch.Epoch));
        Assert.Equal(6 * 5, result.Weights.Seen);
        Assert.Contains(_runs.Warnings, warning => warning.Contains("goes on", StringComparison.Ordinal) && warning.Contains("Epochs (4 there, 6 here)", StringComparison.Ordinal));
    }

    // A constant rate does not know of the end: the extended run is the long one.
    [Fact]
    public void Resume_ConstantRateWithMoreEpochs_EqualsTheLongRun()
    {
        var options = _runs.Options with { LearningRatePolicy = new ConstantPolicy { BurnInEpochs = 0 } };
        var expected = Train(options with { Epochs = 6, Checkpoints = null });
        Train(options);

        AssertSame(expected, Train(Resuming(options) with { Epochs = 6 }));
    }

    [Fact]
    public void Resume_AnotherSchedule_IsTakenFromThereOn()
    {
        CancelAfter(3, _runs.Options);

        var result = Train(Resuming(_runs.Options) with { LearningRate = 1e-4, LearningRatePolicy = new ConstantPolicy { BurnInEpochs = 0 } });

        Assert.Equal([1e-4, 1e-4, 1e-4], result.History.Skip(1).Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Resume_FewerEpochsThanAreDone_IsRefused()
    {
        Train(_runs.Options);

        var error = Assert.Throws<InvalidDataException>(() => Train(Resuming(_runs.Options) with { Epochs = 3 }));

        Assert.Contains("expected a position within the run, found 12 steps and 4 epochs", error.Message, StringComparison.Ordinal);
    }

    // Precision.Auto measures: what it found is part of the run, whatever it would find now.
    [Theory]
    [InlineData("Float32")]
    [InlineData("BFloat16")]
    public void Resume_PrecisionAuto_ComputesInWhatTheRunBeganWith(string type)
    {
        var options = _runs.Options with { Precision = Precision.Auto };
        CancelAfter(3, options);
        string name = _runs.Files().Last();
        using (var file = Yolo.Model.Training.Checkpoints.CheckpointFile.TryOpen(_runs.Folder.Combine(name))!)
            Assert.Contains(file.Header.ComputeType, (string[])["Float32", "BFloat16"]);
        _runs.Damage(name, bytes => Rewritten(bytes, type));

        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), Resuming(options), ClassNames);

        Assert.Equal(type, trainer.ComputeType);
    }

    public void Dispose() => _runs.Dispose();

    /// <summary>The checkpoint with another type in its header, in as many bytes, and a checksum that fits.</summary>
    private static byte[] Rewritten(byte[] bytes, string type)
    {
        int length = BitConverter.ToInt32(bytes, 12);
        string header = System.Text.Encoding.UTF8.GetString(bytes, 16, length);
        string found = header.Contains("\"ComputeType\":\"Float32\"", StringComparison.Ordinal) ? "\"ComputeType\":\"Float32\"" : "\"ComputeType\":\"BFloat16\"";
        byte[] text = System.Text.Encoding.UTF8.GetBytes(header.Replace(found, $"\"ComputeType\":\"{type}\"", StringComparison.Ordinal));
        byte[] body = [.. bytes[..12], .. BitConverter.GetBytes(text.Length), .. text, .. bytes[(16 + length)..^32]];
        return [.. body, .. System.Security.Cryptography.SHA256.HashData(body)];
    }
}
