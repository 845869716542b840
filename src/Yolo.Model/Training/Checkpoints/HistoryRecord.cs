namespace Yolo.Model.Training.Checkpoints;

/// <summary>Where a run stands between two steps, and what it has seen on its way.</summary>
/// <param name="Steps">Optimizer steps done; with the seed it decides the learning rate, the next images and all that is drawn.</param>
/// <param name="Sums">Sums of the loss terms over the steps of the epoch under way, the total last.</param>
/// <param name="History">The last report of each epoch done.</param>
/// <param name="Elapsed">Time spent training.</param>
internal sealed record HistoryRecord(long Steps, IReadOnlyList<double> Sums, IReadOnlyList<TrainingProgress> History, TimeSpan Elapsed);
