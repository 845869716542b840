using SkiaSharp;

namespace Yolo.Model.Drawing;

/// <summary>A colour for each class: always the same one, and far from those of its neighbours.</summary>
internal static class ClassPalette
{
    /// <summary>The golden ratio's fractional part: steps of it spread hues evenly, however many are taken.</summary>
    private const double HueStep = 0.6180339887498949;

    /// <summary>The colour of a class, vivid; every other group of eight is darker, so that hues that come close still differ.</summary>
    internal static SKColor ColorOf(int classIndex)
    {
        double hue = classIndex * HueStep % 1;
        float value = classIndex / 8 % 2 == 0 ? 95 : 65;
        return SKColor.FromHsv((float)(360 * hue), 85, value);
    }

    /// <summary>Black or white, whichever stands out more from a colour (WCAG 2: contrast of relative luminances).</summary>
    internal static SKColor ContrastTo(SKColor color)
    {
        double luminance = 0.2126 * Linear(color.Red) + 0.7152 * Linear(color.Green) + 0.0722 * Linear(color.Blue);
        // Contrast to white is 1.05 / (l + 0.05), to black (l + 0.05) / 0.05; they are equal at l = sqrt(1.05 * 0.05) - 0.05.
        return luminance > 0.179 ? SKColors.Black : SKColors.White;
    }

    private static double Linear(byte channel)
    {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
