using TorchSharp;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Losses;

/// <summary>Cross-entropy of classes against smoothed labels, row by row (Szegedy et al., "Rethinking the Inception Architecture", 2016,
/// section 7).</summary>
internal static class SmoothedCrossEntropy
{
    /// <summary>The cross-entropy of each row, <c>[M]</c>.</summary>
    /// <param name="logits">Class logits, <c>[M, C]</c>.</param>
    /// <param name="classes">True classes, int64 <c>[M]</c>.</param>
    /// <param name="softmax">Whether the classes exclude one another; else each is a question of its own, answered by a sigmoid.</param>
    /// <param name="smoothing">The share of a label, at least 0 and below 1, that is spread evenly: over the C classes of a softmax, over
    /// the two answers of a sigmoid.</param>
    public static Tensor Rows(Tensor logits, Tensor classes, bool softmax, double smoothing)
    {
        if (softmax)
        {
            var logarithms = nn.functional.log_softmax(logits, 1);
            var right = logarithms.gather(1, classes.unsqueeze(1)).squeeze(1);
            return right.Times(smoothing - 1).Plus(logarithms.mean([1]).Times(-smoothing));
        }
        var wanted = nn.functional.one_hot(classes, logits.shape[1]).to_type(logits.dtype).Times(1 - smoothing).Plus(0.5 * smoothing);
        return nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.None).sum(1);
    }
}
