using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>Finds out that a run has diverged: that one of its numbers is infinite or none at all.</summary>
internal static class Divergence
{
    private const string Cure = "Try a lower learning rate, a longer burn-in, or stronger gradient clipping.";

    /// <summary>Checks a step that has been taken but not counted.</summary>
    /// <param name="state">The state.</param>
    /// <param name="values">The loss terms, their total, and the norm of the gradients.</param>
    /// <exception cref="InvalidOperationException">One of them is not finite; the message names the step, the terms or the layer, and the last good checkpoint.</exception>
    public static void Check(TrainingState state, ReadOnlySpan<float> values)
    {
        var terms = values[..^1];
        bool lossIsFinite = true;
        foreach (float term in terms)
            lossIsFinite &= float.IsFinite(term);
        if (!lossIsFinite)
        {
            var named = state.History.TermNames.Append("total").Zip(terms.ToArray(), (name, value) => FormattableString.Invariant($"{name} {value}"));
            throw new InvalidOperationException($"The loss is no longer finite in {state.History.Place}: {string.Join(", ", named)}. {Cure}{LastCheckpoint(state)}");
        }
        if (!float.IsFinite(values[^1]))
        {
            throw new InvalidOperationException(
                $"The gradients are no longer finite in {state.History.Place}: {state.Optimizer.NonFiniteGradient ?? "their sum"}. {Cure}{LastCheckpoint(state)}");
        }
    }

    /// <summary>Checks all that a checkpoint or the result of a run would hold.</summary>
    /// <exception cref="InvalidOperationException">A number is not finite; the message names its layer and the last good checkpoint.</exception>
    public static void Check(TrainingState state)
    {
        foreach (var (name, value) in state.Tensors)
        {
            if (!IsFinite(value))
                throw new InvalidOperationException($"{name} is no longer finite before {state.History.Place}. {Cure}{LastCheckpoint(state)}");
        }
    }

    /// <summary>Whether all numbers of a tensor are finite.</summary>
    public static bool IsFinite(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        // Zero times a number is zero unless that is infinite or none.
        using Scalar zero = 0;
        return tensor.detach().mul(zero).sum().cpu().item<float>() == 0;
    }

    private static string LastCheckpoint(TrainingState state) =>
        state.LastCheckpoint is { } path ? $" The last good checkpoint is {path}." : " There is no checkpoint to go back to.";
}
