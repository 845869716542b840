namespace Yolo.Model.Evaluation;

/// <summary>Results for one class. The average precisions are 0 to 1, and <see cref="double.NaN"/> where <see cref="TruthCount"/> is 0.</summary>
/// <param name="ClassName">Name of the class.</param>
/// <param name="TruthCount">Objects to be found, difficult ones not counted.</param>
/// <param name="DifficultCount">Difficult objects.</param>
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
    OperatingPoint? Best);

/// <summary>What a detector does when only detections at or above one score are kept.</summary>
/// <param name="ScoreThreshold">The score, 0 to 1.</param>
/// <param name="Precision">Share of the kept detections that found an object, 0 to 1.</param>
/// <param name="Recall">Share of the objects found, 0 to 1.</param>
public sealed record OperatingPoint(float ScoreThreshold, double Precision, double Recall)
{
    /// <summary>Harmonic mean of precision and recall, 0 to 1.</summary>
    public double F1 => Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;
}
