using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>What a checkpoint will hold: a state's own tensors, to be written before the next step, or copies of them, to be written while
/// the run goes on.</summary>
internal sealed class CheckpointContent : IDisposable
{
    private readonly bool _ownsTensors;

    private CheckpointContent(RunFingerprint run, ScalarType computeType, TrainingState state, Func<Tensor, Tensor>? copy)
    {
        List<(string Name, Tensor Value)> tensors = [.. state.Tensors];
        Steps = state.History.Steps;
        Header = new(
            run, state.History.ToRecord(), state.Seen, state.Average?.Steps ?? 0, state.Optimizer.Steps,
            [.. tensors.Select(tensor => new CheckpointTensor(tensor.Name, tensor.Value.shape))])
        {
            ComputeType = computeType.ToString(),
            Skipped = state.Skipped?.Indices is [_, ..] skipped ? skipped : null,
            SkippedInValidation = state.SkippedInValidation?.Indices is [_, ..] skippedInValidation ? skippedInValidation : null,
        };
        _ownsTensors = copy is not null;
        Tensors = [.. tensors.Select(tensor => copy is null ? tensor.Value : copy(tensor.Value))];
    }

    /// <summary>Steps that the run has taken.</summary>
    public long Steps { get; }

    /// <summary>What the file says before its tensors.</summary>
    public CheckpointHeader Header { get; }

    /// <summary>The tensors in the header's order.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>The state itself.</summary>
    public static CheckpointContent Of(RunFingerprint run, ScalarType computeType, TrainingState state) => new(run, computeType, state, copy: null);

    /// <summary>A copy of the state in the memory of the host.</summary>
    public static CheckpointContent CopyOf(RunFingerprint run, ScalarType computeType, TrainingState state) => new(run, computeType, state, static tensor =>
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(CPU, copy: true).DetachFromDisposeScope();
    });

    public void Dispose()
    {
        foreach (var tensor in _ownsTensors ? Tensors : [])
            tensor.Dispose();
    }
}
