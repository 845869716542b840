using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using Yolo.Model.Drawing;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>The page's curves: precision over recall, and what a score threshold costs and brings.</summary>
internal static class CurvePlots
{
    /// <summary>More curves than these cannot be told apart; those of most objects are shown.</summary>
    private const int MostCurves = 24;

    public static void Write(TextWriter page, DetectionMetrics metrics)
    {
        int[] shown = [.. Enumerable.Range(0, metrics.Classes.Count).Where(c => metrics.Classes[c].TruthCount > 0)
            .OrderByDescending(c => metrics.Classes[c].TruthCount).Take(MostCurves).Order()];
        if (shown.Length == 0)
            return;
        page.WriteLine("<h2>Curves</h2>\n<div class=\"plots\">");
        page.WriteLine($"<figure>{SvgPlot.Inline(PrecisionRecall(metrics, shown), "Precision over recall, a curve per class", "recall")}<figcaption><b>Precision over recall</b>, "
            + "interpolated, under the VOC rules. ");
        foreach (int c in shown)
        {
            page.WriteLine($"<span class=\"key\"><span class=\"swatch\" style=\"background:{SvgPlot.Css(ClassPalette.ColorOf(c))}\"></span>{HtmlText.Encode(metrics.Classes[c].ClassName)} "
                + $"({Numbers.Percent(metrics.Classes[c].AveragePrecisionVoc2010)})</span> ");
        }
        if (metrics.Classes.Count(c => c.TruthCount > 0) > shown.Length)
            page.WriteLine($"The {MostCurves} classes of most objects are shown.");
        page.WriteLine("</figcaption></figure>");
        page.WriteLine($"<figure>{SvgPlot.Inline(OverThreshold(metrics), "Precision, recall and F1 over the score threshold, all classes together", "threshold")}<figcaption><b>What a score threshold "
            + $"brings</b>, all classes counted together: {Legend()}</figcaption></figure>");
        page.WriteLine("</div>");
    }

    private static PlotModel PrecisionRecall(DetectionMetrics metrics, int[] shown)
    {
        var plot = SvgPlot.Create();
        plot.Axes.Add(SvgPlot.Axis(AxisPosition.Bottom, "Recall", 0, 1.005, 0.2));
        plot.Axes.Add(SvgPlot.Axis(AxisPosition.Left, "Precision", 0, 1.02, 0.2));
        foreach (int c in shown)
        {
            var series = new LineSeries { Color = SvgPlot.Line(ClassPalette.ColorOf(c)), StrokeThickness = 2 };
            double[] precision = InterpolatedCurve.Of(metrics.Classes[c].Curve);
            for (int k = 0; k < precision.Length; k++)
                series.Points.Add(new(k / 100.0, precision[k]));
            plot.Series.Add(series);
        }
        return plot;
    }

    private static PlotModel OverThreshold(DetectionMetrics metrics)
    {
        var plot = SvgPlot.Create();
        plot.Axes.Add(SvgPlot.Axis(AxisPosition.Bottom, "Score threshold", 0, 1.005, 0.2));
        plot.Axes.Add(SvgPlot.Axis(AxisPosition.Left, "Share", 0, 1.02, 0.2));
        var points = ThresholdCurve.Of(metrics.Classes);
        foreach (var (_, color, value) in ThresholdLines)
        {
            var series = new LineSeries { Color = color, StrokeThickness = 2 };
            foreach (var point in points)
                series.Points.Add(new(point.ScoreThreshold, value(point)));
            plot.Series.Add(series);
        }
        return plot;
    }

    private static (string Name, OxyColor Color, Func<OperatingPoint, double> Value)[] ThresholdLines { get; } =
    [
        ("precision", OxyColor.FromRgb(31, 119, 180), point => point.Precision),
        ("recall", OxyColor.FromRgb(214, 100, 20), point => point.Recall),
        ("F1", OxyColor.FromRgb(44, 145, 44), point => point.F1),
    ];

    private static string Legend() => string.Join(" ", ThresholdLines.Select(line =>
        $"<span class=\"key\"><span class=\"swatch\" style=\"background:rgb({line.Color.R},{line.Color.G},{line.Color.B})\"></span>{line.Name}</span>"));
}
