using System.Globalization;

namespace Yolo.Model.Geometry;

/// <summary>An axis-aligned box given by its corners, in pixels, grid cells or fractions of an image, as the caller chooses.</summary>
/// <param name="Left">Smallest x.</param>
/// <param name="Top">Smallest y; y grows downwards.</param>
/// <param name="Right">Largest x.</param>
/// <param name="Bottom">Largest y.</param>
/// <remarks>Coordinates are continuous: 0 to 10 is 10 wide. VOC's inclusive "+ 1" belongs to the VOC matcher.</remarks>
public readonly record struct BoundingBox(float Left, float Top, float Right, float Bottom)
{
    /// <summary>Right minus left; negative where the corners are crossed.</summary>
    public float Width => Right - Left;

    /// <summary>Bottom minus top; negative where the corners are crossed.</summary>
    public float Height => Bottom - Top;

    /// <summary>Middle of left and right.</summary>
    public float CenterX => 0.5f * (Left + Right);

    /// <summary>Middle of top and bottom.</summary>
    public float CenterY => 0.5f * (Top + Bottom);

    /// <summary>Width times height, or 0 where the corners are crossed.</summary>
    public float Area => MathF.Max(Width, 0) * MathF.Max(Height, 0);

    /// <summary>The box with this centre, width and height, all in one unit.</summary>
    public static BoundingBox FromCenter(float centerX, float centerY, float width, float height) => new(
        centerX - 0.5f * width, centerY - 0.5f * height, centerX + 0.5f * width, centerY + 0.5f * height);

    /// <summary>The corners, <c>(10, 20.5) to (110, 220)</c>, whatever the culture.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Left:0.###}, {Top:0.###}) to ({Right:0.###}, {Bottom:0.###})");

    /// <summary>Intersection over union with a box in the same unit: 0 for disjoint or empty boxes, 1 for equal ones.</summary>
    public float IoU(BoundingBox other)
    {
        float intersection = Intersect(other).Area;
        float union = Area + other.Area - intersection;
        return union > 0 ? intersection / union : 0;
    }

    /// <summary>The common part with a box in the same unit; its corners are crossed where there is none.</summary>
    public BoundingBox Intersect(BoundingBox other) => new(
        MathF.Max(Left, other.Left), MathF.Max(Top, other.Top), MathF.Min(Right, other.Right), MathF.Min(Bottom, other.Bottom));

    /// <summary>Every corner moved to the nearest point of (0, 0) to (<paramref name="width"/>, <paramref name="height"/>).</summary>
    public BoundingBox Clip(float width, float height) => new(
        Math.Clamp(Left, 0, width), Math.Clamp(Top, 0, height), Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));

    /// <summary>The box with its x values times <paramref name="x"/> and its y values times <paramref name="y"/>.</summary>
    public BoundingBox Scale(float x, float y) => new(Left * x, Top * y, Right * x, Bottom * y);

    /// <summary>The box moved by <paramref name="x"/> and <paramref name="y"/>, in its own unit.</summary>
    public BoundingBox Offset(float x, float y) => new(Left + x, Top + y, Right + x, Bottom + y);
}
