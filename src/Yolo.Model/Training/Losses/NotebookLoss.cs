using TorchSharp;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Losses;

/// <summary>The notebook's loss (Yumi, "Part 4 Object Detection using YOLOv2 on Pascal VOC2012 - loss"): squared errors of centre, size and
/// confidence in grid cells, cross-entropy of classes.</summary>
/// <remarks>Centre, size and class terms are divided by the number of matched predictions of the batch, the confidence term by the number of
/// predictions that have a weight in it. The confidence of a matched prediction should be its IoU with its true box, and the gradient runs
/// through that IoU too.</remarks>
public sealed class NotebookLoss : RegionLoss
{
    // Keeps a batch without objects from dividing by 0; part of the notebook's definition.
    private const double Epsilon = 1e-6;

    private readonly NotebookLossVariant _variant;

    /// <summary>The loss for a region layer's anchors, classes, scales and ignore threshold.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such variant.</exception>
    public NotebookLoss(RegionLayer region, NotebookLossVariant variant = NotebookLossVariant.Code) : base(region, "xy", "wh", "confidence", "class")
    {
        _variant = Argument.Defined(variant, nameof(variant));
    }

    private protected override Tensor[] ComputeTerms(RegionBatch batch, BatchCounts whole, long seen)
    {
        double half = _variant == NotebookLossVariant.Formula ? 1 : 0.5;
        double perMatch = 1 / (whole.Matched + Epsilon);
        var (center, size) = batch.DecodeMatched();
        var iou = BoxTensors.IoU(center, size, batch.TrueCenter, batch.TrueSize);
        var sizeError = _variant == NotebookLossVariant.Formula ? size.sqrt() - batch.TrueSize.sqrt() : size - batch.TrueSize;

        var xy = (center - batch.TrueCenter).square().sum().Times(Region.CoordScale * half * perMatch);
        var wh = sizeError.square().sum().Times(Region.CoordScale * half * perMatch);
        var classes = ClassCrossEntropy(batch).Times(Region.ClassScale * perMatch);
        return [xy, wh, Confidence(batch, iou, whole.Weighted).Times(half), classes];
    }

    /// <summary>Where objects met in one (cell, anchor), the notebook's argmax over their classes finds the first of them.</summary>
    private protected override IReadOnlyList<EncodedTarget> Assign(EncodedTargets targets)
    {
        if (targets.Targets.Count == targets.Objects.Count)
            return targets.Targets;
        return [.. targets.Targets.Select(target => target with { ClassIndex = targets.Objects
            .Where(other => (other.Row, other.Column, other.Anchor) == (target.Row, target.Column, target.Anchor)).Min(other => other.ClassIndex) })];
    }

    internal override bool CountsPredictions => true;

    internal override Tensor CountWeighted(RegionBatch part)
    {
        using var scope = NewDisposeScope();
        var (center, size) = part.DecodeMatched();
        var (matched, background) = Weights(part, BoxTensors.IoU(center, size, part.TrueCenter, part.TrueSize));
        return Count(matched, background).MoveToOuterDisposeScope();
    }

    private Tensor Confidence(RegionBatch batch, Tensor iou, Tensor? weighted)
    {
        var (matchedWeight, backgroundWeight) = Weights(batch, iou);
        var matched = (matchedWeight * (iou - batch.RawObjectness.sigmoid()).square()).sum();
        var background = (backgroundWeight * batch.Objectness.sigmoid().square()).sum();
        return matched.Plus(background) / (weighted ?? Count(matchedWeight, backgroundWeight)).Plus(Epsilon);
    }

    private (Tensor Matched, Tensor Background) Weights(RegionBatch batch, Tensor iou) => (
        (_variant == NotebookLossVariant.Code ? iou : ones_like(iou)).Times(Region.ObjectScale),
        batch.Background(includesThreshold: false, sparesIgnored: true).Times(Region.NoObjectScale));

    private static Tensor Count(Tensor matched, Tensor background) => matched.detach().IsAbove(0).sum().Plus(background.IsAbove(0).sum());
}
