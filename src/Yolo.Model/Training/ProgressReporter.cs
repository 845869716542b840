namespace Yolo.Model.Training;

/// <summary>Tells the caller of every step.</summary>
internal sealed class ProgressReporter(IProgress<TrainingProgress> progress) : ITrainingParticipant
{
    public void AfterStep(TrainingState state, CancellationToken cancellation) => progress.Report(state.History.Latest!);
}
