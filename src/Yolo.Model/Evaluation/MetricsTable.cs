using System.Globalization;
using System.Text;

namespace Yolo.Model.Evaluation;

/// <summary>Metrics as text: a table of percentages with one decimal, and lines for what has no column.</summary>
internal static class MetricsTable
{
    public static string Of(DetectionMetrics metrics)
    {
        var classes = metrics.Classes;
        int width = Math.Max("class".Length, classes.Select(c => c.ClassName.Length).DefaultIfEmpty().Max());
        var text = new StringBuilder();
        foreach (string warning in metrics.Warnings)
            Append(text, $"Warning: {warning}");
        Append(text, $"{"class".PadRight(width)}  truths  difficult  detections"
            + "  VOC07  VOC10   COCO   AP50   AP75  precision  recall  at score");
        foreach (var c in classes)
        {
            Append(text, $"{c.ClassName.PadRight(width)}  {c.TruthCount,6}  {c.DifficultCount,9}  {c.DetectionCount,10}"
                + $"{Percent(c.AveragePrecisionVoc2007, 7)}{Percent(c.AveragePrecisionVoc2010, 7)}{Percent(c.AveragePrecisionCoco, 7)}"
                + $"{Percent(c.AveragePrecisionCoco50, 7)}{Percent(c.AveragePrecisionCoco75, 7)}"
                + $"{Percent(c.Best?.Precision ?? double.NaN, 11)}{Percent(c.Best?.Recall ?? double.NaN, 8)}  {Score(c.Best),8}");
        }
        Append(text, $"{"mean".PadRight(width)}  {classes.Sum(c => c.TruthCount),6}  {classes.Sum(c => c.DifficultCount),9}"
            + $"  {classes.Sum(c => c.DetectionCount),10}"
            + $"{Percent(metrics.MeanAveragePrecisionVoc2007, 7)}{Percent(metrics.MeanAveragePrecisionVoc2010, 7)}"
            + $"{Percent(metrics.MeanAveragePrecisionCoco, 7)}{Percent(metrics.MeanAveragePrecisionCoco50, 7)}"
            + $"{Percent(metrics.MeanAveragePrecisionCoco75, 7)}");
        Append(text, $"COCO AP by size: small {Percent(metrics.MeanAveragePrecisionCocoSmall)}, "
            + $"medium {Percent(metrics.MeanAveragePrecisionCocoMedium)}, large {Percent(metrics.MeanAveragePrecisionCocoLarge)}");
        Append(text, $"COCO AR: AR1 {Percent(metrics.MeanAverageRecallCoco1)}, AR10 {Percent(metrics.MeanAverageRecallCoco10)}, "
            + $"AR100 {Percent(metrics.MeanAverageRecallCoco100)}; small {Percent(metrics.MeanAverageRecallCocoSmall)}, "
            + $"medium {Percent(metrics.MeanAverageRecallCocoMedium)}, large {Percent(metrics.MeanAverageRecallCocoLarge)}");
        if (classes.Sum(c => c.CrowdCount) is > 0 and int crowds)
            Append(text, FormattableString.Invariant($"Crowds, not among the truths: {crowds}. Detections in them count neither way."));
        if (metrics.ClassesWithoutTruth.Count > 0)
            Append(text, $"Left out of the means, since they have no ground truth: {string.Join(", ", metrics.ClassesWithoutTruth)}.");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string Percent(double value, int width = 0) =>
        (double.IsNaN(value) ? "-" : (100 * value).ToString("F1", CultureInfo.InvariantCulture)).PadLeft(width);

    private static string Score(OperatingPoint? point) => point?.ScoreThreshold.ToString("F3", CultureInfo.InvariantCulture) ?? "-";
}
