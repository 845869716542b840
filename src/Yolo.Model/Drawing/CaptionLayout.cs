using SkiaSharp;

namespace Yolo.Model.Drawing;

/// <summary>Finds places for captions: near their boxes, inside the picture, and where possible not over one another.</summary>
internal sealed class CaptionLayout(int pictureWidth, int pictureHeight)
{
    private readonly List<SKRect> _taken = [];

    /// <summary>Places a caption above its box, else inside its top or bottom edge or below it, there at its left side or else at its right, wherever it covers no earlier
    /// caption; where all of these do, at the one that covers least. What would leave the picture is moved back into it.</summary>
    /// <param name="box">The box, in pixels.</param>
    /// <param name="size">Size of the caption, pixels; at most that of the picture.</param>
    internal SKRect Place(SKRect box, SKSize size)
    {
        ReadOnlySpan<float> tops = [box.Top - size.Height, box.Top, box.Bottom - size.Height, box.Bottom];
        ReadOnlySpan<float> lefts = [box.Left, box.Right - size.Width];
        var (chosen, least) = (SKRect.Empty, float.PositiveInfinity);
        foreach (float top in tops)
        {
            foreach (float left in lefts)
            {
                var place = SKRect.Create(
                    Math.Clamp(left, 0, MathF.Max(0, pictureWidth - size.Width)), Math.Clamp(top, 0, MathF.Max(0, pictureHeight - size.Height)), size.Width, size.Height);
                float covered = Covered(place);
                if (covered < least)
                    (chosen, least) = (place, covered);
            }
        }
        _taken.Add(chosen);
        return chosen;
    }

    /// <summary>How much of earlier captions a place covers, square pixels.</summary>
    private float Covered(SKRect place)
    {
        float covered = 0;
        foreach (var other in _taken)
        {
            if (other.IntersectsWith(place))
                covered += (MathF.Min(place.Right, other.Right) - MathF.Max(place.Left, other.Left)) * (MathF.Min(place.Bottom, other.Bottom) - MathF.Max(place.Top, other.Top));
        }
        return covered;
    }
}
