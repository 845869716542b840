using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;
using SkiaSharp;
using Yolo.Model.Drawing;
using Yolo.Model.Files;
using Yolo.Model.Training;

namespace Quickstart;

/// <summary>Draws the loss of a training run and its terms over the epochs, and what validation measured.</summary>
internal static class LossCurve
{
    private const int Width = 900;
    private const int Height = 540;
    private const string Font = "DejaVu Sans of Yolo.Model";

    static LossCurve() => Fonts.FontResolvers.Insert(0, new EmbeddedFontResolver());

    /// <summary>Writes the picture as PNG; whoever looks at it meanwhile finds the old one or the new one.</summary>
    public static void Save(string path, IReadOnlyList<TrainingProgress> epochs)
    {
        using var plot = new Plot();
        Add(epochs, "total", epoch => epoch.Loss, width: 3);
        foreach (var term in epochs[0].Terms.Select(term => term.Key))
            Add(epochs, term, epoch => epoch.Terms.First(t => t.Key == term).Value, width: 1.5f);
        List<TrainingProgress> validated = [.. epochs.Where(epoch => epoch.Validation is not null)];
        if (validated.Count > 0)
        {
            Add(validated, "validation", epoch => epoch.Validation!.Loss, width: 3).LinePattern = LinePattern.Dashed;
            var precision = Add(validated, "mAP50 (right)", epoch => epoch.Validation!.MeanAveragePrecision50, width: 2);
            // Not a number in what an earlier version measured before the run was resumed.
            List<TrainingProgress> known = [.. validated.Where(epoch => !double.IsNaN(epoch.Validation!.MeanAveragePrecision))];
            var coco = Add(known, "COCO AP (right)", epoch => epoch.Validation!.MeanAveragePrecision, width: 2);
            precision.Axes.YAxis = coco.Axes.YAxis = plot.Axes.Right;
            plot.Axes.Right.Label.Text = "mAP50 and COCO's AP on the validation images";
            plot.Axes.SetLimitsY(0, 1, plot.Axes.Right);
        }
        plot.Title("Training");
        plot.XLabel("epoch");
        plot.YLabel("loss, mean over the epoch");
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.Left.MinimumSize = 70;
        plot.Axes.SetLimitsX(0, epochs.Count + 1);
        plot.Axes.SetLimitsY(0, 1.05 * epochs.Max(epoch => Math.Max(epoch.Loss, epoch.Validation?.Loss ?? 0)), plot.Axes.Left);
        plot.Font.Set(Font);
        plot.ShowLegend(Alignment.UpperRight);
        AtomicFile.Write(path, stream => stream.Write(plot.GetImageBytes(Width, Height, ImageFormat.Png)));

        Scatter Add(IReadOnlyList<TrainingProgress> shown, string name, Func<TrainingProgress, double> value, float width)
        {
            var line = plot.Add.ScatterLine([.. shown.Select(epoch => (double)epoch.Epoch)], shown.Select(value).ToArray());
            line.LegendText = name;
            line.LineWidth = width;
            return line;
        }
    }

    /// <summary>Gives ScottPlot the library's font, since a bare machine has none.</summary>
    private sealed class EmbeddedFontResolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => Create(fontName);

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => Create(fontName);

        private static SKTypeface? Create(string fontName)
        {
            if (fontName != Font)
                return null;
            using var stream = DrawingFont.OpenStream();
            return SKTypeface.FromStream(stream);
        }
    }
}
