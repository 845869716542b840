namespace Yolo.Model.Training.Checkpoints;

/// <summary>Where a run stands between two steps, and what it has seen on its way.</summary>
/// <param name="Steps">Optimizer steps done; with the seed it decides the learning rate, the next images and all that is drawn.</param>
/// <param name="Sums">Sums of the loss terms over the steps of the epoch under way, the total last.</param>
/// <param name="History">The last report of each epoch done.</param>
/// <param name="Elapsed">Time spent training.</param>
internal sealed record HistoryRecord(long Steps, IReadOnlyList<double> Sums, IReadOnlyList<TrainingProgress> History, TimeSpan Elapsed)
{
    /// <summary>The same position in a run whose epochs have another number of steps, as with another number of processes. In the middle of an
    /// epoch the share of it that is done is rounded down to whole steps.</summary>
    public HistoryRecord InStepsOf(int before, int now)
    {
        if (before == now)
            return this;
        long epoch = Steps / before, done = Steps % before, steps = done * now / before;
        return this with { Steps = epoch * now + steps, Sums = [.. Sums.Select(sum => done == 0 ? sum : sum * steps / done)] };
    }
}
