namespace Yolo.Model.Evaluation;

/// <summary>Results for one class. The average precisions are 0 to 1, and <see cref="double.NaN"/> where <see cref="TruthCount"/> is 0.</summary>
/// <param name="ClassName">Name of the class.</param>
/// <param name="TruthCount">Objects to be found, difficult ones and crowds not counted.</param>
/// <param name="DifficultCount">Difficult objects, crowds not counted.</param>
/// <param name="DetectionCount">Detections, whatever their score.</param>
/// <param name="AveragePrecisionVoc2007">11-point average precision at the VOC IoU threshold.</param>
/// <param name="AveragePrecisionVoc2010">All-point average precision at the VOC IoU threshold.</param>
/// <param name="AveragePrecisionCoco">COCO's average precision, the mean over the IoU thresholds 0.50, 0.55, ..., 0.95.</param>
/// <param name="AveragePrecisionCoco50">COCO's average precision at IoU 0.5.</param>
/// <param name="AveragePrecisionCoco75">COCO's average precision at IoU 0.75.</param>
/// <param name="Best">The score threshold with the best F1 under the VOC rules; null where there is no object or no detection that counts.</param>
public sealed record ClassMetrics(
    string ClassName,
    int TruthCount,
    int DifficultCount,
    int DetectionCount,
    double AveragePrecisionVoc2007,
    double AveragePrecisionVoc2010,
    double AveragePrecisionCoco,
    double AveragePrecisionCoco50,
    double AveragePrecisionCoco75,
    OperatingPoint? Best)
{
    /// <summary>Crowds: regions of many objects. Any number of detections in them is ignored, and they are never missed.</summary>
    public int CrowdCount { get; internal init; }

    /// <summary>COCO's average precision over the objects of at most 32 x 32 pixels; <see cref="double.NaN"/> where there is none. The size
    /// of an object
    /// is its <see cref="Geometry.GroundTruth.Area"/>, or that of its box where it has none.</summary>
    public double AveragePrecisionCocoSmall { get; internal init; } = double.NaN;

    /// <summary>COCO's average precision over the objects of 32 x 32 to 96 x 96 pixels; <see cref="double.NaN"/> where there is none.</summary>
    public double AveragePrecisionCocoMedium { get; internal init; } = double.NaN;

    /// <summary>COCO's average precision over the objects of at least 96 x 96 pixels; <see cref="double.NaN"/> where there is none.</summary>
    public double AveragePrecisionCocoLarge { get; internal init; } = double.NaN;

    /// <summary>COCO's AR1: share of the objects found by the best detection of the class in each image, 0 to 1, the mean over the IoU
    /// thresholds
    /// 0.50, 0.55, ..., 0.95; <see cref="double.NaN"/> where <see cref="TruthCount"/> is 0.</summary>
    public double AverageRecallCoco1 { get; internal init; } = double.NaN;

    /// <summary>COCO's AR10, by the best 10 detections of the class in each image; <see cref="double.NaN"/> where <see cref="TruthCount"/>
    /// is 0.</summary>
    public double AverageRecallCoco10 { get; internal init; } = double.NaN;

    /// <summary>COCO's AR100, by the best 100 detections of the class in each image; <see cref="double.NaN"/> where
    /// <see cref="TruthCount"/> is 0.</summary>
    public double AverageRecallCoco100 { get; internal init; } = double.NaN;

    /// <summary>COCO's AR100 over the objects of at most 32 x 32 pixels; <see cref="double.NaN"/> where there is none.</summary>
    public double AverageRecallCocoSmall { get; internal init; } = double.NaN;

    /// <summary>COCO's AR100 over the objects of 32 x 32 to 96 x 96 pixels; <see cref="double.NaN"/> where there is none.</summary>
    public double AverageRecallCocoMedium { get; internal init; } = double.NaN;

    /// <summary>COCO's AR100 over the objects of at least 96 x 96 pixels; <see cref="double.NaN"/> where there is none.</summary>
    public double AverageRecallCocoLarge { get; internal init; } = double.NaN;

    /// <summary>What is reached at <see cref="EvaluationOptions.ScoreThreshold"/>.</summary>
    public OperatingPoint AtScoreThreshold { get; internal init; } = new(0, 0, 0, 0);

    /// <summary>The curve of precision over recall under the VOC rules, not interpolated: a point for each score that occurs, from the highest on. Empty where there is no
    /// object or no detection that counts.</summary>
    public IReadOnlyList<OperatingPoint> Curve { get; internal init; } = [];
}
