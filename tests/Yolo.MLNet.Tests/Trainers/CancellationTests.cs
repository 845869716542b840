using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Tests.Transforms;
using Yolo.MLNet.Trainers;
using Yolo.Model.Training;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>A fit that is cancelled, wherever it stands: it stops, leaves no half-written file, and the same trainer fits afterwards.</summary>
public sealed class CancellationTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _checkpoints = new();
    private readonly LabelledRow[] _rows = [.. Enumerable.Range(0, 6).Select(i => LabelledRow.Create(80, 64, ["cat", "bee"], 4 + i, 4, 30 + i, 28, 40, 30 + i, 60, 50 + i))];

    private CancellationTokenSource? _source;
    private Stage _stage;

    /// <summary>Where the fit is cancelled.</summary>
    public enum Stage
    {
        WhileRowsAreRead,
        WhileValidationRowsAreRead,
        BetweenReadingAndTheFirstStep,
        InAnEpoch,
    }

    public static TheoryData<Stage> Stages => [.. Enum.GetValues<Stage>()];

    [Theory]
    [MemberData(nameof(Stages))]
    public void Fit_Cancelled_StopsAndTheTrainerStaysUsable(Stage stage)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _stage = stage;
        var options = new YoloV2TrainerOptions
        {
            Network = TestModels.Trainable,
            AnchorCount = 2,
            Epochs = 2,
            BatchSize = 4,
            ValidationData = Rows(Stage.WhileValidationRowsAreRead),
            CancellationToken = source.Token,
            Checkpoints = new(_checkpoints.Path) { Resume = true },
            Started = new Listener<TrainingSummary>(_ => CancelAt(Stage.BetweenReadingAndTheFirstStep)),
            Progress = new Listener<TrainingProgress>(_ => CancelAt(Stage.InAnEpoch)),
        };
        _source = source;

        Assert.ThrowsAny<OperationCanceledException>(() => _ml.ObjectDetection.Trainers.YoloV2(options).Fit(Rows(Stage.WhileRowsAreRead)));

        _source = null;
        Assert.DoesNotContain(Directory.EnumerateFiles(_checkpoints.Path), path => path.EndsWith(".tmp", StringComparison.Ordinal));
        using var model = _ml.ObjectDetection.Trainers.YoloV2(options with { CancellationToken = TestContext.Current.CancellationToken }).Fit(Rows(Stage.WhileRowsAreRead));
        Assert.Equal(["bee", "cat"], model.Model.ClassNames);
    }

    public void Dispose()
    {
        _checkpoints.Dispose();
        foreach (var row in _rows)
            row.Image!.Dispose();
    }

    private IDataView Rows(Stage stage)
    {
        return _ml.Data.LoadFromEnumerable(Read());

        IEnumerable<LabelledRow> Read()
        {
            for (int i = 0; i < _rows.Length; i++)
            {
                if (i == 3)
                    CancelAt(stage);
                yield return _rows[i];
            }
        }
    }

    private void CancelAt(Stage stage)
    {
        if (stage == _stage)
            _source?.Cancel();
    }

    private sealed class Listener<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
