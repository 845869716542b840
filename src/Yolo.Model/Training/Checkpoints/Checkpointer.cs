using TorchSharp;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>Leaves the checkpoints of a run when they are due, and starts a run from one.</summary>
/// <param name="options">When and where.</param>
/// <param name="run">The run.</param>
/// <param name="computeType">What the network is computed in.</param>
/// <param name="group">The processes of the run: the first one reads and writes for all.</param>
/// <param name="writesAside">Whether a file is written while the run goes on, from a copy of the state in the host's memory: for a device that has a memory
/// of its own, since its tensors pass through the host in any case.</param>
internal sealed class Checkpointer(
    CheckpointOptions options, RunFingerprint run, torch.ScalarType computeType, TrainingGroup group, bool writesAside) : ITrainingParticipant, IDisposable
{
    private readonly CheckpointFolder _folder = new(options);
    private TimeSpan _lastSaved;
    private long _savedSteps;
    private Task<string>? _writing;

    /// <summary>Puts the newest good checkpoint in place of the state, where the options say so and there is one.</summary>
    /// <exception cref="InvalidOperationException">The checkpoint is of another run, or there are checkpoints and the run does not resume.</exception>
    public void Resume(TrainingState state)
    {
        var header = group.IsLeader ? ResumeFrom(state) : null;
        if (group.OfLeader(header?.ToText()) is not { } text || group.IsLeader)
            return;
        CheckpointHeader.FromText(text).Restore(state);
        _savedSteps = state.History.Steps;
        _lastSaved = state.History.Elapsed;
    }

    /// <summary>Puts the newest good checkpoint in place of the state.</summary>
    /// <returns>Its header, with the position of this run; null if there is none.</returns>
    private CheckpointHeader? ResumeFrom(TrainingState state)
    {
        _folder.Prepare();
        if (!options.Resume)
        {
            if (_folder.Files() is [var newest, ..])
            {
                throw new InvalidOperationException(
                    $"{newest} is of an earlier run. Set {nameof(CheckpointOptions.Resume)} to go on with that run; else choose another folder or delete its checkpoints.");
            }
            return null;
        }
        using var file = _folder.OpenNewest();
        if (file is null)
            return null;
        if (run.DifferenceIn(file.Header.Run) is { } difference)
        {
            throw new InvalidOperationException(
                $"The checkpoints in {options.Folder} are of another run, which differs in {difference}. Train with what that run had, or choose another folder.");
        }
        if (run.ExtensionOf(file.Header.Run) is { } extension)
            options.Warning?.Invoke($"The run goes on from {file.Path} with other options: {extension}.");
        var header = file.Header with { Position = file.Header.Position.InStepsOf(file.Header.Run.StepsPerEpoch, run.StepsPerEpoch) };
        file.Restore(state, header);
        options.Resumed?.Invoke(file.Path);
        state.LastCheckpoint = file.Path;
        _savedSteps = state.History.Steps;
        _lastSaved = state.History.Elapsed;
        return header;
    }

    /// <summary>Leaves a checkpoint where one is due.</summary>
    public void AfterStep(TrainingState state, CancellationToken cancellation)
    {
        if (_writing is { IsCompleted: true })
            FinishWriting(state);
        var history = state.History;
        bool due = history.IsAtEnd
            || history.IsBetweenEpochs && (long)history.EpochsDone % options.EveryEpochs == 0
            || history.Elapsed - _lastSaved >= options.Interval;
        if (due)
            Save(state);
    }

    /// <summary>Leaves a last checkpoint.</summary>
    public void AtEnd(TrainingState state)
    {
        Save(state);
        FinishWriting(state);
    }

    /// <summary>Waits for a file that is being written while a run fails; the failure of the run is what its caller learns.</summary>
    public void Dispose() => ((Task?)_writing)?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();

    // Not twice of the same step.
    private void Save(TrainingState state)
    {
        if (state.History.Steps == _savedSteps)
            return;
        Divergence.Check(state);
        FinishWriting(state);
        using var alone = group.Processes?.WorkAlone();
        if (!group.IsLeader)
        {
            // Process 0 writes for all.
        }
        else if (writesAside)
        {
            var content = CheckpointContent.CopyOf(run, computeType, state);
            _writing = Task.Run(() => Write(content));
        }
        else
        {
            state.LastCheckpoint = Write(CheckpointContent.Of(run, computeType, state));
        }
        _savedSteps = state.History.Steps;
        _lastSaved = state.History.Elapsed;
    }

    private string Write(CheckpointContent content)
    {
        using (content)
            return _folder.Save(content);
    }

    /// <summary>Waits for the file that is being written, if one is, and throws what it has thrown.</summary>
    private void FinishWriting(TrainingState state)
    {
        if (_writing is not { } writing)
            return;
        _writing = null;
        state.LastCheckpoint = writing.GetAwaiter().GetResult();
    }
}
