using System.Numerics;
using Yolo.Model.Geometry;

namespace Yolo.Model.Encoding;

/// <summary>Boxes with each coordinate in a column of its own, so that one instruction works on several boxes.</summary>
/// <param name="buffer">What the columns share, at least <see cref="Count"/> times <paramref name="length"/> long.</param>
/// <param name="length">Boxes, a multiple of <see cref="Lanes"/>.</param>
internal readonly ref struct BoxColumns(Span<float> buffer, int length)
{
    /// <summary>Number of columns.</summary>
    public const int Count = 5;

    /// <summary>Boxes in a vector.</summary>
    public static int Lanes => Vector<float>.Count;

    public Span<float> Left { get; } = buffer[..length];

    public Span<float> Top { get; } = buffer.Slice(length, length);

    public Span<float> Right { get; } = buffer.Slice(2 * length, length);

    public Span<float> Bottom { get; } = buffer.Slice(3 * length, length);

    public Span<float> Area { get; } = buffer.Slice(4 * length, length);

    /// <summary>A number of boxes rounded up to whole vectors.</summary>
    public static int Padded(int boxes) => (boxes + Lanes - 1) / Lanes * Lanes;

    public BoundingBox Get(int index) => new(Left[index], Top[index], Right[index], Bottom[index]);

    public void Set(int index, BoundingBox box) =>
        (Left[index], Top[index], Right[index], Bottom[index], Area[index]) = (box.Left, box.Top, box.Right, box.Bottom, box.Area);
}
