using System.Globalization;
using System.Text;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>An evaluation as one HTML page that needs no other file, no script and no network.</summary>
internal static class ReportPage
{
    public static void Write(DetectionMetrics metrics, IReadOnlyList<ErrorPicture> pictures, ReportOptions options, Stream stream)
    {
        using var page = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        string title = HtmlText.Encode(options.Title);
        page.WriteLine($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <title>{title}</title>
            <style>
            {Style()}</style>
            </head>
            <body>
            <h1>{title}</h1>
            """);
        WriteSummary(page, metrics);
        ClassTables.Write(page, metrics);
        CurvePlots.Write(page, metrics);
        ConfusionTable.Write(page, metrics.Confusion, metrics.Options);
        ErrorGallery.Write(page, metrics, pictures);
        page.WriteLine(Definitions.Html(metrics.Options));
        page.WriteLine("</body>\n</html>");
    }

    private static void WriteSummary(StreamWriter page, DetectionMetrics metrics)
    {
        foreach (string warning in metrics.Warnings)
            page.WriteLine($"<p class=\"warning\">{HtmlText.Encode(warning)}</p>");
        page.WriteLine("<ul class=\"tiles\">");
        foreach (var column in AverageColumn.All)
            page.WriteLine($"<li>{column.Title}<b>{Numbers.Percent(column.Mean(metrics))}</b></li>");
        page.WriteLine("</ul>");

        int objects = metrics.Classes.Sum(c => c.TruthCount), difficult = metrics.Classes.Sum(c => c.DifficultCount);
        int crowds = metrics.Classes.Sum(c => c.CrowdCount);
        string others = (difficult > 0 ? $", {Numbers.Count(difficult)} difficult ones" : "")
            + (crowds > 0 ? $", {Numbers.Of(crowds, "crowd")}" : "");
        var point = metrics.AtScoreThreshold;
        page.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            <p>Mean average precisions and recalls in percent,
            over {Numbers.Of(metrics.ImageCount, "image")} with {Numbers.Of(objects, "object")}{others}.
            At a score of {point.ScoreThreshold} and an IoU of {metrics.Options.IoUThreshold}
            the detector finds {Numbers.Count(point.TruePositives)} of the objects
            (recall {Numbers.Percent(point.Recall)}&nbsp;%) with {Numbers.Of(point.FalsePositives, "false detection")}
            (precision {Numbers.Percent(point.Precision)}&nbsp;%).</p>
            """));
        if (metrics.ClassesWithoutTruth.Count > 0)
            page.WriteLine($"<p class=\"note\">Left out of the means, since they have no ground truth: {string.Join(", ", metrics.ClassesWithoutTruth.Select(HtmlText.Encode))}.</p>");
    }

    private static string Style()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream("report.css") ?? throw new InvalidOperationException("The assembly lacks its resource report.css.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
