using System.Text.Json.Serialization;

namespace Yolo.Model.Training;

/// <summary>Where a run stands after an optimizer step.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Epochs of the run.</param>
/// <param name="Step">Steps done in this epoch, from 1.</param>
/// <param name="StepsPerEpoch">Steps in an epoch.</param>
/// <param name="LearningRate">Rate of the step just done.</param>
/// <param name="Loss">Mean loss over the steps of this epoch so far.</param>
/// <param name="Terms">Mean of each loss term over the steps of this epoch so far, by name.</param>
/// <param name="Elapsed">Time since the first step began.</param>
/// <param name="Remaining">Estimate of the time to the end of the run.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    int Step,
    int StepsPerEpoch,
    double LearningRate,
    double Loss,
    IReadOnlyList<KeyValuePair<string, double>> Terms,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>Time, of <see cref="Elapsed"/>, since the run began or went on from a checkpoint, in which steps waited for their images. Much of it: see <see cref="TrainingOptions.DataWorkers"/>.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>How good the weights are on the validation images; null but in the last report of an epoch that was validated.</summary>
    public ValidationMetrics? Validation { get; init; }

    /// <summary>The last report of each epoch done, that of an epoch just ended included; those of a resumed run begin with its first epoch.</summary>
    [JsonIgnore]
    public IReadOnlyList<TrainingProgress> History { get; init; } = [];
}
