using Yolo.Model.Drawing;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>The tables of the page that have a row per class.</summary>
internal static class ClassTables
{
    public static void Write(TextWriter page, DetectionMetrics metrics)
    {
        page.WriteLine("<h2>Average precision, %</h2>");
        WriteTable(page, metrics,
            ["Objects", "Difficult", "Crowds", "Detections", .. AverageColumn.Precisions.Select(column => column.Title)],
            c =>
            [
                Numbers.Count(c.TruthCount), Numbers.Count(c.DifficultCount), Numbers.Count(c.CrowdCount), Numbers.Count(c.DetectionCount),
                .. Classes(AverageColumn.Precisions, c),
            ],
            [
                Numbers.Count(metrics.Classes.Sum(c => c.TruthCount)), Numbers.Count(metrics.Classes.Sum(c => c.DifficultCount)),
                Numbers.Count(metrics.Classes.Sum(c => c.CrowdCount)), Numbers.Count(metrics.Classes.Sum(c => c.DetectionCount)),
                .. Means(AverageColumn.Precisions, metrics),
            ]);
        page.WriteLine("<h2>Average recall, %</h2>");
        WriteTable(page, metrics, [.. AverageColumn.Recalls.Select(column => column.Title)],
            c => Classes(AverageColumn.Recalls, c), Means(AverageColumn.Recalls, metrics));
        page.WriteLine("<h2>Precision and recall, %</h2>");
        WriteTable(page, metrics, ["Best score", "Precision", "Recall", "F1", $"At {Numbers.Score(metrics.Options.ScoreThreshold)}: precision", "Recall", "F1", "Right", "False", "Missed"],
            c => [Numbers.Score(c.Best?.ScoreThreshold), .. Shares(c.Best), .. Shares(c.AtScoreThreshold), .. Counts(c.AtScoreThreshold)],
            ["", "", "", "", .. Shares(metrics.AtScoreThreshold), .. Counts(metrics.AtScoreThreshold)]);
    }

    private static void WriteTable(TextWriter page, DetectionMetrics metrics, string[] titles, Func<ClassMetrics, string[]> cells, string[] last)
    {
        page.WriteLine($"<div class=\"wide\"><table>\n<thead><tr><th>Class</th>{string.Concat(titles.Select(title => $"<th>{title}</th>"))}</tr></thead>\n<tbody>");
        for (int c = 0; c < metrics.Classes.Count; c++)
        {
            string name = HtmlText.Encode(metrics.Classes[c].ClassName);
            page.WriteLine($"<tr><th title=\"{name}\"><span class=\"swatch\" style=\"background:{SvgPlot.Css(ClassPalette.ColorOf(c))}\"></span>{name}</th>{Cells(cells(metrics.Classes[c]))}</tr>");
        }
        page.WriteLine($"</tbody>\n<tfoot><tr><th>All</th>{Cells(last)}</tr></tfoot>\n</table></div>");
    }

    private static string[] Classes(IReadOnlyList<AverageColumn> columns, ClassMetrics metrics) =>
        [.. columns.Select(column => Numbers.Percent(column.Class(metrics)))];

    private static string[] Means(IReadOnlyList<AverageColumn> columns, DetectionMetrics metrics) =>
        [.. columns.Select(column => Numbers.Percent(column.Mean(metrics)))];

    private static string Cells(string[] cells) => string.Concat(cells.Select(cell => $"<td>{cell}</td>"));

    private static string[] Shares(OperatingPoint? point) =>
        [Numbers.Percent(point?.Precision ?? double.NaN), Numbers.Percent(point?.Recall ?? double.NaN), Numbers.Percent(point?.F1 ?? double.NaN)];

    private static string[] Counts(OperatingPoint point) =>
        [Numbers.Count(point.TruePositives), Numbers.Count(point.FalsePositives), Numbers.Count(point.FalseNegatives)];
}
