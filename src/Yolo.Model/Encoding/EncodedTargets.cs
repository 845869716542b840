using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Encoding;

/// <summary>One object as a network is taught it.</summary>
/// <param name="Row">Row of the responsible cell.</param>
/// <param name="Column">Column of the responsible cell.</param>
/// <param name="Anchor">Index of the responsible anchor.</param>
/// <param name="Box">The true box, in grid cells.</param>
/// <param name="ClassIndex">Its class.</param>
public readonly record struct EncodedTarget(int Row, int Column, int Anchor, CenterBox Box, int ClassIndex);

/// <summary>What a network is taught about one image.</summary>
/// <param name="Layout">The grid that rows, columns and anchors refer to.</param>
/// <param name="Targets">One target for each (cell, anchor) that is responsible for an object, in the order of the objects. Of several objects that
/// meet in one (cell, anchor) the last one stands here.</param>
/// <param name="Objects">Every object that was encoded, in the given order, those that lost their (cell, anchor) to a later one included: a
/// prediction near any of them is no background.</param>
/// <param name="Dropped">Objects that could not be encoded: empty boxes and boxes whose centre lies outside the input.</param>
public sealed record EncodedTargets(
    RegionLayout Layout, IReadOnlyList<EncodedTarget> Targets, IReadOnlyList<EncodedTarget> Objects, int Dropped)
{
    /// <summary>Regions that neither teach nor punish: a prediction near one of them is no background. Default: none.</summary>
    public IReadOnlyList<IgnoredRegion> Ignored { get; init; } = [];

    /// <summary>Floats in the dense form of the targets: H * W * A * (5 + C).</summary>
    public int DenseSize => Layout.Size;

    /// <summary>Objects that lost their (cell, anchor) to a later one.</summary>
    public int Displaced => Objects.Count - Targets.Count;

    /// <summary>Objects that lose their row of a buffer of true boxes to a later one (<see cref="WriteTrueBoxes"/>).</summary>
    /// <param name="rows">Rows of the buffer.</param>
    public int Overwritten(int rows) => Math.Max(0, Objects.Count - rows);

    /// <summary>Writes the dense form that the notebook (keras-yolo2) trains on, zero where there is no object: per (cell, anchor) x, y, w, h in
    /// grid cells, 1, and one value per class. Where objects met, the box is the last one's and the classes of all of them are 1.</summary>
    /// <param name="destination"><c>[H, W, A, 5 + C]</c>, <see cref="DenseSize"/> floats.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void WriteDense(Span<float> destination)
    {
        if (destination.Length != DenseSize)
            throw new ArgumentException($"The dense targets hold {DenseSize} floats, the destination {destination.Length}.", nameof(destination));
        destination.Clear();
        foreach (var item in Objects)
        {
            int slot = (item.Row * Layout.Width + item.Column) * Layout.Anchors + item.Anchor;
            var values = destination.Slice(slot * Layout.Entries, Layout.Entries);
            (values[0], values[1], values[2], values[3]) = (item.Box.X, item.Box.Y, item.Box.Width, item.Box.Height);
            values[RegionLayout.ObjectnessEntry] = 1;
            values[RegionLayout.BoxEntries + item.ClassIndex] = 1;
        }
    }

    /// <summary>Writes the notebook's buffer of true boxes, zero where there are fewer objects than rows; with more, the later ones start over
    /// from the first row.</summary>
    /// <param name="destination"><c>[rows, 4]</c>: x, y, w, h in grid cells. The notebook has 50 rows.</param>
    /// <exception cref="ArgumentException">The destination is empty or does not consist of whole rows.</exception>
    public void WriteTrueBoxes(Span<float> destination)
    {
        if (destination.IsEmpty || destination.Length % 4 != 0)
            throw new ArgumentException($"A buffer of true boxes has 4 floats a row and at least one row, this one has {destination.Length} floats.", nameof(destination));
        destination.Clear();
        for (int i = 0; i < Objects.Count; i++)
        {
            var row = destination.Slice(4 * i % destination.Length, 4);
            var box = Objects[i].Box;
            (row[0], row[1], row[2], row[3]) = (box.X, box.Y, box.Width, box.Height);
        }
    }
}
