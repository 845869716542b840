namespace Yolo.Model.Evaluation;

/// <summary>How detections are compared with ground truth under the two VOC rules, and in the confusion matrix and the list of errors. COCO's rules have no options.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Lowest IoU at which a detection finds an object, above 0 and at most 1. Default: 0.5, VOC's.</summary>
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

    /// <summary>Whether this IoU counts the last pixel in, so that a box from 0 to 10 is 11 wide. Default: true, as in the VOC devkit.</summary>
    public bool InclusivePixels { get; init; } = true;

    /// <summary>Score from which on a detection counts in the confusion matrix, in the list of errors and in every count "at the score threshold", 0 to 1. The average
    /// precisions look at all detections whatever it is. Default: 0.25, that of <see cref="Encoding.DetectionOptions.ScoreThreshold"/>.</summary>
    public float ScoreThreshold
    {
        get;
        init
        {
            if (value is not (>= 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(ScoreThreshold), value, "The score threshold must lie between 0 and 1.");
            field = value;
        }
    } = 0.25f;

    /// <summary>Score threshold that the detections were made with, 0 to 1, for <see cref="DetectionMetrics.Warnings"/>. Default: null,
    /// unknown: the lowest score stands for it.</summary>
    public float? DetectionThreshold
    {
        get;
        init
        {
            if (value is not (null or (>= 0 and <= 1)))
                throw new ArgumentOutOfRangeException(nameof(DetectionThreshold), value, "The score threshold must lie between 0 and 1.");
            field = value;
        }
    }
}
