using TorchSharp;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Losses;

/// <summary>Compares a network's raw map with what it should have been. Works for any grid size, so that one loss serves multi-scale
/// training.</summary>
public abstract class RegionLoss
{
    private protected RegionLoss(RegionLayer region, params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(region);
        Region = region;
        Names = names;
    }

    /// <summary>Names of the terms, in the order of <see cref="RegionLossTerms.Values"/>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How much the objects of each class count; null if all count 1.</summary>
    private protected virtual double[]? ClassWeights => null;

    /// <summary>Anchors, classes and scales.</summary>
    protected RegionLayer Region { get; }

    /// <summary>The loss of the given kind with its default options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such loss.</exception>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    /// <exception cref="NotSupportedException">The region layer asks for something that the loss does not do.</exception>
    public static RegionLoss Create(LossKind kind, NetworkDefinition network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Create(new TrainingOptions { Loss = Argument.Defined(kind, nameof(kind)) }, network);
    }

    /// <summary>The loss that a training asks for, with its options.</summary>
    /// <exception cref="ArgumentException">There are class weights for another loss than <see cref="LossKind.CIoU"/>, or not one for each
    /// class.</exception>
    internal static RegionLoss Create(TrainingOptions options, NetworkDefinition network) => options.Loss switch
    {
        not LossKind.CIoU when options.ClassWeights is not null =>
            throw new ArgumentException(
                $"{nameof(TrainingOptions.ClassWeights)} are for {nameof(LossKind.CIoU)}; {options.Loss} is computed as in its reference.",
                nameof(options)),
        LossKind.CIoU => new CIoULoss(network.Region, options.CIoU, options.ClassWeights),
        LossKind.Notebook => new NotebookLoss(network.Region, options.NotebookVariant),
        _ => new DarknetRegionLoss(network.Region, options.DarknetWeighsSmallBoxes),
    };

    /// <summary>The loss of one batch.</summary>
    /// <param name="map">The raw map, <c>[N, A * (5 + C), H, W]</c>, float32 or float64, contiguous or channels-last, on any device. Not
    /// disposed.</param>
    /// <param name="targets">One entry per image, encoded for a grid of H x W.</param>
    /// <param name="seen">Images trained on before this batch; <see cref="DarknetRegionLoss"/> alone looks at it.</param>
    /// <exception cref="ArgumentException">The map does not fit the region layer, or the targets do not fit the map.</exception>
    public RegionLossTerms Compute(Tensor map, IReadOnlyList<EncodedTargets> targets, long seen)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(targets);
        using var scope = NewDisposeScope();
        var packed = Pack(targets);
        using var grid = CreateGrid(packed.Layout, map.dtype, map.device);
        var batch = new RegionBatch(Region, map, packed, tensor(packed.Packed, dtype: ScalarType.Float64, device: map.device), grid);
        var terms = Compute(batch, new(packed.Images, packed.Matched), seen);
        return terms with { Total = terms.Total.MoveToOuterDisposeScope(), Values = terms.Values.MoveToOuterDisposeScope() };
    }

    /// <summary>Packs what the loss has to know of some images.</summary>
    internal RegionTargets Pack(IReadOnlyList<EncodedTargets> targets) => RegionTargets.Pack(Region, targets, Assign);

    /// <summary>The constants of a grid for this loss.</summary>
    internal RegionGrid CreateGrid(RegionLayout layout, ScalarType type, Device device) =>
        new(Region, layout, type, device, ClassWeights);

    /// <summary>A part of a batch as the loss sees it.</summary>
    internal RegionBatch Gather(Tensor map, RegionTargets targets, Tensor packed, RegionGrid grid) => new(Region, map, targets, packed, grid);

    /// <summary>What a part of a batch adds to the loss of the whole.</summary>
    /// <param name="part">The part.</param>
    /// <param name="whole">The counts of the whole batch.</param>
    /// <param name="seen">Images trained on before the batch.</param>
    internal RegionLossTerms Compute(RegionBatch part, BatchCounts whole, long seen)
    {
        using var scope = NewDisposeScope();
        var stacked = stack(ComputeTerms(part, whole, seen));
        return new(stacked.sum().MoveToOuterDisposeScope(), stacked.detach().MoveToOuterDisposeScope(), Names);
    }

    /// <summary>Whether <see cref="BatchCounts.Weighted"/> decides, so that a batch in parts must be predicted before its loss is computed.</summary>
    internal virtual bool CountsPredictions => false;

    /// <summary>The predictions of a part with a weight of their own, a scalar; see <see cref="CountsPredictions"/>.</summary>
    internal virtual Tensor CountWeighted(RegionBatch part) => throw new NotSupportedException();

    /// <summary>The terms, scalars in the order of <see cref="Names"/>; called inside a dispose scope.</summary>
    private protected abstract Tensor[] ComputeTerms(RegionBatch batch, BatchCounts whole, long seen);

    /// <summary>The predictions of an image that are responsible for an object, at most one target per (cell, anchor).</summary>
    private protected virtual IReadOnlyList<EncodedTarget> Assign(EncodedTargets targets) => targets.Targets;

    /// <summary>Sum over the matched predictions of the cross-entropy of their classes: of a softmax, or of independent sigmoids where the
    /// region layer says so.</summary>
    private protected Tensor ClassCrossEntropy(RegionBatch batch)
    {
        var logits = batch.Logits;
        if (Region.Softmax)
            return nn.functional.cross_entropy(logits, batch.Classes, reduction: nn.Reduction.Sum);
        var wanted = nn.functional.one_hot(batch.Classes, Region.Classes).to_type(logits.dtype);
        return nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.Sum);
    }
}
