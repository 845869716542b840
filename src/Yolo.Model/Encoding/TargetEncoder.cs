using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Encoding;

/// <summary>Finds the cell and the anchor that are responsible for each object: the cell that holds the centre, and the anchor whose shape is
/// most like the object's (YOLO9000, section 2). The rules for border cases are those of keras-yolo2's preprocessing.py, which the notebook
/// follows.</summary>
public sealed class TargetEncoder
{
    private readonly RegionLayout _layout;
    private readonly AnchorSet _anchors;

    /// <summary>Encodes for a grid and its anchors.</summary>
    /// <param name="layout">Size of the grid, number of anchors and classes.</param>
    /// <param name="anchors">Anchors in grid cells.</param>
    /// <exception cref="ArgumentException">The number of anchors is not the layout's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The layout is empty.</exception>
    public TargetEncoder(RegionLayout layout, AnchorSet anchors)
    {
        ArgumentNullException.ThrowIfNull(anchors);
        ArgumentOutOfRangeException.ThrowIfLessThan(layout.Size, 1, nameof(layout));
        if (layout.Anchors != anchors.Count)
            throw new ArgumentException($"The layout has {layout.Anchors} anchors, but {anchors.Count} were given.", nameof(anchors));
        _layout = layout;
        _anchors = anchors;
    }

    /// <summary>The grid.</summary>
    internal RegionLayout Layout => _layout;

    /// <summary>Encodes the objects of one image.</summary>
    /// <param name="objects">Boxes in pixels of the network's input; the flag <see cref="GroundTruth.Difficult"/> is not regarded. A box may
    /// stick out of the input, but one that is empty, not finite or has its centre outside is dropped and counted. A centre on the border of two
    /// cells belongs to the right or lower one.</param>
    /// <param name="inputWidth">Width of the network's input in pixels, at least 1.</param>
    /// <param name="inputHeight">Height of the network's input in pixels, at least 1.</param>
    /// <remarks>The notebook cuts pixel coordinates down to whole numbers before it encodes; who wants its exact numbers passes such boxes.</remarks>
    /// <exception cref="ArgumentException">A class index is not one of the layout's.</exception>
    public EncodedTargets Encode(IReadOnlyList<GroundTruth> objects, int inputWidth, int inputHeight)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputHeight, 1);

        var encoded = new List<EncodedTarget>(objects.Count);
        var targets = new List<EncodedTarget>(objects.Count);
        var taken = new Dictionary<(int Row, int Column, int Anchor), int>(objects.Count);
        for (int i = 0; i < objects.Count; i++)
        {
            int classIndex = objects[i].ClassIndex;
            if ((uint)classIndex >= (uint)_layout.Classes)
                throw new ArgumentException($"Object {i} has class {classIndex}, but there are classes 0 to {_layout.Classes - 1} only.", nameof(objects));
            if (!TryEncode(InCells(objects[i].Box, inputWidth, inputHeight), classIndex, out var target))
                continue;
            encoded.Add(target);
            if (taken.TryAdd((target.Row, target.Column, target.Anchor), targets.Count))
                targets.Add(target);
            else
                targets[taken[(target.Row, target.Column, target.Anchor)]] = target;
        }
        return new(_layout, targets, encoded, objects.Count - encoded.Count);
    }

    /// <summary>Encodes the objects of an image that is trained on: difficult ones and crowds become <see cref="EncodedTargets.Ignored"/>.</summary>
    /// <param name="objects">Boxes in pixels of the network's input.</param>
    /// <param name="inputWidth">Width of the network's input in pixels, at least 1.</param>
    /// <param name="inputHeight">Height of the network's input in pixels, at least 1.</param>
    internal EncodedTargets EncodeTaught(IReadOnlyList<GroundTruth> objects, int inputWidth, int inputHeight)
    {
        if (objects.All(static item => item.IsTaught))
            return Encode(objects, inputWidth, inputHeight);
        return Encode([.. objects.Where(static item => item.IsTaught)], inputWidth, inputHeight) with
        {
            Ignored = [.. objects.Where(static item => !item.IsTaught).Select(item => new IgnoredRegion(InCells(item.Box, inputWidth, inputHeight), item.Crowd))],
        };
    }

    private CenterBox InCells(BoundingBox box, int inputWidth, int inputHeight)
    {
        float cellsPerPixelX = (float)_layout.Width / inputWidth, cellsPerPixelY = (float)_layout.Height / inputHeight;
        var scaled = box.Scale(cellsPerPixelX, cellsPerPixelY);
        return new(scaled.CenterX, scaled.CenterY, scaled.Width, scaled.Height);
    }

    private bool TryEncode(CenterBox center, int classIndex, out EncodedTarget target)
    {
        // Written so that NaN fails every comparison.
        bool valid = center is { Width: > 0 and < float.PositiveInfinity, Height: > 0 and < float.PositiveInfinity, X: >= 0, Y: >= 0 }
            && center.X < _layout.Width && center.Y < _layout.Height;
        target = valid ? new((int)center.Y, (int)center.X, _anchors.BestMatch(center.Shape).Index, center, classIndex) : default;
        return valid;
    }
}
