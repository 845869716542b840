using System.Text.Json.Serialization;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>What a checkpoint says before its tensors.</summary>
/// <param name="Run">The run it belongs to.</param>
/// <param name="Position">Where that run stood.</param>
/// <param name="Seen">Images the weights were trained on.</param>
/// <param name="AverageSteps">Steps in the running average of the weights.</param>
/// <param name="OptimizerSteps">Steps that the optimizer has counted for each parameter.</param>
/// <param name="Tensors">The tensors, in the order in which their floats follow.</param>
internal sealed record CheckpointHeader(
    RunFingerprint Run, HistoryRecord Position, long Seen, long AverageSteps, IReadOnlyList<long> OptimizerSteps, IReadOnlyList<CheckpointTensor> Tensors)
{
    /// <summary>What the network was computed in, so that a resumed run computes in the same; null in older files.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ComputeType { get; init; }

    /// <summary>Indices of the images that could not be read and are left out, in ascending order. Null, and not in the file, where there are none, as in every older file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Skipped { get; init; }

    /// <summary>The same of the validation images.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? SkippedInValidation { get; init; }
}

/// <summary>A tensor of 32-bit floats in a checkpoint.</summary>
/// <param name="Name">Its name in <see cref="TrainingState.Tensors"/>.</param>
/// <param name="Shape">Its sizes.</param>
internal sealed record CheckpointTensor(string Name, IReadOnlyList<long> Shape);
