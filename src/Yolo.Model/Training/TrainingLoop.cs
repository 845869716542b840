using Yolo.Model.Training.Images;

namespace Yolo.Model.Training;

/// <summary>The loop, and only the loop: takes steps until the run is over and tells the participants of each.</summary>
internal sealed class TrainingLoop(TrainingState state, TrainingStep step, BatchLoader loader, IReadOnlyList<ITrainingParticipant> participants)
{
    private bool IsOver => state.History.IsAtEnd || participants.Any(participant => participant.EndsRun(state));

    /// <summary>Runs to the end.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled; the participants have been told.</exception>
    /// <exception cref="InvalidOperationException">The run diverged.</exception>
    public void Run(CancellationToken cancellation)
    {
        try
        {
            if (participants.Any(participant => participant.HasWorkLeft(state)))
                TellOfStep(cancellation);
            foreach (var batches in IsOver ? [] : loader.Load(state.History.Steps, cancellation))
            {
                // Not between the parts of a step: they change the rolling statistics, and half a step cannot be resumed.
                cancellation.ThrowIfCancellationRequested();
                step.Run(state, batches, loader.Waited);
                TellOfStep(cancellation);
                if (IsOver)
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            TellOfEnd();
            throw;
        }
        TellOfEnd();
    }

    private void TellOfStep(CancellationToken cancellation)
    {
        foreach (var participant in participants)
            participant.AfterStep(state, cancellation);
    }

    private void TellOfEnd()
    {
        foreach (var participant in participants)
            participant.AtEnd(state);
    }
}
