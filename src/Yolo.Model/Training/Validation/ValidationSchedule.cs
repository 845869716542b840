namespace Yolo.Model.Training.Validation;

/// <summary>Validates a run when that is due, keeps its best weights and ends it when it has stopped to improve. All it knows of the past is the run's history.</summary>
internal sealed class ValidationSchedule(Validator validator, ValidationOptions options) : ITrainingParticipant
{
    /// <summary>Whether the epoch that the run has just ended is to be validated and has not been.</summary>
    public bool HasWorkLeft(TrainingState state)
    {
        var history = state.History;
        return history.IsBetweenEpochs && (history.IsAtEnd || (long)history.EpochsDone % options.EveryEpochs == 0) && history.Epochs[^1].Validation is null;
    }

    /// <summary>Whether the last validations, as many as the patience allows, were none of them better than an earlier one.</summary>
    public bool EndsRun(TrainingState state)
    {
        var epochs = state.History.Epochs;
        return options.Patience > 0 && Best(epochs) is { } best && epochs.Count(epoch => epoch.Epoch > best.Epoch && epoch.Validation is not null) >= options.Patience;
    }

    /// <summary>Measures the averaged weights, or those of the last step where averaging is off, and keeps them if they are the best so far.</summary>
    /// <exception cref="OperationCanceledException">The validation was cancelled; the state is as before.</exception>
    public void AfterStep(TrainingState state, CancellationToken cancellation)
    {
        if (!HasWorkLeft(state))
            return;
        var best = Best(state.History.Epochs)?.Validation;
        state.Average?.Swap();
        try
        {
            var metrics = validator.Measure(state.Module, state.Seen, cancellation);
            if (metrics.IsBetterThan(best))
            {
                if (state.Best is not null)
                    Divergence.Check(state);
                state.Best?.CopyFromModule();
            }
            state.History.AddValidation(metrics);
        }
        finally
        {
            state.Average?.Swap();
        }
    }

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
