using SkiaSharp;

namespace Yolo.Model.Drawing;

/// <summary>Finds places for captions: near their boxes, inside the picture, and where possible not over one another.</summary>
internal sealed class CaptionLayout(int pictureWidth, int pictureHeight)
{
    private readonly List<SKRect> _taken = [];

    /// <summary>Places a caption above its box, else inside its top or bottom edge or below it, wherever it covers no earlier caption; where
    /// all of these do, at the first. What would leave the picture is moved back into it.</summary>
    /// <param name="box">The box, in pixels.</param>
    /// <param name="size">Size of the caption, pixels; at most that of the picture.</param>
    internal SKRect Place(SKRect box, SKSize size)
    {
        ReadOnlySpan<float> tops = [box.Top - size.Height, box.Top, box.Bottom - size.Height, box.Bottom];
        var chosen = At(box.Left, tops[0]);
        foreach (float top in tops)
        {
            var place = At(box.Left, top);
            if (!IsFree(place))
                continue;
            chosen = place;
            break;
        }
        _taken.Add(chosen);
        return chosen;

        SKRect At(float left, float top) => SKRect.Create(
            Math.Clamp(left, 0, MathF.Max(0, pictureWidth - size.Width)), Math.Clamp(top, 0, MathF.Max(0, pictureHeight - size.Height)), size.Width, size.Height);
    }

    private bool IsFree(SKRect place)
    {
        foreach (var other in _taken)
        {
            if (other.IntersectsWith(place))
                return false;
        }
        return true;
    }
}
