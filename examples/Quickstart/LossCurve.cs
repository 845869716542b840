using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;
using Yolo.Model.Drawing;
using Yolo.Model.Training;

namespace Quickstart;

/// <summary>Draws the loss of a training run and its terms over the epochs.</summary>
internal static class LossCurve
{
    private const int Width = 900;
    private const int Height = 540;
    private const string Font = "DejaVu Sans of Yolo.Model";

    static LossCurve() => Fonts.FontResolvers.Insert(0, new EmbeddedFontResolver());

    /// <summary>Writes the picture as PNG.</summary>
    public static void Save(string path, IReadOnlyList<TrainingProgress> epochs)
    {
        using var plot = new Plot();
        double[] positions = [.. epochs.Select(epoch => (double)epoch.Epoch)];
        Add("total", epoch => epoch.Loss, width: 3);
        foreach (var term in epochs[0].Terms.Select(term => term.Key))
            Add(term, epoch => epoch.Terms.First(t => t.Key == term).Value, width: 1.5f);
        plot.Title("Training loss");
        plot.XLabel("epoch");
        plot.YLabel("loss, mean over the epoch");
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.Left.MinimumSize = 70;
        plot.Axes.SetLimitsX(0, epochs.Count + 1);
        plot.Axes.SetLimitsY(0, 1.05 * epochs.Max(epoch => epoch.Loss));
        plot.Font.Set(Font);
        plot.ShowLegend(Alignment.UpperRight);
        File.WriteAllBytes(path, plot.GetImageBytes(Width, Height, ImageFormat.Png));

        void Add(string name, Func<TrainingProgress, double> value, float width)
        {
            var line = plot.Add.ScatterLine(positions, [.. epochs.Select(value)]);
            line.LegendText = name;
            line.LineWidth = width;
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
