using TorchSharp;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Losses;

/// <summary>A loss whose gradient is what Darknet's region layer feeds back (AlexeyAB/darknet 59596d78, region_layer.c,
/// <c>forward_region_layer</c>; its delta is minus this gradient times the number of images).</summary>
/// <remarks>Darknet writes no loss down, only deltas: squared errors of the centre within its cell, of the logarithm of the size and of
/// objectness, softmax minus the true class for classes. It sums them over the batch and divides the learning rate by the batch; here the sum is divided by
/// the number of images, so that learning rates of .cfg files carry over. The cost that Darknet prints is the sum of the squared deltas, not
/// this value.</remarks>
public sealed class DarknetRegionLoss : RegionLoss
{
    // For so many images every prediction is drawn to its anchor, with this weight (region_layer.c).
    private const long AnchorPullImages = 12_800;
    private const double AnchorPullScale = 0.01;

    private readonly bool _weighSmallBoxes;

    /// <summary>The loss for a region layer's anchors, classes, scales, ignore threshold and rescore flag.</summary>
    /// <param name="region">The region layer.</param>
    /// <param name="weighSmallBoxes">Whether the box term of an object counts 2 minus its share of the input's area times, as in pjreddie's Darknet (region_layer.c,
    /// <c>coord_scale * (2 - truth.w*truth.h)</c>); AlexeyAB's counts all alike.</param>
    /// <exception cref="NotSupportedException">The region layer has <c>bias_match=0</c>: it wants the anchor chosen by the predicted shape,
    /// which no published YOLOv2 network does.</exception>
    public DarknetRegionLoss(RegionLayer region, bool weighSmallBoxes = false) : base(region, "box", "object", "no-object", "class", "anchor")
    {
        _weighSmallBoxes = weighSmallBoxes;
        if (!region.BiasMatch)
            throw new NotSupportedException("[region] has bias_match=0. Only bias_match=1, the anchor whose shape is most like the object's, can be trained.");
    }

    private protected override Tensor[] ComputeTerms(RegionBatch batch, BatchCounts whole, long seen)
    {
        var (center, size) = batch.DecodeMatched();
        var target = Region.Rescore
            ? BoxTensors.IoU(center, size, batch.TrueCenter, batch.TrueSize).detach()
            : ones_like(batch.RawObjectness);
        var errors = (center - batch.TrueCenter).square().Plus((batch.RawSize - (batch.TrueSize / batch.Anchor).log()).square());
        if (_weighSmallBoxes)
            errors = errors * batch.TrueSize.prod(1, keepdim: true).Over(batch.Layout.PlaneSize).negative().Plus(2);
        var box = errors.sum();
        var matched = (target - batch.RawObjectness.sigmoid()).square().sum();
        var background = (batch.Objectness.sigmoid().square() * batch.Background(includesThreshold: true, sparesIgnored: false)).sum();
        var pull = seen < AnchorPullImages ? AnchorPull(batch) : zeros_like(box);

        double half = 0.5 / whole.Images;
        return
        [
            box.Times(Region.CoordScale * half),
            matched.Times(Region.ObjectScale * half),
            background.Times(Region.NoObjectScale * half),
            ClassCrossEntropy(batch).Times(Region.ClassScale / (double)whole.Images),
            pull.Times(AnchorPullScale * half),
        ];
    }

    // All predictions but the matched ones, which have a box of their own to follow: to the middle of the cell, to the anchor's size.
    private static Tensor AnchorPull(RegionBatch batch)
    {
        var (rawCenter, rawSize) = batch.AllRawBoxes;
        var free = ones_like(batch.Objectness.detach());
        if (batch.Matched > 0)
            free.Clear(batch.Slots);
        var errors = rawCenter.sigmoid().Plus(-0.5).square().sum(2).Plus(rawSize.square().sum(2));
        return (errors.reshape(-1) * free).sum();
    }
}
