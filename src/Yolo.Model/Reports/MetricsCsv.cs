using System.Globalization;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>Metrics as CSV (RFC 4180): a row per class and a last one, its class left empty, of the means and sums. Numbers that do not exist are empty.</summary>
internal static class MetricsCsv
{
    private static readonly string[] PointFields = ["score", "precision", "recall", "f1", "true_positives", "false_positives", "false_negatives"];

    public static void Write(DetectionMetrics metrics, Stream stream)
    {
        using var text = new StreamWriter(stream, leaveOpen: true) { NewLine = "\r\n" };
        WriteRow(text, ["class", "objects", "difficult", "crowds", "detections", .. AverageColumn.All.Select(column => column.CsvName),
            .. PointNames("best"), .. PointNames("at")]);
        foreach (var c in metrics.Classes)
        {
            WriteRow(text, [c.ClassName, Text(c.TruthCount), Text(c.DifficultCount), Text(c.CrowdCount), Text(c.DetectionCount),
                .. AverageColumn.All.Select(column => Text(column.Class(c))), .. Point(c.Best), .. Point(c.AtScoreThreshold)]);
        }
        WriteRow(text, ["", Text(metrics.Classes.Sum(c => c.TruthCount)), Text(metrics.Classes.Sum(c => c.DifficultCount)),
            Text(metrics.Classes.Sum(c => c.CrowdCount)), Text(metrics.Classes.Sum(c => c.DetectionCount)),
            .. AverageColumn.All.Select(column => Text(column.Mean(metrics))), .. Point(null), .. Point(metrics.AtScoreThreshold)]);
    }

    private static IEnumerable<string> PointNames(string prefix) => PointFields.Select(name => $"{prefix}_{name}");

    private static string[] Point(OperatingPoint? point) => point is null ? [.. PointFields.Select(_ => "")] :
    [
        Text(point.ScoreThreshold), Text(point.Precision), Text(point.Recall), Text(point.F1),
        Text(point.TruePositives), Text(point.FalsePositives), Text(point.FalseNegatives),
    ];

    private static void WriteRow(TextWriter text, IEnumerable<string> fields) => text.WriteLine(string.Join(',', fields.Select(Quote)));

    private static string Quote(string field) => field.AsSpan().ContainsAny("\",\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
}
