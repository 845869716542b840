using System.Collections;
using Yolo.Model.Geometry;

namespace Yolo.Model.Anchors;

/// <summary>The prior shapes that boxes are predicted from, in grid cells, in the order in which the network emits them.</summary>
public sealed class AnchorSet : IReadOnlyList<BoxShape>, IEquatable<AnchorSet>
{
    private readonly BoxShape[] _shapes;

    /// <summary>Takes the shapes in grid cells: at least one, each with positive finite width and height.</summary>
    /// <exception cref="ArgumentException">There is no shape, or one is not positive and finite.</exception>
    public AnchorSet(params IEnumerable<BoxShape> shapes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        _shapes = [.. shapes];
        if (_shapes.Length == 0)
            throw new ArgumentException("At least one anchor is needed.", nameof(shapes));
        for (int i = 0; i < _shapes.Length; i++)
        {
            if (_shapes[i] is not { Width: > 0 and < float.PositiveInfinity, Height: > 0 and < float.PositiveInfinity })
                throw new ArgumentException($"Anchor {i} is {_shapes[i].Width} x {_shapes[i].Height}; width and height must be positive and finite.", nameof(shapes));
        }
    }

    /// <summary>Number of anchors.</summary>
    public int Count => _shapes.Length;

    /// <summary>Shape of anchor <paramref name="index"/>, in grid cells.</summary>
    public BoxShape this[int index] => _shapes[index];

    /// <summary>The set written as Darknet writes it: width, height, width, height, ..., in grid cells.</summary>
    /// <exception cref="ArgumentException">The count is odd or zero, or a value is not positive and finite.</exception>
    public static AnchorSet FromPairs(ReadOnlySpan<float> values)
    {
        if (values.Length % 2 != 0)
            throw new ArgumentException($"{values.Length} anchor values: width and height must come in pairs.", nameof(values));
        var shapes = new BoxShape[values.Length / 2];
        for (int i = 0; i < shapes.Length; i++)
            shapes[i] = new(values[2 * i], values[2 * i + 1]);
        return new(shapes);
    }

    /// <summary>The anchor most like a shape in grid cells, by <see cref="BoxShape.IoU"/>; the first of equals.</summary>
    public (int Index, float IoU) BestMatch(BoxShape shape)
    {
        (int best, float bestIoU) = (0, -1);
        for (int i = 0; i < _shapes.Length; i++)
        {
            float iou = _shapes[i].IoU(shape);
            if (iou > bestIoU)
                (best, bestIoU) = (i, iou);
        }
        return (best, bestIoU);
    }

    /// <summary>Equal where the shapes are equal and in the same order.</summary>
    public bool Equals(AnchorSet? other) => other is not null && _shapes.AsSpan().SequenceEqual(other._shapes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AnchorSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var shape in _shapes)
            hash.Add(shape);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<BoxShape> GetEnumerator() => ((IEnumerable<BoxShape>)_shapes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
