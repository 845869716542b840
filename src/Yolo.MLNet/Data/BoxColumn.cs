using Microsoft.ML.Data;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Data;

/// <summary>How boxes stand in a vector of Single: x0, y0, x1, y1, box after box.</summary>
internal static class BoxColumn
{
    /// <summary>Numbers per box.</summary>
    public const int Values = 4;

    /// <summary>Writes a box to <see cref="Values"/> numbers.</summary>
    public static void Write(BoundingBox box, Span<float> values) => (values[0], values[1], values[2], values[3]) = (box.Left, box.Top, box.Right, box.Bottom);

    /// <summary>Reads a box of a vector.</summary>
    public static BoundingBox Read(in VBuffer<float> values, int index)
    {
        int first = Values * index;
        return new(values.GetItemOrDefault(first), values.GetItemOrDefault(first + 1), values.GetItemOrDefault(first + 2), values.GetItemOrDefault(first + 3));
    }

    /// <summary>Reads a box of an array.</summary>
    public static BoundingBox Read(ReadOnlySpan<float> values, int index)
    {
        int first = Values * index;
        return new(values[first], values[first + 1], values[first + 2], values[first + 3]);
    }
}
