using TorchSharp;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Losses;

/// <summary>The loss of later YOLOs on YOLOv2's map: complete IoU for boxes (Zheng et al., "Distance-IoU Loss", 2020), binary cross-entropy for
/// objectness with the IoU as the target of matched predictions, cross-entropy for classes.</summary>
/// <remarks>Each term is a sum over its predictions divided by the number of matched predictions of the batch, or by the number of images where
/// that is larger, so that images without objects do not drown the others. Predictions that are not matched but overlap a true box by more than
/// the region layer's <see cref="RegionLayer.IgnoreThreshold"/> are left out of the background term. The region layer's scales are Darknet's and
/// are not used.</remarks>
public sealed class CIoULoss : RegionLoss
{
    // Keeps ratios of zero-size boxes finite.
    private const double Epsilon = 1e-7;

    private readonly CIoULossOptions _options;

    /// <summary>The loss for a region layer's anchors and classes.</summary>
    /// <param name="region">The region layer.</param>
    /// <param name="options">Weights of the terms; null: the defaults.</param>
    /// <param name="classWeights">What the box, object and class terms of the objects of each class are multiplied by; null: 1.</param>
    /// <exception cref="ArgumentException">The number of class weights is not that of the classes.</exception>
    public CIoULoss(RegionLayer region, CIoULossOptions? options = null, IReadOnlyList<double>? classWeights = null)
        : base(region, "box", "object", "no-object", "class")
    {
        if (classWeights is { Count: var given } && given != region.Classes)
            throw new ArgumentException($"Expected {region.Classes} class weights, one a class, found {given}.", nameof(classWeights));
        _options = options ?? new();
        ClassWeights = classWeights is null ? null : [.. classWeights];
    }

    private protected override double[]? ClassWeights { get; }

    private protected override Tensor[] ComputeTerms(RegionBatch batch, BatchCounts whole, long seen)
    {
        var (center, size) = batch.DecodeMatched();
        var (iou, completeIoU) = CompleteIoU(center, size, batch.TrueCenter, batch.TrueSize);
        double count = Math.Max(whole.Matched, whole.Images);
        var weights = batch.ObjectWeights;

        var box = Weighted(completeIoU.OneMinus(), weights).sum().Times(_options.BoxGain / count);
        var matched = nn.functional.binary_cross_entropy_with_logits(
            batch.RawObjectness, iou.detach(), weight: weights, reduction: nn.Reduction.Sum).Times(_options.ObjectGain / count);
        // Cross-entropy against 0: log(1 + exp(x)).
        var background = (logaddexp(batch.Objectness, zeros_like(batch.Objectness)) * batch.Background(includesThreshold: true, sparesIgnored: true)).sum().Times(_options.NoObjectGain / count);
        var classes = ClassTerm(batch, weights).Times(_options.ClassGain / count);
        return [box, matched, background, classes];
    }

    /// <summary>Sum over the matched predictions; without smoothing and weights that of the other losses.</summary>
    private Tensor ClassTerm(RegionBatch batch, Tensor? weights) => weights is null && _options.LabelSmoothing == 0
        ? ClassCrossEntropy(batch)
        : Weighted(SmoothedCrossEntropy.Rows(batch.Logits, batch.Classes, Region.Softmax, _options.LabelSmoothing), weights).sum();

    private static Tensor Weighted(Tensor values, Tensor? weights) => weights is null ? values : values * weights;

    private protected override IReadOnlyList<EncodedTarget> Assign(EncodedTargets targets)
    {
        if (_options.MatchThreshold >= 1)
            return targets.Targets;
        var assigned = new List<EncodedTarget>(targets.Targets);
        var taken = targets.Targets.Select(target => (target.Row, target.Column, target.Anchor)).ToHashSet();
        foreach (var target in targets.Targets)
        {
            for (int anchor = 0; anchor < Region.Anchors.Count; anchor++)
            {
                if (Region.Anchors[anchor].IoU(target.Box.Shape) > _options.MatchThreshold && taken.Add((target.Row, target.Column, anchor)))
                    assigned.Add(target with { Anchor = anchor });
            }
        }
        return assigned;
    }

    /// <summary>IoU and complete IoU, each <c>[M]</c>, of boxes given by centre and size, each <c>[M, 2]</c>.</summary>
    internal static (Tensor IoU, Tensor Complete) CompleteIoU(Tensor center, Tensor size, Tensor trueCenter, Tensor trueSize)
    {
        var (iou, outer) = BoxTensors.IoUAndEnclosing(center, size, trueCenter, trueSize);
        var distance = (center - trueCenter).square().sum(1) / outer.square().sum(1).Plus(Epsilon);
        var angle = atan(size.select(1, 0) / size.select(1, 1).Plus(Epsilon)) - atan(trueSize.select(1, 0) / trueSize.select(1, 1).Plus(Epsilon));
        var aspect = angle.square().Times(4 / (Math.PI * Math.PI));
        var weight = (aspect / iou.OneMinus().Plus(aspect).Plus(Epsilon)).detach();
        return (iou, iou - distance - weight * aspect);
    }
}
