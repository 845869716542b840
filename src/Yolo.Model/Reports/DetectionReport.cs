using Yolo.Model.Evaluation;
using Yolo.Model.Files;

namespace Yolo.Model.Reports;

/// <summary>The files of an evaluation report.</summary>
internal static class DetectionReport
{
    /// <summary>Writes <c>report.html</c>, <c>metrics.json</c> and <c>metrics.csv</c>, each whole or not at all.</summary>
    /// <param name="folder">The folder, which is made where it does not exist.</param>
    /// <param name="metrics">The results.</param>
    /// <param name="pictures">The gallery.</param>
    /// <param name="options">What the page shows.</param>
    public static void Save(string folder, DetectionMetrics metrics, IReadOnlyList<ErrorPicture> pictures, ReportOptions options)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, "metrics.json"), stream => MetricsJson.Write(metrics, stream));
        AtomicFile.Write(Path.Combine(folder, "metrics.csv"), stream => MetricsCsv.Write(metrics, stream));
        AtomicFile.Write(Path.Combine(folder, "report.html"), stream => ReportPage.Write(metrics, pictures, options, stream));
    }
}
