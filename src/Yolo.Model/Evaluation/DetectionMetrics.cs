namespace Yolo.Model.Evaluation;

/// <summary>How good a detector is, per class and as means over the classes that have ground truth.</summary>
/// <remarks>Each mean is <see cref="double.NaN"/> where no class has ground truth (of the size in question). A class with ground truth and no detection counts as 0.</remarks>
public sealed class DetectionMetrics
{
    internal DetectionMetrics(IReadOnlyList<ClassMetrics> classes, int imageCount, ErrorAnalysis analysis, EvaluationOptions options,
        IReadOnlyList<string> warnings)
    {
        Warnings = warnings;
        Classes = classes;
        ImageCount = imageCount;
        Options = options;
        Confusion = analysis.Confusion;
        Errors = analysis.Errors;
        ClassesWithoutTruth = [.. classes.Where(c => c.TruthCount == 0).Select(c => c.ClassName)];
        MeanAveragePrecisionVoc2007 = Mean(c => c.AveragePrecisionVoc2007);
        MeanAveragePrecisionVoc2010 = Mean(c => c.AveragePrecisionVoc2010);
        MeanAveragePrecisionCoco = Mean(c => c.AveragePrecisionCoco);
        MeanAveragePrecisionCoco50 = Mean(c => c.AveragePrecisionCoco50);
        MeanAveragePrecisionCoco75 = Mean(c => c.AveragePrecisionCoco75);
        MeanAveragePrecisionCocoSmall = Mean(c => c.AveragePrecisionCocoSmall);
        MeanAveragePrecisionCocoMedium = Mean(c => c.AveragePrecisionCocoMedium);
        MeanAveragePrecisionCocoLarge = Mean(c => c.AveragePrecisionCocoLarge);
        MeanAverageRecallCoco1 = Mean(c => c.AverageRecallCoco1);
        MeanAverageRecallCoco10 = Mean(c => c.AverageRecallCoco10);
        MeanAverageRecallCoco100 = Mean(c => c.AverageRecallCoco100);
        MeanAverageRecallCocoSmall = Mean(c => c.AverageRecallCocoSmall);
        MeanAverageRecallCocoMedium = Mean(c => c.AverageRecallCocoMedium);
        MeanAverageRecallCocoLarge = Mean(c => c.AverageRecallCocoLarge);
        AtScoreThreshold = new(
            options.ScoreThreshold, classes.Sum(c => c.AtScoreThreshold.TruePositives), classes.Sum(c => c.AtScoreThreshold.FalsePositives),
            classes.Sum(c => c.AtScoreThreshold.FalseNegatives));
    }

    /// <summary>Results of every class, in the order of the class names.</summary>
    public IReadOnlyList<ClassMetrics> Classes { get; }

    /// <summary>Images evaluated.</summary>
    public int ImageCount { get; }

    /// <summary>The options that the results were computed with.</summary>
    public EvaluationOptions Options { get; }

    /// <summary>Why the numbers may be too low: average precision needs detections down to a low score, 0.01 at most. Empty: nothing is
    /// known against them. They are the first lines of
    /// <see cref="ToString"/>, too.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Names of the classes that have no ground truth, difficult objects and crowds apart, and so are left out of every
    /// mean.</summary>
    public IReadOnlyList<string> ClassesWithoutTruth { get; }

    /// <summary>Mean of the 11-point average precision of VOC 2007, 0 to 1.</summary>
    public double MeanAveragePrecisionVoc2007 { get; }

    /// <summary>Mean of the all-point average precision of VOC 2010 and later, 0 to 1: what is usually called mAP50.</summary>
    public double MeanAveragePrecisionVoc2010 { get; }

    /// <summary>COCO's AP, 0 to 1: the mean over the IoU thresholds 0.50, 0.55, ..., 0.95.</summary>
    public double MeanAveragePrecisionCoco { get; }

    /// <summary>COCO's AP50, 0 to 1.</summary>
    public double MeanAveragePrecisionCoco50 { get; }

    /// <summary>COCO's AP75, 0 to 1.</summary>
    public double MeanAveragePrecisionCoco75 { get; }

    /// <summary>COCO's AP of small objects, of at most 32 x 32 pixels, 0 to 1. The size of an object is its
    /// <see cref="Geometry.GroundTruth.Area"/>, or that
    /// of its box where it has none. The mean is over the classes that have such objects.</summary>
    public double MeanAveragePrecisionCocoSmall { get; }

    /// <summary>COCO's AP of medium objects, of 32 x 32 to 96 x 96 pixels, 0 to 1.</summary>
    public double MeanAveragePrecisionCocoMedium { get; }

    /// <summary>COCO's AP of large objects, of at least 96 x 96 pixels, 0 to 1.</summary>
    public double MeanAveragePrecisionCocoLarge { get; }

    /// <summary>COCO's AR1, 0 to 1: the share of the objects found if only the best detection of each class is kept in each image. It is
    /// the mean over the IoU
    /// thresholds 0.50, 0.55, ..., 0.95 and over the classes that have objects.</summary>
    public double MeanAverageRecallCoco1 { get; }

    /// <summary>COCO's AR10, 0 to 1: the same with the best 10 detections of each class in each image.</summary>
    public double MeanAverageRecallCoco10 { get; }

    /// <summary>COCO's AR100, 0 to 1: the same with the best 100 detections of each class in each image.</summary>
    public double MeanAverageRecallCoco100 { get; }

    /// <summary>COCO's AR100 of small objects, of at most 32 x 32 pixels, 0 to 1.</summary>
    public double MeanAverageRecallCocoSmall { get; }

    /// <summary>COCO's AR100 of medium objects, of 32 x 32 to 96 x 96 pixels, 0 to 1.</summary>
    public double MeanAverageRecallCocoMedium { get; }

    /// <summary>COCO's AR100 of large objects, of at least 96 x 96 pixels, 0 to 1.</summary>
    public double MeanAverageRecallCocoLarge { get; }

    /// <summary>What all classes together reach at <see cref="EvaluationOptions.ScoreThreshold"/>: the sums of their counts.</summary>
    public OperatingPoint AtScoreThreshold { get; }

    /// <summary>Which classes are taken for which.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Every error at <see cref="EvaluationOptions.ScoreThreshold"/>, image by image.</summary>
    public IReadOnlyList<DetectionError> Errors { get; }

    /// <summary><see cref="Warnings"/>, a line each, and a table of the results, percentages with one decimal, and lines of COCO's results
    /// by size, of its recalls, of crowds where
    /// there are any, and
    /// of the classes left out of the means.</summary>
    public override string ToString() => MetricsTable.Of(this);

    private double Mean(Func<ClassMetrics, double> metric) =>
        Classes.Select(metric).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
