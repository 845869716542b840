namespace Yolo.Model.Training;

/// <summary>Brings the processes of a distributed run together after every epoch, and at the end: rolling statistics are averaged, and all know
/// which images could not be read. With one process it does nothing.</summary>
internal sealed class GroupParticipant(TrainingGroup group) : ITrainingParticipant
{
    public void AfterStep(TrainingState state, CancellationToken cancellation)
    {
        if (state.History.IsBetweenEpochs)
            Meet(state);
    }

    public void AtEnd(TrainingState state)
    {
        if (!state.History.IsBetweenEpochs)
            Meet(state);
    }

    private void Meet(TrainingState state)
    {
        foreach (var statistics in state.Statistics)
            group.Average(statistics);
        group.Share(state.Skipped);
    }
}
