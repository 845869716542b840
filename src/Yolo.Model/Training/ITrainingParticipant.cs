namespace Yolo.Model.Training;

/// <summary>Takes part in a run without being the run: it is told what happened, in the order in which the trainer lists its participants.</summary>
internal interface ITrainingParticipant
{
    /// <summary>Whether an earlier part of the run was stopped before this one had done its work after the last step.</summary>
    bool HasWorkLeft(TrainingState state) => false;

    /// <summary>Whether the run shall end here, before all of its steps are done.</summary>
    bool EndsRun(TrainingState state) => false;

    /// <summary>A step is done; <see cref="TrainingHistory.Latest"/> tells of it.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled meanwhile.</exception>
    void AfterStep(TrainingState state, CancellationToken cancellation);

    /// <summary>The run is over, or was cancelled. Not called for a run that failed.</summary>
    void AtEnd(TrainingState state)
    {
    }
}
