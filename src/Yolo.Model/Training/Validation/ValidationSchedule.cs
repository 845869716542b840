using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Validation;

/// <summary>Validates a run when that is due, keeps its best weights and says when it has stopped to improve. All it knows of the past is the run's history.</summary>
internal sealed class ValidationSchedule(Validator validator, ValidationOptions options, Device device)
{
    /// <summary>Whether the epoch that the run has just ended is to be validated and has not been.</summary>
    public bool IsDue(TrainingHistory run) =>
        run.IsBetweenEpochs && (run.IsAtEnd || (long)run.EpochsDone % options.EveryEpochs == 0) && run.History[^1].Validation is null;

    /// <summary>Measures the averaged weights, or those of the last step where averaging is off, and keeps them if they are the best so far.</summary>
    /// <returns>The epoch's report with the result.</returns>
    /// <exception cref="OperationCanceledException">The validation was cancelled; the state is as before.</exception>
    public TrainingProgress Run(TrainingState state, CancellationToken cancellation)
    {
        var best = Best(state.Run.History)?.Validation;
        state.Average?.Swap();
        try
        {
            var metrics = validator.Measure(state.Module, device, state.Seen, cancellation);
            if (metrics.IsBetterThan(best))
                state.Best?.Take();
            return state.Run.Validated(metrics);
        }
        finally
        {
            state.Average?.Swap();
        }
    }

    /// <summary>Whether the last validations, as many as the patience allows, were none of them better than an earlier one.</summary>
    public bool IsOver(TrainingHistory run) =>
        options.Patience > 0 && Best(run.History) is { } best && run.History.Count(epoch => epoch.Epoch > best.Epoch && epoch.Validation is not null) >= options.Patience;

    /// <summary>The epoch with the best validation, of equal ones the first; null before the first validation.</summary>
    public static TrainingProgress? Best(IReadOnlyList<TrainingProgress> history)
    {
        TrainingProgress? best = null;
        foreach (var epoch in history)
        {
            if (epoch.Validation?.IsBetterThan(best?.Validation) == true)
                best = epoch;
        }
        return best;
    }
}
