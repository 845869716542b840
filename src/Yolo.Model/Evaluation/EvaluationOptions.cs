namespace Yolo.Model.Evaluation;

/// <summary>How detections are compared with ground truth under the two VOC rules. COCO's rules have no options.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Lowest IoU at which a detection finds an object under the VOC rules, above 0 and at most 1. Default: 0.5, VOC's.</summary>
    public double IoUThreshold
    {
        get;
        init
        {
            if (value is not (> 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(IoUThreshold), value, "The IoU threshold must lie above 0 and at most at 1.");
            field = value;
        }
    } = 0.5;

    /// <summary>Whether VOC's IoU counts the last pixel in, so that a box from 0 to 10 is 11 wide. Default: true, as in the VOC devkit.</summary>
    public bool InclusivePixels { get; init; } = true;
}
