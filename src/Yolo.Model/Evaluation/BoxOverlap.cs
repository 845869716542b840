using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>Areas and overlaps of boxes in double, since a threshold may be met exactly.</summary>
internal static class BoxOverlap
{
    /// <summary>What VOC adds to every width and height: its boxes count their last pixel in.</summary>
    public static double Extra(bool inclusivePixels) => inclusivePixels ? 1 : 0;

    /// <summary>Intersection over union; <paramref name="extra"/> is added to every width and height.</summary>
    public static double IoU(BoundingBox a, BoundingBox b, double extra)
    {
        double width = Math.Min(a.Right, b.Right) - (double)Math.Max(a.Left, b.Left) + extra;
        double height = Math.Min(a.Bottom, b.Bottom) - (double)Math.Max(a.Top, b.Top) + extra;
        if (width <= 0 || height <= 0)
            return 0;
        double intersection = width * height;
        return intersection / (Area(a, extra) + Area(b, extra) - intersection);
    }

    /// <summary>Width times height; <paramref name="extra"/> is added to both.</summary>
    public static double Area(BoundingBox box, double extra) =>
        ((double)box.Right - box.Left + extra) * ((double)box.Bottom - box.Top + extra);
}
