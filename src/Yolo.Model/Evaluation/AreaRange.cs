using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>A range of areas of boxes in square pixels, both ends within it (<c>areaRng</c> of pycocotools).</summary>
/// <remarks>COCO measures an object by the pixels of its mask where it has one; here every object is measured by its box.</remarks>
internal readonly record struct AreaRange(double Smallest, double Largest)
{
    public static AreaRange All { get; } = new(double.NegativeInfinity, double.PositiveInfinity);

    public static AreaRange Small { get; } = new(0, 32 * 32);

    public static AreaRange Medium { get; } = new(32 * 32, 96 * 96);

    public static AreaRange Large { get; } = new(96 * 96, double.PositiveInfinity);

    /// <summary>Whether a box is neither smaller nor larger; one whose area is not a number is neither.</summary>
    public bool Contains(BoundingBox box) => BoxOverlap.Area(box, extra: 0) is var area && !(area < Smallest) && !(area > Largest);
}
