namespace Yolo.Model.Training;

/// <summary>How good the weights of an epoch, averaged where averaging is on, are on the validation images.</summary>
/// <param name="Loss">Mean loss over the images, without augmentation.</param>
/// <param name="MeanAveragePrecision50">mAP at an IoU of 0.5 by the rules of VOC 2010 and later, 0 to 1.</param>
public sealed record ValidationMetrics(double Loss, double MeanAveragePrecision50)
{
    /// <summary>COCO's AP, the mean over the IoU thresholds 0.50, 0.55, ..., 0.95, 0 to 1; not a number in the history of a checkpoint that
    /// an earlier version left.</summary>
    public double MeanAveragePrecision { get; init; } = double.NaN;

    /// <summary>The average precision of each class at an IoU of 0.5, by the rules of <see cref="MeanAveragePrecision50"/>, by class index;
    /// not a number if a class has no object in the validation images. Empty in the history of a checkpoint that an earlier version
    /// left.</summary>
    public IReadOnlyList<double> ClassAveragePrecision50 { get; init => field = [.. Argument.NotNull(value)]; } = [];

    /// <summary>Whether all numbers are the same; two that are not numbers are.</summary>
    public bool Equals(ValidationMetrics? other) =>
        other is not null && Loss.Equals(other.Loss) && MeanAveragePrecision50.Equals(other.MeanAveragePrecision50)
        && MeanAveragePrecision.Equals(other.MeanAveragePrecision)
        && ClassAveragePrecision50.SequenceEqual(other.ClassAveragePrecision50);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Loss, MeanAveragePrecision50, MeanAveragePrecision, ClassAveragePrecision50.Count);

    /// <summary>Whether these are better: a higher mAP, or an equal one and a lower loss.</summary>
    internal bool IsBetterThan(ValidationMetrics? other) =>
        other is null || MeanAveragePrecision50 > other.MeanAveragePrecision50 || MeanAveragePrecision50 == other.MeanAveragePrecision50 && Loss < other.Loss;
}
