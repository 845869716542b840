using System.Buffers.Binary;
using System.Security.Cryptography;
using TorchSharp;
using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Network;
using Yolo.Model.Training;

namespace Yolo.Model.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly List<string> _resumed = [];

    // Five images in steps of two: an epoch has three steps, the last one with a single image.
    private TrainingOptions Options => Squares.Plain with
    {
        Epochs = 4, BatchSize = 2, Augmentation = new(), AverageDecay = 0.9, LearningRatePolicy = new CosinePolicy(), Seed = 3,
        Checkpoints = new(_folder.Path) { Interval = null, Warning = _warnings.Add, Resumed = _resumed.Add },
    };

    private static string[] ClassNames => ["red", "blue"];

    [Theory]
    [InlineData(OptimizerKind.AdamW, 1)]
    [InlineData(OptimizerKind.AdamW, 7)]
    [InlineData(OptimizerKind.Adam, 5)]
    [InlineData(OptimizerKind.Sgd, 4)]
    [InlineData(OptimizerKind.Sgd, 11)]
    public void Resume_CancelledInTheMiddleOfAnEpoch_EqualsTheUninterruptedRunBitForBit(OptimizerKind optimizer, int steps)
    {
        var options = Options with { Optimizer = optimizer };
        var expected = Train(options with { Checkpoints = null });

        CancelAfter(steps, options);
        var actual = Train(Resuming(options));

        Assert.EndsWith($"step-{steps:D9}.checkpoint", Assert.Single(_resumed), StringComparison.Ordinal);
        AssertSame(expected, actual);
    }

    // All that is drawn anew in each step, and other numbers of workers, which decide nothing.
    [Fact]
    public void Resume_MosaicsInputSizesAndFrozenLayers_EqualsTheUninterruptedRunBitForBit()
    {
        var options = Options with { Augmentation = new() { Mosaic = 0.5f }, InputSizes = [48, 64, 96], InputSizeSteps = 2, FreezeLayers = 1 };
        var expected = Train(options with { Checkpoints = null });

        CancelAfter(5, options with { DataWorkers = 3 });
        var actual = Train(Resuming(options));

        Assert.Single(_resumed);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Resume_StoppedByAnException_GoesOnFromTheLastInterval()
    {
        var options = Options with { Subdivisions = 2, Checkpoints = Options.Checkpoints! with { Interval = TimeSpan.FromTicks(1) } };
        var expected = Train(options with { Checkpoints = null });

        Assert.Throws<TimeZoneNotFoundException>(() => Train(options, step => step == 5 ? throw new TimeZoneNotFoundException() : false));
        var actual = Train(Resuming(options));

        Assert.EndsWith("step-000000004.checkpoint", Assert.Single(_resumed), StringComparison.Ordinal);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Resume_RunThatHadEnded_GivesItsResultWithoutAStep()
    {
        var expected = Train(Options);
        int steps = 0;

        var actual = Train(Resuming(Options), _ => ++steps > 0);

        Assert.Equal(0, steps);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Resume_EmptyFolder_StartsAfresh()
    {
        AssertSame(Train(Options with { Checkpoints = null }), Train(Resuming(Options)));
        Assert.Empty(_resumed);
    }

    // Four epochs of three steps.
    [Theory]
    [InlineData(1, 3, new[] { 6, 9, 12 })]
    [InlineData(1, 1, new[] { 12 })]
    [InlineData(3, 3, new[] { 9, 12 })]
    public void Train_EveryEpochs_KeepsTheLastOnes(int everyEpochs, int keep, int[] expected)
    {
        Train(Options with { Checkpoints = Options.Checkpoints! with { EveryEpochs = everyEpochs, Keep = keep } });

        Assert.Equal(expected.Select(step => $"step-{step:D9}.checkpoint"), Files());
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    [InlineData(0.999)]
    public void Resume_NewestTruncatedAndNextBitFlipped_FallsBackAndNamesThem(double lengthKept)
    {
        var expected = Train(Options);
        Damage("step-000000012.checkpoint", bytes => bytes[..(int)(lengthKept * bytes.Length)]);
        Damage("step-000000009.checkpoint", bytes =>
        {
            bytes[(int)(lengthKept * bytes.Length)] ^= 0x10;
            return bytes;
        });

        var actual = Train(Resuming(Options));

        Assert.Equal(2, _warnings.Count);
        Assert.Contains("step-000000012.checkpoint: the checkpoint is damaged", _warnings[0], StringComparison.Ordinal);
        Assert.Contains("step-000000009.checkpoint: the checkpoint is damaged", _warnings[1], StringComparison.Ordinal);
        AssertSame(expected, actual);
        Assert.Equal(["step-000000006.checkpoint", "step-000000009.checkpoint", "step-000000012.checkpoint"], Files());
    }

    [Fact]
    public void Resume_AllDamaged_StartsAfreshAndRemovesThemOnceTheNextIsThere()
    {
        Train(Options);
        foreach (string file in Files())
            Damage(file, bytes => bytes[..^1]);

        CancelAfter(1, Resuming(Options));

        Assert.Equal(3, _warnings.Count);
        Assert.Equal(["step-000000001.checkpoint"], Files());
    }

    [Fact]
    public void Resume_FileOfAKilledWriter_IsRemoved()
    {
        CancelAfter(2, Options);
        File.WriteAllText(_folder.Combine("step-000000003.checkpoint.abcdefgh.xyz.tmp"), "half");

        CancelAfter(1, Resuming(Options));

        Assert.Equal(["step-000000002.checkpoint", "step-000000003.checkpoint"], Files());
    }

    [Fact]
    public void Train_CheckpointsOfAnEarlierRun_IsRefusedUnlessItResumes()
    {
        CancelAfter(2, Options);

        var error = Assert.Throws<InvalidOperationException>(() => Train(Options));

        Assert.Contains("step-000000002.checkpoint is of an earlier run. Set Resume to go on", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<TrainingOptions, TrainingOptions>> OtherOptions => new()
    {
        { "BatchSize (2 there, 3 here)", options => options with { BatchSize = 3 } },
        { "Seed (3 there, 4 here)", options => options with { Seed = 4 } },
        { "Optimizer (\"AdamW\" there, \"Sgd\" here)", options => options with { Optimizer = OptimizerKind.Sgd } },
        { "Epochs (4 there, 5 here)", options => options with { Epochs = 5 } },
        { "\"Final\":0.5", options => options with { LearningRatePolicy = new CosinePolicy { Final = 0.5 } } },
        { "Augmentation (", options => options with { Augmentation = null } },
        { "AverageDecay (0.9 there, 0 here); Precision (\"Float32\" there, \"BFloat16\" here)", options => options with { AverageDecay = 0, Precision = Precision.BFloat16 } },
    };

    [Theory]
    [MemberData(nameof(OtherOptions))]
    public void Resume_OtherOptions_IsRefusedAndNamesThem(string difference, Func<TrainingOptions, TrainingOptions> change)
    {
        CancelAfter(2, Options);

        AssertRefused(difference, () => Train(change(Resuming(Options))));
    }

    [Fact]
    public void Resume_OtherImages_IsRefused()
    {
        CancelAfter(2, Options);
        var images = Squares.Images(5);
        images[4] = images[4] with { Objects = [] };

        AssertRefused("number of images (5 there, 6 here)", () => Train(Resuming(Options), images: Squares.Images(6)));
        AssertRefused("digest of the image sizes and boxes", () => Train(Resuming(Options), images: images));
    }

    [Fact]
    public void Resume_OtherNetworkOrClasses_IsRefused()
    {
        CancelAfter(2, Options);

        AssertRefused("the network (.cfg line 16: filters=16 there, filters=17 here)",
            () => new DetectorTrainer(Squares.Network(batchNormalize: true, filters: 17), Resuming(Options), ClassNames).Train(Squares.Images(5)));
        AssertRefused("the classes (red, blue there, blue, red here)",
            () => new DetectorTrainer(Squares.Network(batchNormalize: true), Resuming(Options), ["blue", "red"]).Train(Squares.Images(5)));
    }

    // The layout, read by hand: magic, version, length of the header, header, floats, SHA-256. With AdamW and an average the parameters are there four times (themselves, average, two moments),
    // rolling statistics twice: 3 * 3 * (3 * 8 + 8 * 16 + 16 * 16) + 16 * 14 kernels, 40 + 14 biases, 40 scales, 80 statistics.
    [Fact]
    public void Save_AdamWWithAverage_HasTheDocumentedLayout()
    {
        CancelAfter(2, Options);

        byte[] bytes = File.ReadAllBytes(_folder.Combine("step-000000002.checkpoint"));
        int header = BitConverter.ToInt32(bytes, 12);
        const int Parameters = 9 * (24 + 128 + 256) + 224 + 54 + 40;
        Assert.Equal("YOLOV2CP"u8.ToArray(), bytes[..8]);
        Assert.Equal(1, BitConverter.ToInt32(bytes, 8));
        Assert.Equal(16 + header + sizeof(float) * (4 * Parameters + 2 * 80) + 32, bytes.Length);
        Assert.Equal(SHA256.HashData(bytes.AsSpan()[..^32]), bytes[^32..]);
    }

    [Fact]
    public void Resume_WholeFileOfAnotherVersion_IsRefusedNotSkipped()
    {
        CancelAfter(2, Options);
        Damage("step-000000002.checkpoint", bytes =>
        {
            bytes[8] = 2;
            return [.. bytes[..^32], .. SHA256.HashData(bytes.AsSpan()[..^32])];
        });

        var error = Assert.Throws<NotSupportedException>(() => Train(Resuming(Options)));

        Assert.Contains("expected a checkpoint of version 1, found one of version 2", error.Message, StringComparison.Ordinal);
    }

    // Somebody made the file: its checksum is right.
    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Resume_HeaderLengthThatLies_IsRefusedBeforeAllocating(int length)
    {
        CancelAfter(2, Options);
        Forge(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), length));
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InvalidDataException>(() => Train(Resuming(Options)));

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
        CancelAfter(2, Options);
        Forge(bytes =>
        {
            int place = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(written));
            Assert.Equal(written.Length, forged.Length);
            System.Text.Encoding.UTF8.GetBytes(forged).CopyTo(bytes, place);
        });

        var error = Assert.Throws<InvalidDataException>(() => Train(Resuming(Options)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(["step-000000002.checkpoint"], Files());
    }

    [Fact]
    public void Resume_TensorsCutOff_IsRefused()
    {
        CancelAfter(2, Options);
        Damage("step-000000002.checkpoint", bytes => [.. bytes[..^36], .. SHA256.HashData(bytes.AsSpan()[..^36])]);

        var error = Assert.Throws<InvalidDataException>(() => Train(Resuming(Options)));

        Assert.Matches("expected [0-9]+ bytes of tensors, found [0-9]+.", error.Message);
    }

    [Fact]
    public void Train_CheckpointAfterEveryStep_LeavesNoTensorBehind()
    {
        var options = Options with { Checkpoints = Options.Checkpoints! with { Interval = TimeSpan.FromTicks(1) } };
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

    public void Dispose() => _folder.Dispose();

    private static TrainingOptions Resuming(TrainingOptions options) => options with { Checkpoints = options.Checkpoints! with { Resume = true } };

    /// <summary>Trains until <paramref name="cancel"/> is true of the number of steps done by this call.</summary>
    private static TrainingResult Train(TrainingOptions options, Func<int, bool>? cancel = null, IReadOnlyList<TrainingImage>? images = null)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        int steps = 0;
        var progress = new Reporter(() =>
        {
            if (cancel?.Invoke(++steps) == true)
                source.Cancel();
        });
        return new DetectorTrainer(Squares.Network(batchNormalize: true), options, ClassNames).Train(images ?? Squares.Images(5), progress: progress, cancellationToken: source.Token);
    }

    private static void CancelAfter(int steps, TrainingOptions options) => Assert.Throws<OperationCanceledException>(() => Train(options, done => done == steps));

    private static void AssertSame(TrainingResult expected, TrainingResult actual)
    {
        Assert.Equal(Squares.Flatten(expected.Weights).Select(BitConverter.SingleToInt32Bits), Squares.Flatten(actual.Weights).Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(expected.Weights.Seen, actual.Weights.Seen);
        Assert.Equal(expected.History.Select(epoch => (epoch.Epoch, epoch.Loss, epoch.LearningRate)), actual.History.Select(epoch => (epoch.Epoch, epoch.Loss, epoch.LearningRate)));
        Assert.Equal(expected.History.SelectMany(epoch => epoch.Terms), actual.History.SelectMany(epoch => epoch.Terms));
    }

    private void AssertRefused(string difference, Action train)
    {
        var error = Assert.Throws<InvalidOperationException>(train);
        Assert.Contains($"The checkpoints in {_folder.Path} are of another run, which differs in ", error.Message, StringComparison.Ordinal);
        Assert.Contains(difference, error.Message, StringComparison.Ordinal);
    }

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private void Forge(Action<byte[]> change) => Damage("step-000000002.checkpoint", bytes =>
    {
        change(bytes);
        return [.. bytes[..^32], .. SHA256.HashData(bytes.AsSpan()[..^32])];
    });

    private void Damage(string name, Func<byte[], byte[]> change) => File.WriteAllBytes(_folder.Combine(name), change(File.ReadAllBytes(_folder.Combine(name))));

    private sealed class Reporter(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }
}
