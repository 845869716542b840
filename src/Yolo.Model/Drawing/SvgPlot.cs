using System.Globalization;
using System.Net;
using OxyPlot;
using OxyPlot.Axes;
using SkiaSharp;
using Yolo.Model.Files;

namespace Yolo.Model.Drawing;

/// <summary>Plots as SVG.</summary>
internal static class SvgPlot
{
    private const int Width = 640, Height = 440;

    /// <summary>Stands for the colour of the text around the plot, which is dark or light as the reader's page is.</summary>
    private static readonly OxyColor Ink = OxyColor.FromRgb(1, 2, 3);

    /// <summary>A font whose letters OxyPlot knows the widths of without any font file.</summary>
    private const string MeasuredFont = "Arial";

    /// <summary>A plot without anything in it.</summary>
    public static PlotModel Create() => new()
    {
        Culture = CultureInfo.InvariantCulture, DefaultFont = MeasuredFont, Background = OxyColors.Transparent,
        PlotAreaBackground = OxyColors.Transparent, TextColor = Ink, PlotAreaBorderColor = OxyColor.FromRgb(128, 128, 128),
    };

    /// <summary>An axis; its title must not come from strangers, since OxyPlot reads some characters as markup.</summary>
    public static LinearAxis Axis(AxisPosition position, string title, double minimum, double maximum, double? step = null) => new()
    {
        Position = position, Title = title, Minimum = minimum, Maximum = maximum, MajorStep = step ?? double.NaN, TextColor = Ink, TitleColor = Ink,
        TicklineColor = OxyColor.FromRgb(128, 128, 128), MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColor.FromArgb(50, 128, 128, 128),
        MinorTickSize = 0, AxisTitleDistance = 12,
    };

    /// <summary>A colour of a class, dark enough to be seen as a thin line on white and light enough on black.</summary>
    public static OxyColor Line(SKColor color)
    {
        color.ToHsv(out float hue, out float saturation, out float value);
        var line = SKColor.FromHsv(hue, saturation, MathF.Min(value, 80));
        return OxyColor.FromRgb(line.Red, line.Green, line.Blue);
    }

    /// <summary>The same colour for a style sheet.</summary>
    public static string Css(SKColor color)
    {
        var line = Line(color);
        return $"rgb({line.R},{line.G},{line.B})";
    }

    /// <summary>The plot as an element for a page, in the colours of its text, scaled to the width it is given there.</summary>
    /// <param name="model">The plot.</param>
    /// <param name="label">What it shows, for those who do not see it.</param>
    /// <param name="id">A word that no other plot of the page has.</param>
    public static string Inline(PlotModel model, string label, string id)
    {
        string svg = new SvgExporter { Width = Width, Height = Height, IsDocument = false, UseVerticalTextAlignmentWorkaround = true }.ExportToString(model);
        int start = svg.IndexOf("<svg", StringComparison.Ordinal), end = svg.IndexOf('>', start) + 1;
        string open = $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(label)}\">";
        return open + svg[end..].Replace("rgb(1,2,3)", "currentColor", StringComparison.Ordinal).Replace("clipPath1", id, StringComparison.Ordinal)
            .Replace($"font-family=\"{MeasuredFont}\"", "font-family=\"Arial, Helvetica, sans-serif\"", StringComparison.Ordinal);
    }

    /// <summary>Writes the plot as a file of its own, on white, whole or not at all.</summary>
    public static void Save(PlotModel model, string label, string path) => AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(
        Inline(model, label, "plot").Replace("role=\"img\"", $"width=\"{Width}\" height=\"{Height}\" style=\"background:white\" role=\"img\"", StringComparison.Ordinal))));
}
