using Yolo.Model.Training.Images;

namespace Yolo.Model.Training;

/// <summary>The loop, and only the loop: takes steps until the run is over and tells the participants of each.</summary>
internal sealed class TrainingLoop(
    TrainingState state, TrainingStep step, BatchLoader loader, IReadOnlyList<ITrainingParticipant> participants, TrainingGroup group)
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
            // A process must not leave the others alone in a step: they agree on when to stop, while nobody waits for batches for ever.
            foreach (var batches in IsOver ? [] : loader.Load(state.History.Steps, group.Processes is null ? cancellation : default))
            {
                // Not between the parts of a step: they change the rolling statistics, and half a step cannot be resumed.
                group.BeginStep(state, cancellation);
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
