using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>A range of areas in square pixels, both ends within it (<c>areaRng</c> of pycocotools).</summary>
internal readonly record struct AreaRange(double Smallest, double Largest)
{
    /// <summary>pycocotools ends every open range here.</summary>
    private const double Greatest = 1e5 * 1e5;

    public static AreaRange All { get; } = new(0, Greatest);

    public static AreaRange Small { get; } = new(0, 32 * 32);

    public static AreaRange Medium { get; } = new(32 * 32, 96 * 96);

    public static AreaRange Large { get; } = new(96 * 96, Greatest);

    /// <summary>Whether an object is neither smaller nor larger: by its own area where it has one, else by that of its box.</summary>
    public bool Contains(GroundTruth truth) => float.IsNaN(truth.Area) ? Contains(truth.Box) : Contains(truth.Area);

    /// <summary>Whether a box is neither smaller nor larger; one whose area is not a number is neither.</summary>
    public bool Contains(BoundingBox box) => Contains(BoxOverlap.Area(box, extra: 0));

    private bool Contains(double area) => !(area < Smallest) && !(area > Largest);
}
