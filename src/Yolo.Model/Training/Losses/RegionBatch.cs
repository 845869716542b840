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
    private readonly Tensor _map, _predictions, _numbers;
    private readonly RegionTargets _targets;
    private readonly RegionGrid _grid;

    /// <summary>Gathers the matched predictions.</summary>
    /// <param name="region">Anchors, classes and threshold.</param>
    /// <param name="map">The raw map.</param>
    /// <param name="targets">What is known of its images.</param>
    /// <param name="packed"><see cref="RegionTargets.Packed"/> on the map's device.</param>
    /// <param name="grid">Constants of the targets' grid on the map's device, of its type.</param>
    /// <exception cref="ArgumentException">Map, region layer and targets do not fit together.</exception>
    public RegionBatch(RegionLayer region, Tensor map, RegionTargets targets, Tensor packed, RegionGrid grid)
    {
        (_region, _targets, _grid) = (region, targets, grid);
        Check(region, map, targets);
        _map = map.reshape(Images, Layout.Anchors, Layout.Entries, Layout.Height, Layout.Width);
        _numbers = packed.to(map.dtype);
        int values = Matched * RegionTargets.ValueCount, indices = Matched * RegionTargets.IndexCount;
        var matches = _numbers.narrow(0, 0, values).view(Matched, RegionTargets.ValueCount);
        var offsets = packed.narrow(0, values, indices).view(Matched, RegionTargets.IndexCount).to(ScalarType.Int64);
        (TrueCenter, TrueSize, Cell, Anchor) = (matches.narrow(1, 0, 2), matches.narrow(1, 2, 2), matches.narrow(1, 4, 2), matches.narrow(1, 6, 2));
        (Slots, Classes) = (offsets.select(1, 1), offsets.select(1, 2));
        _predictions = map.take(offsets.narrow(1, 0, 1).Plus(grid.EntryOffsets));
        Objectness = _map.select(2, RegionLayout.ObjectnessEntry).reshape(-1);
    }

    /// <summary>Grid, anchors and classes.</summary>
    public RegionLayout Layout => _targets.Layout;

    /// <summary>Images, N.</summary>
    public int Images => _targets.Images;

    /// <summary>Matched predictions, M.</summary>
    public int Matched => _targets.Matched;

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

    /// <summary>How much the objects of the matched predictions count by their classes, <c>[M]</c>; null if all count 1.</summary>
    public Tensor? ObjectWeights => _grid.ClassWeights?.index_select(0, Classes);

    /// <summary>The matched predictions decoded: centre and size in grid cells, each <c>[M, 2]</c>.</summary>
    public (Tensor Center, Tensor Size) DecodeMatched() => (RawCenter.sigmoid().Plus(Cell), Size(RawSize) * Anchor);

    /// <summary>1 where a prediction is background, 0 where it is matched or overlaps a box of its image by more than the region layer's ignore
    /// threshold; <c>[N * A * H * W]</c>, a constant to autograd.</summary>
    /// <param name="includesThreshold">Whether an overlap equal to the threshold is background still, as in Darknet; in the notebook it is not.</param>
    /// <param name="sparesIgnored">Whether <see cref="EncodedTargets.Ignored"/> regions count among the boxes.</param>
    public Tensor Background(bool includesThreshold, bool sparesIgnored)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var background = ones_like(Objectness);
        if (BestOverlap(sparesIgnored) is { } best)
            background = (includesThreshold ? best.IsAtMost(_region.IgnoreThreshold) : best.IsBelow(_region.IgnoreThreshold)).to_type(_map.dtype);
        if (Matched > 0)
            background.Clear(Slots);
        return background.MoveToOuterDisposeScope();
    }

    /// <summary>Overlap of every prediction with the box of its image that it covers best, <c>[N * A * H * W]</c>; null where there is no box.</summary>
    /// <remarks>The overlap is the IoU, with a crowd the share of the prediction that lies inside of it.</remarks>
    private Tensor? BestOverlap(bool sparesIgnored)
    {
        var blocks = sparesIgnored ? _targets.Blocks : _targets.ObjectBlocks;
        if (blocks.Count == 0)
            return null;
        var predictions = AllCorners();
        var best = zeros(Images, Layout.Anchors * Layout.PlaneSize, dtype: _map.dtype, device: _map.device);
        long at = Matched * (RegionTargets.ValueCount + RegionTargets.IndexCount);
        foreach (int images in blocks)
        {
            using var scope = NewDisposeScope();
            var indices = _numbers.narrow(0, at, images).to(ScalarType.Int64);
            var boxes = _numbers.narrow(0, at + images, images * RegionTargets.BlockRows * RegionTargets.BoxCount).view(images, RegionTargets.BlockRows, RegionTargets.BoxCount, 1);
            at += images * (1 + RegionTargets.BlockRows * RegionTargets.BoxCount);
            bool isAll = images == Images;
            var overlap = Overlap(isAll ? predictions : predictions.index_select(1, indices), boxes);
            if (isAll)
                best.copy_(maximum(best, overlap));
            else
                best.index_copy_(0, indices, maximum(best.index_select(0, indices), overlap));
        }
        return best.reshape(-1);
    }

    // Predictions [4, n, A * H * W] with boxes [n, rows, 5, 1]: the best overlap of each prediction, [n, A * H * W].
    private static Tensor Overlap(Tensor predictions, Tensor boxes)
    {
        Tensor Prediction(int side) => predictions.select(0, side).unsqueeze(1);
        Tensor Box(int side) => boxes.select(2, side);
        var width = minimum(Prediction(2), Box(2)).sub_(maximum(Prediction(0), Box(0))).ClampNegative();
        var height = minimum(Prediction(3), Box(3)).sub_(maximum(Prediction(1), Box(1))).ClampNegative();
        var intersection = width.mul_(height);
        var area = (Prediction(2) - Prediction(0)) * (Prediction(3) - Prediction(1));
        // Without the part of the box outside of the intersection where the box is a crowd.
        var rest = ((Box(2) - Box(0)) * (Box(3) - Box(1))).sub(intersection).mul_(Box(4).OneMinus());
        return intersection.div_(rest.add_(area)).amax([1]);
    }

    /// <summary>Corners of all predictions in grid cells, <c>[4, N, A * H * W]</c>: left, top, right, bottom.</summary>
    private Tensor AllCorners()
    {
        var (rawCenter, rawSize) = AllRawBoxes;
        var center = rawCenter.sigmoid().Plus(_grid.Cells);
        var half = Size(rawSize).mul_(_grid.Anchors).Times(0.5);
        return cat([center - half, center.Plus(half)], 2).permute(2, 0, 1, 3, 4).reshape(4, Images, -1);
    }

    private static Tensor Size(Tensor raw) => raw.Clamp(RegionDecoder.LogSizeLimit).exp();

    private static void Check(RegionLayer region, Tensor map, RegionTargets targets)
    {
        int planes = region.Anchors.Count * (RegionLayout.BoxEntries + region.Classes);
        if (map.dim() != 4 || map.shape[1] != planes || map.numel() == 0)
        {
            throw new ArgumentException(
                $"The map must be [N, {planes}, H, W] for {region.Anchors.Count} anchors and {region.Classes} classes, but is [{string.Join(", ", map.shape)}].", nameof(map));
        }
        if (map.shape[0] != targets.Images)
            throw new ArgumentException($"The map has {map.shape[0]} images, but there are targets for {targets.Images}.", nameof(targets));
        var layout = new RegionLayout((int)map.shape[3], (int)map.shape[2], region.Anchors.Count, region.Classes);
        if (targets.Layout != layout)
            throw new ArgumentException($"The map is for {layout}, but the targets were encoded for {targets.Layout}.", nameof(targets));
    }
}
