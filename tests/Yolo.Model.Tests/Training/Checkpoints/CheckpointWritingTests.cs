using TorchSharp;
using Xunit;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Checkpoints;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Training.Checkpoints;

/// <summary>Checkpoints that are written while the run goes on, as beside a GPU.</summary>
public sealed class CheckpointWritingTests : IDisposable
{
    private static readonly RunFingerprint s_run = new("network", ["red"], new Dictionary<string, string>());

    private readonly TemporaryFolder _folder = new();

    public CheckpointWritingTests() => TorchRuntime.EnsureLoaded();

    // The step after it has changed every weight before the first byte is written.
    [Fact]
    public void CopyOf_StateThatChangesBeforeItIsWritten_HoldsTheOldNumbers()
    {
        using var scope = NewDisposeScope();
        using var module = new YoloModule(Squares.Network(batchNormalize: true));
        using var state = State(module);
        Fill(state, 1);
        using var content = CheckpointContent.CopyOf(s_run, ScalarType.Float32, state);

        Fill(state, 2);
        CheckpointFile.Write(_folder.Combine("step-000000001.checkpoint"), content);

        using var file = CheckpointFile.TryOpen(_folder.Combine("step-000000001.checkpoint"))!;
        var tensors = file.ReadTensors("");
        Assert.Equal(state.Tensors.Count(), tensors.Count);
        Assert.All(tensors.Values, values => Assert.All(values, static value => Assert.Equal(1f, value)));
    }

    [Fact]
    public void AtEnd_WrittenAside_WaitsForTheFileAndNamesIt()
    {
        using var scope = NewDisposeScope();
        using var module = new YoloModule(Squares.Network(batchNormalize: true));
        using var state = State(module);
        using var checkpointer = Checkpointer(_folder.Path);
        checkpointer.Resume(state);
        state.History.Advance(0.1, [1, 1], TimeSpan.Zero);

        checkpointer.AtEnd(state);

        Assert.Equal(_folder.Combine("step-000000001.checkpoint"), state.LastCheckpoint);
        using var file = CheckpointFile.TryOpen(state.LastCheckpoint!);
        Assert.Equal(1, file!.Header.Position.Steps);
    }

    [Fact]
    public void AtEnd_FolderThatHasGone_ThrowsWhatTheWritingThrew()
    {
        using var scope = NewDisposeScope();
        using var module = new YoloModule(Squares.Network(batchNormalize: true));
        using var state = State(module);
        string folder = _folder.Combine("gone");
        using var checkpointer = Checkpointer(folder);
        checkpointer.Resume(state);
        state.History.Advance(0.1, [1, 1], TimeSpan.Zero);
        Directory.Delete(folder);

        Assert.Throws<DirectoryNotFoundException>(() => checkpointer.AtEnd(state));
        Assert.Null(state.LastCheckpoint);
    }

    public void Dispose() => _folder.Dispose();

    private static Checkpointer Checkpointer(string folder) => new(new(folder), s_run, ScalarType.Float32, new TrainingGroup(null), writesAside: true);

    private static TrainingState State(YoloModule module) => new(module, new(), new(epochs: 2, stepsPerEpoch: 1, ["loss"]), seen: 0, keepsBest: false);

    private static void Fill(TrainingState state, float value)
    {
        using var noGradient = no_grad();
        using Scalar scalar = value;
        foreach (var (_, tensor) in state.Tensors)
            tensor.fill_(scalar);
    }
}
