using Yolo.Model.Weights;

namespace Yolo.Model.Training;

/// <summary>What a run leaves.</summary>
/// <param name="Weights">The weights: their running average, or the last ones where averaging is off; of the best validation, where one is to be kept.</param>
/// <param name="History">The last report of each epoch.</param>
public sealed record TrainingResult(NetworkWeights Weights, IReadOnlyList<TrainingProgress> History)
{
    /// <summary>The epoch, from 1, whose weights these are; fewer than were asked for where the best validation was earlier.</summary>
    public int Epoch { get; init; }
}
