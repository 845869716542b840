using System.Diagnostics;
using TorchSharp;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>Leaves the checkpoints of a run when they are due, and starts a run from one.</summary>
internal sealed class Checkpointer(CheckpointOptions options, RunFingerprint run, torch.ScalarType computeType) : ITrainingParticipant
{
    private readonly CheckpointFolder _folder = new(options);
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private long _savedSteps;

    /// <summary>Puts the newest good checkpoint in place of the state, where the options say so and there is one.</summary>
    /// <exception cref="InvalidOperationException">The checkpoint is of another run, or there are checkpoints and the run does not resume.</exception>
    public void Resume(TrainingState state)
    {
        _folder.Prepare();
        if (!options.Resume)
        {
            if (_folder.Files() is [var newest, ..])
            {
                throw new InvalidOperationException(
                    $"{newest} is of an earlier run. Set {nameof(CheckpointOptions.Resume)} to go on with that run; else choose another folder or delete its checkpoints.");
            }
            return;
        }
        using var file = _folder.OpenNewest();
        if (file is null)
            return;
        if (run.DifferenceIn(file.Header.Run) is { } difference)
        {
            throw new InvalidOperationException(
                $"The checkpoints in {options.Folder} are of another run, which differs in {difference}. Train with what that run had, or choose another folder.");
        }
        if (run.ExtensionOf(file.Header.Run) is { } extension)
            options.Warning?.Invoke($"The run goes on from {file.Path} with other options: {extension}.");
        file.Restore(state);
        options.Resumed?.Invoke(file.Path);
        state.LastCheckpoint = file.Path;
        _savedSteps = state.History.Steps;
    }

    /// <summary>Leaves a checkpoint where one is due.</summary>
    public void AfterStep(TrainingState state, CancellationToken cancellation)
    {
        var history = state.History;
        bool due = history.IsAtEnd
            || history.IsBetweenEpochs && (long)history.EpochsDone % options.EveryEpochs == 0
            || _sinceLast.Elapsed >= options.Interval;
        if (due)
            Save(state);
    }

    /// <summary>Leaves a last checkpoint.</summary>
    public void AtEnd(TrainingState state) => Save(state);

    // Not twice of the same step.
    private void Save(TrainingState state)
    {
        if (state.History.Steps == _savedSteps)
            return;
        Divergence.Check(state);
        state.LastCheckpoint = _folder.Save(run, computeType, state);
        _savedSteps = state.History.Steps;
        _sinceLast.Restart();
    }
}
