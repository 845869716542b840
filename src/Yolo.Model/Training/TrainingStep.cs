using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Torch;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Losses;
using Yolo.Model.Training.Optimization;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>One optimizer step: forward and backward over the parts of a batch, new weights, their average, and one look at the result.</summary>
internal sealed class TrainingStep(
    LearningRateSchedule schedule, BatchLoss loss, DeviceTransfers transfers, TrainingMemory memory, TrainingGroup group, GradientExchange? exchange, TrainingPictures? pictures = null)
{
    /// <summary>Takes the step and counts it. Disposes the batches.</summary>
    /// <param name="state">The state, which the step changes.</param>
    /// <param name="batches">The parts of the batch.</param>
    /// <param name="waited">How long steps waited for their batches so far.</param>
    /// <exception cref="InvalidOperationException">The loss or the gradients are no longer finite.</exception>
    /// <exception cref="InsufficientMemoryException">libtorch found no memory for it.</exception>
    public void Run(TrainingState state, IReadOnlyList<TrainingBatch> batches, TimeSpan waited)
    {
        try
        {
            Compute(state, batches, waited);
        }
        catch (ExternalException exception) when (memory.Explain(exception, TrainingMemory.Of(transfers.Device)) is { } explained)
        {
            throw explained;
        }
    }

    private void Compute(TrainingState state, IReadOnlyList<TrainingBatch> batches, TimeSpan waited)
    {
        using var scope = NewDisposeScope();
        long step = state.History.Steps;
        double rate = schedule.At(step, state.History.PlannedEpochs);
        state.Module.Freeze(schedule.FrozenAt(step));
        pictures?.SaveBatch(step, batches);
        var terms = loss.Backward(
            [.. batches.Select(batch => batch.Targets)],
            part =>
            {
                using var batch = batches[part];
                // The gradients are complete in the backward pass of the last part.
                state.Module.GradientsReady = part == batches.Count - 1 ? exchange is null ? null : exchange.Ready : null;
                return Forward(state.Module, batch, part);
            },
            part => state.Module.Peek(() => Forward(state.Module, batches[part], part)),
            state.Seen);
        exchange?.Finish();
        var norm = state.Optimizer.Step(rate, convolution => schedule.ShareOf(convolution, step));
        state.Average?.Update();
        float[] values = transfers.Download(cat([terms, norm.reshape(1)]));
        group.Sum(values.AsSpan(..^1));
        Divergence.Check(state, values);
        state.Seen += group.Sum(batches.Sum(batch => batch.Count));
        state.History.Advance(rate, values.AsSpan(..^1), waited);
    }

    // The input goes before the backward pass, when memory is fullest.
    private Tensor Forward(YoloModule module, TrainingBatch batch, int part)
    {
        using var scope = NewDisposeScope();
        return module.forward(batch.Upload(transfers, part)).MoveToOuterDisposeScope();
    }
}
