using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Training;
using Yolo.Model.Training.Checkpoints;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Tests.Training.Checkpoints;

/// <summary>A training goes on from the checkpoints of every version of their format: samples are stored in Training/Checkpoints/VERSION, of a run under way and of one that had ended, and beside them what
/// came out.</summary>
public sealed class StoredCheckpointTests : IDisposable
{
    private const string UnderWay = "step-000000003.checkpoint", Ended = "step-000000004.checkpoint", Record = "result.txt";

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _resumed = [];

    public static TheoryData<int> Versions => [.. Enumerable.Range(1, CheckpointFile.Version)];

    // Every option is named, so that another default makes no other run of it.
    private TrainingOptions Options => new()
    {
        Epochs = 2, BatchSize = 4, Subdivisions = 1, Loss = LossKind.CIoU, Optimizer = OptimizerKind.AdamW, LearningRate = 1e-3, Momentum = 0.9, WeightDecay = 5e-4, GradientClipNorm = 10, AverageDecay = 0.9,
        CIoU = new() { BoxGain = 5, ObjectGain = 1, NoObjectGain = 0.5, ClassGain = 1, MatchThreshold = 0.5 },
        NotebookVariant = NotebookLossVariant.Code, DarknetWeighsSmallBoxes = false, LearningRatePolicy = new StepsPolicy([0.5]) { BurnInEpochs = 1, BurnInPower = 1 }, Augmentation = null, InputSizes = [],
        InputSizeSteps = 10, FreezeLayers = 0, Resize = ResizeMode.Stretch, Filter = ResizeFilter.Darknet, Precision = Precision.Float32,
            Validation = new() { EveryEpochs = 1, KeepBest = true, Patience = 0 }, Seed = 3,
        Checkpoints = new(_folder.Path) { Interval = null, Resume = true, Resumed = path => _resumed.Add(Path.GetFileName(path)) },
    };

    // What had ended is given as it is stored, to the last bit.
    [Theory]
    [MemberData(nameof(Versions))]
    public void Resume_StoredRunThatHadEnded_GivesWhatIsRecorded(int version)
    {
        var result = Resume(version, Ended);

        Assert.Equal([Ended], _resumed);
        Assert.Equal(File.ReadAllLines(Stored(version, Record)), Describe(result));
    }

