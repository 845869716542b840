using System.Globalization;
using System.Text;

namespace Yolo.Model.Evaluation;

/// <summary>How good a detector is, per class and as means over the classes that have ground truth.</summary>
/// <remarks>Each mean is <see cref="double.NaN"/> where no class has ground truth (of the size in question). A class with ground truth and no detection counts as 0.</remarks>
public sealed class DetectionMetrics
{
    internal DetectionMetrics(IReadOnlyList<ClassMetrics> classes, int imageCount, ErrorAnalysis analysis, EvaluationOptions options)
    {
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

    /// <summary>Names of the classes that have no ground truth, difficult objects apart, and so are left out of every mean.</summary>
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

    /// <summary>COCO's AP of small objects, of at most 32 x 32 pixels, 0 to 1. Sizes are those of boxes; the mean is over the classes that have such objects.</summary>
    public double MeanAveragePrecisionCocoSmall { get; }

    /// <summary>COCO's AP of medium objects, of 32 x 32 to 96 x 96 pixels, 0 to 1.</summary>
    public double MeanAveragePrecisionCocoMedium { get; }

    /// <summary>COCO's AP of large objects, of at least 96 x 96 pixels, 0 to 1.</summary>
    public double MeanAveragePrecisionCocoLarge { get; }

    /// <summary>What all classes together reach at <see cref="EvaluationOptions.ScoreThreshold"/>: the sums of their counts.</summary>
    public OperatingPoint AtScoreThreshold { get; }

    /// <summary>Which classes are taken for which.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Every error at <see cref="EvaluationOptions.ScoreThreshold"/>, image by image.</summary>
    public IReadOnlyList<DetectionError> Errors { get; }

    /// <summary>A table of the results, percentages with one decimal, and a line naming the classes left out of the means.</summary>
    public override string ToString()
    {
        int width = Math.Max("class".Length, Classes.Select(c => c.ClassName.Length).DefaultIfEmpty().Max());
        var text = new StringBuilder();
        Append(text, $"{"class".PadRight(width)}  truths  difficult  detections  VOC07  VOC10   COCO   AP50   AP75  precision  recall  at score");
        foreach (var c in Classes)
        {
            Append(text, $"{c.ClassName.PadRight(width)}  {c.TruthCount,6}  {c.DifficultCount,9}  {c.DetectionCount,10}{Percent(c.AveragePrecisionVoc2007, 7)}"
                + $"{Percent(c.AveragePrecisionVoc2010, 7)}{Percent(c.AveragePrecisionCoco, 7)}{Percent(c.AveragePrecisionCoco50, 7)}{Percent(c.AveragePrecisionCoco75, 7)}"
                + $"{Percent(c.Best?.Precision ?? double.NaN, 11)}{Percent(c.Best?.Recall ?? double.NaN, 8)}  {Score(c.Best),8}");
        }
        Append(text, $"{"mean".PadRight(width)}  {Classes.Sum(c => c.TruthCount),6}  {Classes.Sum(c => c.DifficultCount),9}  {Classes.Sum(c => c.DetectionCount),10}"
            + $"{Percent(MeanAveragePrecisionVoc2007, 7)}{Percent(MeanAveragePrecisionVoc2010, 7)}{Percent(MeanAveragePrecisionCoco, 7)}"
            + $"{Percent(MeanAveragePrecisionCoco50, 7)}{Percent(MeanAveragePrecisionCoco75, 7)}");
        if (ClassesWithoutTruth.Count > 0)
            Append(text, $"Left out of the means, since they have no ground truth: {string.Join(", ", ClassesWithoutTruth)}.");
        return text.ToString();
    }

    private double Mean(Func<ClassMetrics, double> metric) =>
        Classes.Select(metric).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();

    private static void Append(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string Percent(double value, int width) =>
        (double.IsNaN(value) ? "-" : (100 * value).ToString("F1", CultureInfo.InvariantCulture)).PadLeft(width);

    private static string Score(OperatingPoint? point) => point?.ScoreThreshold.ToString("F3", CultureInfo.InvariantCulture) ?? "-";
}
