using TorchSharp;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Losses;

/// <summary>A batch as the region losses see it: the matched predictions gathered into rows beside their truths, and the objectness of all
/// predictions. Only the gathers touch the map, so their backward passes are the only work that grows with it. Lives inside the dispose scope it
/// was made in.</summary>
internal sealed class RegionBatch
{
    private readonly RegionLayer _region;
    private readonly Tensor _map;
    private readonly IReadOnlyList<EncodedTargets> _targets;
    private readonly Tensor _predictions;

    /// <summary>Gathers the predictions that <paramref name="assign"/> holds responsible.</summary>
    /// <exception cref="ArgumentException">Map, region layer and targets do not fit together.</exception>
    public RegionBatch(
        RegionLayer region, Tensor map, IReadOnlyList<EncodedTargets> targets, Func<EncodedTargets, IReadOnlyList<EncodedTarget>> assign)
    {
        _region = region;
        _targets = targets;
        Layout = CheckedLayout(region, map, targets);
        Images = targets.Count;
        _map = map.reshape(Images, Layout.Anchors, Layout.Entries, Layout.Height, Layout.Width);

        var assigned = targets.Select(assign).ToArray();
        Matched = assigned.Sum(list => list.Count);
        // Per match: true x, y, w, h; column, row; anchor w, h. And: offset in the map, offset in the objectness plane, class.
        var (values, indices) = (new double[Matched * 8], new long[Matched * 3]);
        int match = 0;
        for (int image = 0; image < Images; image++)
        {
            foreach (var (row, column, anchor, box, classIndex) in assigned[image])
            {
                var shape = region.Anchors[anchor];
                ReadOnlySpan<double> value = [box.X, box.Y, box.Width, box.Height, column, row, shape.Width, shape.Height];
                long cell = (long)row * Layout.Width + column;
                ReadOnlySpan<long> index =
                [
                    (long)image * Layout.Size + Layout.Index(anchor, 0, row, column),
                    ((long)image * Layout.Anchors + anchor) * Layout.PlaneSize + cell,
                    classIndex,
                ];
                value.CopyTo(values.AsSpan(match * 8));
                index.CopyTo(indices.AsSpan(match * 3));
                match++;
            }
        }
        var known = tensor(values, Matched, 8, dtype: map.dtype, device: map.device);
        var places = tensor(indices, Matched, 3, device: map.device);
        (TrueCenter, TrueSize, Cell, Anchor) = (known.narrow(1, 0, 2), known.narrow(1, 2, 2), known.narrow(1, 4, 2), known.narrow(1, 6, 2));
        (Slots, Classes) = (places.select(1, 1), places.select(1, 2));
        _predictions = map.take(places.narrow(1, 0, 1).Plus(tensor([.. Enumerable.Range(0, Layout.Entries).Select(entry => (long)entry * Layout.PlaneSize)], device: map.device)));
        Objectness = _map.select(2, RegionLayout.ObjectnessEntry).reshape(-1);
    }

    /// <summary>Grid, anchors and classes.</summary>
    public RegionLayout Layout { get; }

    /// <summary>Images, N.</summary>
    public int Images { get; }

    /// <summary>Matched predictions, M.</summary>
    public int Matched { get; }

    /// <summary>Centres of the true boxes, grid cells, <c>[M, 2]</c>.</summary>
    public Tensor TrueCenter { get; }

    /// <summary>Sizes of the true boxes, grid cells, <c>[M, 2]</c>.</summary>
    public Tensor TrueSize { get; }

    /// <summary>Column and row of the responsible cells, <c>[M, 2]</c>.</summary>
    public Tensor Cell { get; }

    /// <summary>Shapes of the responsible anchors, grid cells, <c>[M, 2]</c>.</summary>
    public Tensor Anchor { get; }

    /// <summary>Where the matched predictions stand in <see cref="Objectness"/>, int64 <c>[M]</c>.</summary>
    public Tensor Slots { get; }

    /// <summary>True classes, int64 <c>[M]</c>.</summary>
    public Tensor Classes { get; }

    /// <summary>Raw objectness of all predictions, <c>[N * A * H * W]</c>.</summary>
    public Tensor Objectness { get; }

    /// <summary>Raw tx, ty of the matched predictions, <c>[M, 2]</c>.</summary>
    public Tensor RawCenter => _predictions.narrow(1, 0, 2);

    /// <summary>Raw tw, th of the matched predictions, <c>[M, 2]</c>.</summary>
    public Tensor RawSize => _predictions.narrow(1, 2, 2);

    /// <summary>Raw objectness of the matched predictions, <c>[M]</c>.</summary>
    public Tensor RawObjectness => _predictions.select(1, RegionLayout.ObjectnessEntry);

    /// <summary>Class logits of the matched predictions, <c>[M, C]</c>.</summary>
    public Tensor Logits => _predictions.narrow(1, RegionLayout.BoxEntries, Layout.Classes);

    /// <summary>Raw tx, ty and tw, th of all predictions, two views <c>[N, A, 2, H, W]</c>.</summary>
    public (Tensor Center, Tensor Size) AllRawBoxes => (_map.narrow(2, 0, 2), _map.narrow(2, 2, 2));