    // The steps that are left are computed here; other processors round otherwise.
    [Theory]
    [MemberData(nameof(Versions))]
    public void Resume_StoredRunUnderWay_GoesOnToTheSameEnd(int version)
    {
        float[] expected = Squares.Flatten(Resume(version, Ended).Weights);

        var result = Resume(version, UnderWay);

        Assert.Equal([Ended, UnderWay], _resumed);
        Assert.Equal(2, result.History.Count);
        Assert.All(expected.Zip(Squares.Flatten(result.Weights)), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-4f));
    }

    [Fact]
    public void DifferenceIn_OptionThatTheCheckpointDoesNotKnow_CountsAsItsDefault()
    {
        var run = RunFingerprint.Of(Squares.Network(batchNormalize: true), ["red", "blue"], Options with { InputSizeSteps = 10 }, [], []);
        var older = run with { Settings = run.Settings.Where(setting => setting.Key != nameof(TrainingOptions.InputSizeSteps)).ToDictionary() };
        var other = RunFingerprint.Of(Squares.Network(batchNormalize: true), ["red", "blue"], Options with { InputSizeSteps = 5 }, [], []);

        Assert.Null(run.DifferenceIn(older));
        Assert.Equal("InputSizeSteps (10 there, 5 here)", other.DifferenceIn(older));
    }

    [Fact]
    public void DifferenceIn_OptionWithinAnOptionThatTheCheckpointDoesNotKnow_CountsAsItsDefault()
    {
        RunFingerprint Of(double smoothing) => RunFingerprint.Of(
            Squares.Network(batchNormalize: true), ["red", "blue"], Options with { CIoU = new() { LabelSmoothing = smoothing } }, [], []);
        string Without(string value) => value.Replace("\"LabelSmoothing\":0,", "", StringComparison.Ordinal);
        var older = Of(0) with { Settings = Of(0).Settings.ToDictionary(pair => pair.Key, pair => Without(pair.Value)) };

        Assert.DoesNotContain("LabelSmoothing", older.Settings["CIoU"], StringComparison.Ordinal);
        Assert.Null(Of(0).DifferenceIn(older));
        Assert.StartsWith("CIoU ({\"BoxGain\":5", Of(0.1).DifferenceIn(older), StringComparison.Ordinal);
    }

    // Once every run had a seed, 0 if none was named.
    [Fact]
    public void DifferenceIn_CheckpointOfSeedZero_IsOfARunWithoutASeed()
    {
        RunFingerprint Of(int? seed) => RunFingerprint.Of(
            Squares.Network(batchNormalize: true), ["red", "blue"], Options with { Seed = seed }, [], []);

        Assert.Equal("0", Of(null).Settings[nameof(TrainingOptions.Seed)]);
        Assert.Null(Of(null).DifferenceIn(Of(0)));
        Assert.Equal("Seed (0 there, 1 here)", Of(1).DifferenceIn(Of(null)));
    }

    // Nobody can compare what two functions do.
    [Fact]
    public void Of_TransformImage_KnowsOnlyWhetherThereIsOne()
    {
        RunFingerprint Of(Func<TrainingImage, int, TrainingImage>? transform) =>
            RunFingerprint.Of(Squares.Network(batchNormalize: true), ["red", "blue"], Options with { TransformImage = transform }, [], []);

        Assert.Null(Of((image, _) => image).DifferenceIn(Of((image, seed) => image with { Width = seed })));
        Assert.Equal("TransformImage (null there, \"a function\" here)", Of((image, _) => image).DifferenceIn(Of(null)));
    }

    // Before there was a filter to choose, pixels were sampled as Darknet does.
    [Fact]
    public void DifferenceIn_CheckpointWithoutAFilter_CountsAsDarknets()
    {
        var run = RunFingerprint.Of(Squares.Network(batchNormalize: true), ["red", "blue"], Options with { Filter = ResizeFilter.Darknet },
            [], []);
        var older = run with { Settings = run.Settings.Where(setting => setting.Key != nameof(TrainingOptions.Filter)).ToDictionary() };
        var other = RunFingerprint.Of(Squares.Network(batchNormalize: true), ["red", "blue"],
            Options with { Filter = ResizeFilter.Antialiased }, [], []);

        Assert.Null(run.DifferenceIn(older));
        Assert.Equal("Filter (\"Darknet\" there, \"Antialiased\" here)", other.DifferenceIn(older));
    }

    public void Dispose() => _folder.Dispose();

    private static string Stored(int version, string file) => Path.Combine(TestPaths.Root, "tests", "Yolo.Model.Tests", "Training", "Checkpoints", version.ToString(CultureInfo.InvariantCulture), file);

    private TrainingResult Resume(int version, string file)
    {
        if (!File.Exists(Stored(version, file)) && version == CheckpointFile.Version && Environment.GetEnvironmentVariable("YOLO_STORE_SAMPLES") == "1")
            Store();
        Assert.True(File.Exists(Stored(version, file)), $"Version {version} of the checkpoints has no stored sample. Run this test with YOLO_STORE_SAMPLES=1 and commit what it leaves beside {Stored(version, file)}.");
        Assert.Equal(version, BinaryPrimitives.ReadInt32LittleEndian(File.ReadAllBytes(Stored(version, file)).AsSpan(8)));
        foreach (string old in Directory.GetFiles(_folder.Path))
            File.Delete(old);
        File.Copy(Stored(version, file), _folder.Combine(file));
        return Train(Options);
    }

    // Five images in steps of four: two steps an epoch. The run is stopped before its last one, and goes on.
    private void Store()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Stored(CheckpointFile.Version, Record))!);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(Options, new StopAt(3, stop), stop.Token));
        File.Copy(_folder.Combine(UnderWay), Stored(CheckpointFile.Version, UnderWay));
        File.WriteAllLines(Stored(CheckpointFile.Version, Record), Describe(Train(Options)));
        File.Copy(_folder.Combine(Ended), Stored(CheckpointFile.Version, Ended));
        _resumed.Clear();
    }

    private static TrainingResult Train(TrainingOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        new DetectorTrainer(Squares.Network(batchNormalize: true, filters: 8), options, ["red", "blue"]).Train(Squares.Images(5), progress: progress, cancellationToken: cancellation);

    private static string[] Describe(TrainingResult result) =>
    [
        $"seen {result.Weights.Seen}, epoch {result.Epoch}",
        $"weights sha256:{Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(Squares.Flatten(result.Weights))))}",
        .. result.History.Select(epoch => string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}: loss {epoch.Loss:R}, rate {epoch.LearningRate:R}")),
    ];

    private sealed class StopAt(int steps, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        private int _steps;

        public void Report(TrainingProgress value)
        {
            if (++_steps == steps)
                source.Cancel();
        }
    }
}
