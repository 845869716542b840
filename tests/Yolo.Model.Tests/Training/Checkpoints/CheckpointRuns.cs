using Xunit;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Tests.Training.Checkpoints;

/// <summary>Short trainings with checkpoints in a folder of their own, and what is done to the files there.</summary>
internal sealed class CheckpointRuns : IDisposable
{
    public TemporaryFolder Folder { get; } = new();

    public List<string> Warnings { get; } = [];

    /// <summary>Checkpoints that trainings went on from.</summary>
    public List<string> Resumed { get; } = [];

    // Five images in steps of two: an epoch has three steps, the last one with a single image.
    public TrainingOptions Options => Squares.Plain with
    {
        Epochs = 4, BatchSize = 2, Augmentation = new(), AverageDecay = 0.9, LearningRatePolicy = new CosinePolicy(), Seed = 3,
        Checkpoints = new(Folder.Path) { Interval = null, Warning = Warnings.Add, Resumed = Resumed.Add },
    };

    public static string[] ClassNames => ["red", "blue"];

    public static TrainingOptions Resuming(TrainingOptions options) => options with { Checkpoints = options.Checkpoints! with { Resume = true } };

    /// <summary>Trains until <paramref name="cancel"/> is true of the number of steps done by this call.</summary>
    public static TrainingResult Train(TrainingOptions options, Func<int, bool>? cancel = null, IReadOnlyList<TrainingImage>? images = null)
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

    public static void CancelAfter(int steps, TrainingOptions options) => Assert.Throws<OperationCanceledException>(() => Train(options, done => done == steps));

    public static void AssertSame(TrainingResult expected, TrainingResult actual)
    {
        Assert.Equal(Squares.Flatten(expected.Weights).Select(BitConverter.SingleToInt32Bits), Squares.Flatten(actual.Weights).Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(expected.Weights.Seen, actual.Weights.Seen);
        Assert.Equal(expected.History.Select(epoch => (epoch.Epoch, epoch.Loss, epoch.LearningRate)), actual.History.Select(epoch => (epoch.Epoch, epoch.Loss, epoch.LearningRate)));
        Assert.Equal(expected.History.SelectMany(epoch => epoch.Terms), actual.History.SelectMany(epoch => epoch.Terms));
    }

    public IEnumerable<string> Files() => Directory.EnumerateFiles(Folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public void Damage(string name, Func<byte[], byte[]> change) => File.WriteAllBytes(Folder.Combine(name), change(File.ReadAllBytes(Folder.Combine(name))));

    public void Dispose() => Folder.Dispose();

    private sealed class Reporter(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }
}
