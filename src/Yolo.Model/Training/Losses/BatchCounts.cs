using TorchSharp;

namespace Yolo.Model.Training.Losses;

/// <summary>What the sums of a loss are divided by: counts over a whole batch, whatever parts it is computed in.</summary>
/// <param name="Images">Images, N.</param>
/// <param name="Matched">Predictions that are responsible for an object, M.</param>
internal readonly record struct BatchCounts(int Images, int Matched)
{
    /// <summary>Predictions with a weight in a term whose weights depend on the predictions, a scalar; null: they are those at hand.</summary>
    public torch.Tensor? Weighted { get; init; }

    /// <summary>The counts of several parts together.</summary>
    public static BatchCounts Sum(IEnumerable<RegionTargets> parts)
    {
        (int images, int matched) = (0, 0);
        foreach (var part in parts)
            (images, matched) = (images + part.Images, matched + part.Matched);
        return new(images, matched);
    }
}
