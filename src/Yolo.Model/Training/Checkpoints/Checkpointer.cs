using System.Diagnostics;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>Leaves the checkpoints of a run when they are due, and starts a run from one.</summary>
internal sealed class Checkpointer(CheckpointOptions options, RunFingerprint run)
{
    private readonly CheckpointFolder _folder = new(options);
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private long _savedSteps;

    /// <summary>Puts the newest checkpoint in place of the state, where the options say so and there is one.</summary>
    /// <exception cref="InvalidOperationException">The checkpoint is of another run, or there are checkpoints and the run does not resume.</exception>
    public void Start(TrainingState state)
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
        file.Restore(state);
        _savedSteps = state.Run.Steps;
    }

    /// <summary>Leaves a checkpoint after a step where one is due.</summary>
    public void AfterStep(TrainingState state)
    {
        bool due = state.Run.IsAtEnd
            || state.Run is { IsBetweenEpochs: true, EpochsDone: var epochs } && (long)epochs % options.EveryEpochs == 0
            || _sinceLast.Elapsed >= options.Interval;
        if (due)
            Save(state);
    }

    /// <summary>Leaves a checkpoint, unless the last one is of the same step.</summary>
    public void Save(TrainingState state)
    {
        if (state.Run.Steps == _savedSteps)
            return;
        _folder.Save(run, state);
        _savedSteps = state.Run.Steps;
        _sinceLast.Restart();
    }
}
