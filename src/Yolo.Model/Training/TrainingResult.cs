using Yolo.Model.Weights;

namespace Yolo.Model.Training;

/// <summary>What a run leaves.</summary>
/// <param name="Weights">The weights: their running average, or the last ones where averaging is off.</param>
/// <param name="History">The last report of each epoch.</param>
public sealed record TrainingResult(NetworkWeights Weights, IReadOnlyList<TrainingProgress> History);
