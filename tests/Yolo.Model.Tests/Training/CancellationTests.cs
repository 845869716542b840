using TorchSharp;
using Xunit;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Training;

/// <summary>A training that is cancelled, wherever it stands: nothing half written, no tensor left, and the trainer goes on where it was.</summary>
public sealed class CancellationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    /// <summary>Where the training is cancelled.</summary>
    public enum Stage
    {
        BeforeTheFirstStep,
        WhileImagesAreLoaded,
        InAnEpoch,
        WhileItValidates,
        WhileACheckpointIsWritten,
        WhileTheMetricsAreWritten,
    }

    public static TheoryData<Stage> Stages => [.. Enum.GetValues<Stage>()];

    private static List<TrainingImage> Images { get; } = Squares.Images(6);

    private TrainingOptions Options => Squares.Plain with
    {
        Epochs = 3, BatchSize = 2, AverageDecay = 0.9, Validation = new() { EveryEpochs = 1 },
        Checkpoints = new(_folder.Path) { Interval = TimeSpan.FromTicks(1), Resume = true }, MetricsFile = _folder.Combine("metrics.csv"),
    };

    [Theory]
    [MemberData(nameof(Stages))]
    public void Train_Cancelled_LeavesNothingHalfDoneAndGoesOnBitForBit(Stage stage)
    {
        var expected = new DetectorTrainer(Squares.Network(batchNormalize: true), Options with { Checkpoints = null, MetricsFile = null })
            .Train(Images, validation: Images, cancellationToken: TestContext.Current.CancellationToken);
        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), Options);
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long before = statistics.ThreadTotalLiveCount;

        using (CancelWhileWriting(stage))
        {
            if (stage == Stage.BeforeTheFirstStep)
                _source.Cancel();
            int steps = 0;
            var progress = new Reporter(() =>
            {
                if (++steps != 4)
                    return;
                CancelIf(stage == Stage.InAnEpoch);
                // The watcher has its own thread.
                Assert.True(_source.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(60)));
            });
            Assert.ThrowsAny<OperationCanceledException>(() => trainer.Train(
                new(new(new Loading(() => CancelIf(stage == Stage.WhileImagesAreLoaded))), new(new Loading(() => CancelIf(stage == Stage.WhileItValidates)))),
                trainer.RandomWeights, progress, _source.Token));
        }

        Assert.Equal(before, statistics.ThreadTotalLiveCount);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path), path => path.EndsWith(".tmp", StringComparison.Ordinal));
        var actual = trainer.Train(Images, validation: Images, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Squares.Flatten(expected.Weights), Squares.Flatten(actual.Weights));
        Assert.Equal(expected.History.Select(epoch => (epoch.Loss, epoch.Validation)), actual.History.Select(epoch => (epoch.Loss, epoch.Validation)));
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    public void Dispose()
    {
        _source.Dispose();
        _folder.Dispose();
    }

    // A file that is being written has another name at first. Whether the token is cancelled during that write or just behind it, what is left must be whole.
    private FileSystemWatcher? CancelWhileWriting(Stage stage)
    {
        string? pattern = stage switch { Stage.WhileACheckpointIsWritten => "step-000000002*.tmp", Stage.WhileTheMetricsAreWritten => "metrics.csv*.tmp", _ => null };
        if (pattern is null)
            return null;
        var watcher = new FileSystemWatcher(_folder.Path, pattern);
        watcher.Created += (_, _) => CancelIf(true);
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void CancelIf(bool now)
    {
        if (now)
            _source.Cancel();
    }

    private sealed class Reporter(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }

    /// <summary>Images of which something happens when they are loaded.</summary>
    private sealed class Loading(Action action) : ITrainingImages
    {
        private readonly TrainingImageList _images = new(Images);

        public IReadOnlyList<ImageLabels> Labels => _images.Labels;

        public TrainingImage Load(int index)
        {
            action();
            return _images.Load(index);
        }
    }
}
