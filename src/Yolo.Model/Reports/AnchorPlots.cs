using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using Yolo.Model.Anchors;
using Yolo.Model.Drawing;
using Yolo.Model.Geometry;

namespace Yolo.Model.Reports;

/// <summary>The plots that anchors are chosen by.</summary>
public static class AnchorPlots
{
    /// <summary>More points than these hide one another and swell the file; evenly spread ones are drawn.</summary>
    private const int MostPoints = 2000;

    /// <summary>Writes a plot of the average IoU over the count of anchors as SVG, whole or not at all: figure 2 of YOLO9000.</summary>
    /// <param name="sweep">The anchors of several counts.</param>
    /// <param name="path">The file to write or to replace; its folder must exist.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveAverageIoUPlot(this AnchorSweep sweep, string path)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        SvgPlot.Save(AverageIoU(sweep.Clusters), "Average IoU over the count of anchors", path);
    }

    /// <summary>Writes a plot of the shapes of the boxes, each in the colour of its anchor, and of the anchors of one count as SVG, whole or not at all.</summary>
    /// <param name="sweep">The anchors of several counts.</param>
    /// <param name="path">The file to write or to replace; its folder must exist.</param>
    /// <param name="count">Which anchors: one of the counts of the sweep.</param>
    /// <exception cref="ArgumentException">The sweep has no such count.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveShapesPlot(this AnchorSweep sweep, string path, int count)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var clusters = sweep.Clusters.FirstOrDefault(clusters => clusters.Anchors.Count == count)
            ?? throw new ArgumentException($"The sweep has {string.Join(", ", sweep.Clusters.Select(clusters => clusters.Anchors.Count))} anchors, not {count}.", nameof(count));
        SvgPlot.Save(Shapes(sweep.Shapes, clusters.Anchors), $"Shapes of the boxes and {count} anchors", path);
    }

    internal static PlotModel AverageIoU(IReadOnlyList<AnchorClusters> clusters)
    {
        var plot = SvgPlot.Create();
        int first = clusters[0].Anchors.Count, last = clusters[^1].Anchors.Count;
        plot.Axes.Add(SvgPlot.Axis(AxisPosition.Bottom, "Anchors", first - 0.5, last + 0.5, last - first < 16 ? 1 : null));
        plot.Axes.Add(SvgPlot.Axis(AxisPosition.Left, "Average IoU", Math.Floor(10 * clusters.Min(item => item.AverageIoU) - 0.2) / 10, 1, 0.1));
        var series = new LineSeries
        {
            Color = OxyColor.FromRgb(31, 119, 180), StrokeThickness = 2, MarkerType = MarkerType.Circle, MarkerSize = 4, MarkerFill = OxyColor.FromRgb(31, 119, 180),
        };
        foreach (var item in clusters)
        {
            series.Points.Add(new(item.Anchors.Count, item.AverageIoU));
            plot.Annotations.Add(new TextAnnotation
            {
                Text = item.AverageIoU.ToString("F3", CultureInfo.InvariantCulture), TextPosition = new(item.Anchors.Count, item.AverageIoU), StrokeThickness = 0,
                TextVerticalAlignment = VerticalAlignment.Bottom, Offset = new ScreenVector(0, -6), FontSize = 10,
            });
        }
        plot.Series.Add(series);
        return plot;
    }

    internal static PlotModel Shapes(IReadOnlyList<BoxShape> shapes, AnchorSet anchors)
    {
        var plot = SvgPlot.Create();
        double width = 1.05 * shapes.Max(shape => shape.Width), height = 1.05 * shapes.Max(shape => shape.Height);
        plot.Axes.Add(SvgPlot.Axis(AxisPosition.Bottom, "Width, grid cells", 0, width));
        plot.Axes.Add(SvgPlot.Axis(AxisPosition.Left, "Height, grid cells", 0, height));
        int step = (shapes.Count + MostPoints - 1) / MostPoints;
        var ofAnchor = Enumerable.Range(0, shapes.Count).Where(i => i % step == 0).Select(i => shapes[i]).ToLookup(shape => anchors.BestMatch(shape).Index);
        for (int k = 0; k < anchors.Count; k++)
        {
            var series = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerSize = 2, MarkerFill = OxyColor.FromAColor(150, Color(k)) };
            series.Points.AddRange(ofAnchor[k].Select(shape => new ScatterPoint(shape.Width, shape.Height)));
            plot.Series.Add(series);
        }
        for (int k = 0; k < anchors.Count; k++)
        {
            AddAnchor(plot, k, anchors[k]);
            // Right-aligned at the lower right corner, where shapes are rare: OxyPlot's own legend is cut where the reader's font is wider than the one it measures with.
            plot.Annotations.Add(new TextAnnotation
            {
                Text = string.Create(CultureInfo.InvariantCulture, $"{k + 1}: {anchors[k].Width:F2} x {anchors[k].Height:F2}"), TextPosition = new(width, 0), TextColor = Color(k),
                StrokeThickness = 0, TextHorizontalAlignment = HorizontalAlignment.Right, TextVerticalAlignment = VerticalAlignment.Bottom,
                Offset = new ScreenVector(-8, -4 - 16 * (anchors.Count - 1 - k)),
            });
        }
        return plot;
    }

    private static OxyColor Color(int anchor) => SvgPlot.Line(ClassPalette.ColorOf(anchor));

    /// <summary>An anchor's number in a disc.</summary>
    private static void AddAnchor(PlotModel plot, int index, BoxShape shape)
    {
        plot.Annotations.Add(new PointAnnotation
        {
            X = shape.Width, Y = shape.Height, Shape = MarkerType.Circle, Size = 9, Fill = Color(index), Stroke = OxyColors.White, StrokeThickness = 2,
        });
        plot.Annotations.Add(new TextAnnotation
        {
            Text = (index + 1).ToString(CultureInfo.InvariantCulture), TextPosition = new(shape.Width, shape.Height), StrokeThickness = 0, FontWeight = FontWeights.Bold,
            TextColor = OxyColors.White, TextHorizontalAlignment = HorizontalAlignment.Center, TextVerticalAlignment = VerticalAlignment.Middle,
        });
    }
}
