using System.Globalization;
using Yolo.Model.Data.Check;

namespace Yolo.CommandLine.Output;

/// <summary>What a data set holds, as tables.</summary>
internal sealed class ReportText(Terminal terminal)
{
    private const int MostBar = 40;
    private const int MostImageSizes = 5;

    /// <summary>Writes everything but the flaws.</summary>
    public void Write(DatasetReport report)
    {
        terminal.Line(FormattableString.Invariant($"{report.Images:N0} images, {report.ImagesWithoutObjects:N0} of them without objects"));
        if (report.Images == 0)
            return;
        terminal.Line("  " + string.Join(", ", report.ImageSizes.Take(MostImageSizes).Select(size => FormattableString.Invariant($"{size.Count:N0} of {size.Width} x {size.Height}")))
            + (report.ImageSizes.Count > MostImageSizes ? FormattableString.Invariant($", {report.ImageSizes.Count - MostImageSizes:N0} other sizes") : ""));
        if (report.Sets.Count > 0)
            terminal.Line("  sets: " + string.Join(", ", report.Sets.Select(set => FormattableString.Invariant($"{set.Name} {set.Images:N0}"))));
        int width = Math.Max("class".Length, report.Classes.Select(count => count.Name.Length).DefaultIfEmpty().Max());
        terminal.Line();
        terminal.Line($"{"class".PadRight(width)}  objects  difficult   images");
        foreach (var count in report.Classes)
            terminal.Line(FormattableString.Invariant($"{count.Name.PadRight(width)}  {count.Objects,7:N0}  {count.Difficult,9:N0}  {count.Images,7:N0}"));
        terminal.Line();
        terminal.Line("size of the boxes, square root of the area in pixels");
        int most = report.BoxSizes.Select(size => size.Count).DefaultIfEmpty(1).Max();
        foreach (var size in report.BoxSizes)
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{size.From,6} to {size.To,-6}{size.Count,8:N0}  {new string('#', (int)Math.Ceiling((double)MostBar * size.Count / most))}"));
    }
}
