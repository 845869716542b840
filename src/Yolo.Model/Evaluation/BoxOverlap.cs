using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>Areas and overlaps of boxes in double, since a threshold may be met exactly.</summary>
internal static class BoxOverlap
{
    /// <summary>What VOC adds to every width and height: its boxes count their last pixel in.</summary>
    public static double Extra(bool inclusivePixels) => inclusivePixels ? 1 : 0;

    /// <summary>How far a detection lies on an object: intersection over union, but over the detection's area where the object is a crowd,
    /// as in
    /// <c>bbIou</c> of pycocotools' maskApi.c.</summary>
    /// <param name="box">The detection's box.</param>
    /// <param name="truth">The object.</param>
    /// <param name="extra">Added to every width and height.</param>
    public static double Of(BoundingBox box, in GroundTruth truth, double extra)
    {
        double intersection = Intersection(box, truth.Box, extra);
        if (intersection == 0)
            return 0;
        double area = Area(box, extra);
        return intersection / (truth.Crowd ? area : area + Area(truth.Box, extra) - intersection);
    }

    /// <summary>Width times height; <paramref name="extra"/> is added to both.</summary>
    public static double Area(BoundingBox box, double extra) =>
        ((double)box.Right - box.Left + extra) * ((double)box.Bottom - box.Top + extra);

    private static double Intersection(BoundingBox a, BoundingBox b, double extra)
    {
        double width = Math.Min(a.Right, b.Right) - (double)Math.Max(a.Left, b.Left) + extra;
        double height = Math.Min(a.Bottom, b.Bottom) - (double)Math.Max(a.Top, b.Top) + extra;
        return width <= 0 || height <= 0 ? 0 : width * height;
    }
}
