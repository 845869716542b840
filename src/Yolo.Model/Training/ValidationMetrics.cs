namespace Yolo.Model.Training;

/// <summary>How good the weights of an epoch, averaged where averaging is on, are on the validation images.</summary>
/// <param name="Loss">Mean loss over the images, without augmentation.</param>
/// <param name="MeanAveragePrecision50">mAP at an IoU of 0.5 by the rules of VOC 2010 and later, 0 to 1.</param>
public sealed record ValidationMetrics(double Loss, double MeanAveragePrecision50)
{
    /// <summary>Whether these are better: a higher mAP, or an equal one and a lower loss.</summary>
    internal bool IsBetterThan(ValidationMetrics? other) =>
        other is null || MeanAveragePrecision50 > other.MeanAveragePrecision50 || MeanAveragePrecision50 == other.MeanAveragePrecision50 && Loss < other.Loss;
}
