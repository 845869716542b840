using System.Text.Json;
using System.Text.Json.Serialization;
using Yolo.Model.Training.Images;

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

    /// <summary>The header as another process reads it.</summary>
    public string ToText() => JsonSerializer.Serialize(this, CheckpointJson.Default.CheckpointHeader);

    /// <summary>The header that another process has written.</summary>
    public static CheckpointHeader FromText(string text) => JsonSerializer.Deserialize(text, CheckpointJson.Default.CheckpointHeader)!;

    /// <summary>Puts all but the tensors in place of a state.</summary>
    /// <exception cref="InvalidDataException">The position is not of the state's run.</exception>
    public void Restore(TrainingState state)
    {
        if (!state.History.Allows(Position))
            throw new InvalidDataException($"expected a position within the run, found {Position.Steps} steps and {Position.History.Count} epochs.");
        Restore(state.Skipped, Skipped);
        Restore(state.SkippedInValidation, SkippedInValidation);
        state.History.ContinueFrom(Position);
        state.Seen = Seen;
        state.Average?.Steps = AverageSteps;
        state.Optimizer.Restore(OptimizerSteps);
    }

    private static void Restore(SkippedImages? skipped, IReadOnlyList<int>? indices)
    {
        if (indices is null)
            return;
        if (indices.Any(index => index < 0 || index >= (skipped?.Images ?? 0)))
            throw new InvalidDataException($"expected indices of images to be below {skipped?.Images ?? 0}, found {string.Join(", ", indices.Take(10))}.");
        skipped!.Restore(indices);
    }
}

/// <summary>A tensor of 32-bit floats in a checkpoint.</summary>
/// <param name="Name">Its name in <see cref="TrainingState.Tensors"/>.</param>
/// <param name="Shape">Its sizes.</param>
internal sealed record CheckpointTensor(string Name, IReadOnlyList<long> Shape);
