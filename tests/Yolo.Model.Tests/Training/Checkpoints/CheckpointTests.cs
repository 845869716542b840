using System.Security.Cryptography;
using TorchSharp;
using Xunit;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using static Yolo.Model.Tests.Training.Checkpoints.CheckpointRuns;

namespace Yolo.Model.Tests.Training.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly CheckpointRuns _runs = new();

    [Theory]
    [InlineData(OptimizerKind.AdamW, 1)]
    [InlineData(OptimizerKind.AdamW, 7)]
    [InlineData(OptimizerKind.Adam, 5)]
    [InlineData(OptimizerKind.Sgd, 4)]
    [InlineData(OptimizerKind.Sgd, 11)]
    public void Resume_CancelledInTheMiddleOfAnEpoch_EqualsTheUninterruptedRunBitForBit(OptimizerKind optimizer, int steps)
    {
        var options = _runs.Options with { Optimizer = optimizer };
        var expected = Train(options with { Checkpoints = null });

        CancelAfter(steps, options);
        var actual = Train(Resuming(options));

        Assert.EndsWith($"step-{steps:D9}.checkpoint", Assert.Single(_runs.Resumed), StringComparison.Ordinal);
        AssertSame(expected, actual);
    }

    // All that is drawn anew in each step, and other numbers of workers, which decide nothing.
    [Fact]
    public void Resume_MosaicsInputSizesAndFrozenLayers_EqualsTheUninterruptedRunBitForBit()
    {
        var options = _runs.Options with { Augmentation = new() { Mosaic = 0.5f }, InputSizes = [48, 64, 96], InputSizeSteps = 2, FreezeLayers = 1 };
        var expected = Train(options with { Checkpoints = null });

        CancelAfter(5, options with { DataWorkers = 3 });
        var actual = Train(Resuming(options));

        Assert.Single(_runs.Resumed);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Resume_StoppedByAnException_GoesOnFromTheLastInterval()
    {
        var options = _runs.Options with { Subdivisions = 2, Checkpoints = _runs.Options.Checkpoints! with { Interval = TimeSpan.FromTicks(1) } };
        var expected = Train(options with { Checkpoints = null });

        Assert.Throws<TimeZoneNotFoundException>(() => Train(options, step => step == 5 ? throw new TimeZoneNotFoundException() : false));
        var actual = Train(Resuming(options));

        Assert.EndsWith("step-000000004.checkpoint", Assert.Single(_runs.Resumed), StringComparison.Ordinal);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Resume_RunThatHadEnded_GivesItsResultWithoutAStep()
    {
        var expected = Train(_runs.Options);
        int steps = 0;

        var actual = Train(Resuming(_runs.Options), _ => ++steps > 0);

        Assert.Equal(0, steps);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Resume_EmptyFolder_StartsAfresh()
    {
        AssertSame(Train(_runs.Options with { Checkpoints = null }), Train(Resuming(_runs.Options)));
        Assert.Empty(_runs.Resumed);
    }

    // Four epochs of three steps.
    [Theory]
    [InlineData(1, 3, new[] { 6, 9, 12 })]
    [InlineData(1, 1, new[] { 12 })]
    [InlineData(3, 3, new[] { 9, 12 })]
    public void Train_EveryEpochs_KeepsTheLastOnes(int everyEpochs, int keep, int[] expected)
    {
        Train(_runs.Options with { Checkpoints = _runs.Options.Checkpoints! with { EveryEpochs = everyEpochs, Keep = keep } });

        Assert.Equal(expected.Select(step => $"step-{step:D9}.checkpoint"), _runs.Files());
    }

    [Fact]
    public void Resume_FileOfAKilledWriter_IsRemoved()
    {
        CancelAfter(2, _runs.Options);
        File.WriteAllText(_runs.Folder.Combine("step-000000003.checkpoint.abcdefgh.xyz.tmp"), "half");

        CancelAfter(1, Resuming(_runs.Options));

        Assert.Equal(["step-000000002.checkpoint", "step-000000003.checkpoint"], _runs.Files());
    }

    // The layout, read by hand: magic, version, length of the header, header, floats, SHA-256. With AdamW and an average the parameters are there four times (themselves, average, two moments),
    // rolling statistics twice: 3 * 3 * (3 * 8 + 8 * 16 + 16 * 16) + 16 * 14 kernels, 40 + 14 biases, 40 scales, 80 statistics.
    [Fact]
    public void Save_AdamWWithAverage_HasTheDocumentedLayout()
    {
        CancelAfter(2, _runs.Options);

        byte[] bytes = File.ReadAllBytes(_runs.Folder.Combine("step-000000002.checkpoint"));
        int header = BitConverter.ToInt32(bytes, 12);
        const int Parameters = 9 * (24 + 128 + 256) + 224 + 54 + 40;
        Assert.Equal("YOLOV2CP"u8.ToArray(), bytes[..8]);
        Assert.Equal(1, BitConverter.ToInt32(bytes, 8));
        Assert.Equal(16 + header + sizeof(float) * (4 * Parameters + 2 * 80) + 32, bytes.Length);
        Assert.Equal(SHA256.HashData(bytes.AsSpan()[..^32]), bytes[^32..]);
    }

    [Fact]
    public void Train_CheckpointAfterEveryStep_LeavesNoTensorBehind()
    {
        var options = _runs.Options with { Checkpoints = _runs.Options.Checkpoints! with { Interval = TimeSpan.FromTicks(1) } };
        CancelAfter(2, options);
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long before = statistics.ThreadTotalLiveCount;
        var live = new List<long>();

        Train(Resuming(options), _ =>
        {
            live.Add(statistics.ThreadTotalLiveCount);
            return false;
        });

        Assert.Equal(10, live.Count);
        Assert.Single(live.Skip(2).Distinct());
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    public void Dispose() => _runs.Dispose();
}