    /// <summary>The matched predictions decoded: centre and size in grid cells, each <c>[M, 2]</c>.</summary>
    public (Tensor Center, Tensor Size) DecodeMatched() => (RawCenter.sigmoid().Plus(Cell), Size(RawSize) * Anchor);

    /// <summary>1 where a prediction is background, 0 where it is matched or its IoU with some true box of its image exceeds the region layer's
    /// ignore threshold; <c>[N * A * H * W]</c>, a constant to autograd.</summary>
    /// <param name="strict">Whether an IoU equal to the threshold is background still, as in Darknet; in the notebook it is not.</param>
    public Tensor Background(bool strict)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var background = ones_like(Objectness);
        if (BestIoU() is { } best)
            background = (strict ? best.IsAtMost(_region.IgnoreThreshold) : best.IsBelow(_region.IgnoreThreshold)).to_type(_map.dtype);
        if (Matched > 0)
            background.Clear(Slots);
        return background.MoveToOuterDisposeScope();
    }

    // IoU of every prediction with the true box it covers best, [N * A * H * W]; null where no image has an object.
    private Tensor? BestIoU()
    {
        int rows = _targets.Max(image => image.Objects.Count);
        if (rows == 0)
            return null;
        var corners = new double[4 * Images * rows];  // empty rows stay 0: an empty box overlaps nothing
        for (int image = 0; image < Images; image++)
        {
            for (int i = 0; i < _targets[image].Objects.Count; i++)
            {
                var box = _targets[image].Objects[i].Box;
                int at = image * rows + i;
                double halfWidth = 0.5 * box.Width, halfHeight = 0.5 * box.Height;
                (corners[at], corners[Images * rows + at]) = (box.X - halfWidth, box.Y - halfHeight);
                (corners[2 * Images * rows + at], corners[3 * Images * rows + at]) = (box.X + halfWidth, box.Y + halfHeight);
            }
        }
        var truths = tensor(corners, 4, Images, rows, 1, dtype: _map.dtype, device: _map.device).unbind(0);
        var (left, top, right, bottom) = AllCorners();
        var width = minimum(right, truths[2]).sub_(maximum(left, truths[0])).ClampNegative();
        var height = minimum(bottom, truths[3]).sub_(maximum(top, truths[1])).ClampNegative();
        var intersection = width.mul_(height);
        var union = ((right - left) * (bottom - top)).Plus((truths[2] - truths[0]) * (truths[3] - truths[1])).sub_(intersection);
        return intersection.div_(union).amax([1]).reshape(-1);
    }

    // Corners of all predictions in grid cells, each [N, 1, A * H * W].
    private (Tensor Left, Tensor Top, Tensor Right, Tensor Bottom) AllCorners()
    {
        var (rawCenter, rawSize) = AllRawBoxes;
        var columns = Indices(Layout.Width).expand(Layout.Height, -1);
        var rows = Indices(Layout.Height).unsqueeze(1).expand(-1, Layout.Width);
        var shapes = new double[2 * Layout.Anchors];
        for (int i = 0; i < Layout.Anchors; i++)
            (shapes[2 * i], shapes[2 * i + 1]) = (_region.Anchors[i].Width, _region.Anchors[i].Height);
        var anchors = tensor(shapes, Layout.Anchors, 2, 1, 1, dtype: _map.dtype, device: _map.device);
        var center = rawCenter.sigmoid().Plus(stack([columns, rows]));
        var half = Size(rawSize).mul_(anchors).Times(0.5);
        var (low, high) = (center - half, center.Plus(half));
        return (Plane(low, 0), Plane(low, 1), Plane(high, 0), Plane(high, 1));
    }

    private Tensor Indices(int count) => tensor([.. Enumerable.Range(0, count).Select(i => (double)i)], dtype: _map.dtype, device: _map.device);

    private Tensor Plane(Tensor pairs, int index) => pairs.select(2, index).reshape(Images, 1, -1);

    private static Tensor Size(Tensor raw) => raw.Clamp(RegionDecoder.LogSizeLimit).exp();

    private static RegionLayout CheckedLayout(RegionLayer region, Tensor map, IReadOnlyList<EncodedTargets> targets)
    {
        int planes = region.Anchors.Count * (RegionLayout.BoxEntries + region.Classes);
        if (map.dim() != 4 || map.shape[1] != planes || map.numel() == 0)
        {
            throw new ArgumentException(
                $"The map must be [N, {planes}, H, W] for {region.Anchors.Count} anchors and {region.Classes} classes, but is [{string.Join(", ", map.shape)}].", nameof(map));
        }
        if (map.shape[0] != targets.Count)
            throw new ArgumentException($"The map has {map.shape[0]} images, but there are targets for {targets.Count}.", nameof(targets));
        var layout = new RegionLayout((int)map.shape[3], (int)map.shape[2], region.Anchors.Count, region.Classes);
        for (int i = 0; i < targets.Count; i++)
        {
            if (targets[i].Layout != layout)
                throw new ArgumentException($"Image {i}: the map is for {layout}, but the targets were encoded for {targets[i].Layout}.", nameof(targets));
        }
        return layout;
    }
}
