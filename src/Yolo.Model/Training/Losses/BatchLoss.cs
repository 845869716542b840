using TorchSharp;
using Yolo.Model.Network;
using Yolo.Model.Processes;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Losses;

/// <summary>The loss of a batch and its gradients, in one pass or in parts that need less memory. Batch norm's statistics apart, the number of
/// parts changes neither: every sum is divided by the counts of the whole batch.</summary>
/// <param name="loss">The loss.</param>
/// <param name="transfers">The way to the device.</param>
/// <param name="group">The processes that have the other images of the batch; null: there are none.</param>
internal sealed class BatchLoss(RegionLoss loss, DeviceTransfers transfers, IProcessGroup? group = null) : IDisposable
{
    private readonly Dictionary<(RegionLayout Layout, ScalarType Type), RegionGrid> _grids = [];

    /// <summary>Computes the maps of the parts in turn and adds the gradients of the whole loss to their leaves.</summary>
    /// <param name="parts">What is known of the images of each part.</param>
    /// <param name="forward">The map of a part.</param>
    /// <param name="peek">The same map without any effect on the network; asked for by losses whose weights depend on predictions.</param>
    /// <param name="seen">Images trained on before the batch.</param>
    /// <returns>The loss terms and their total, <c>[T + 1]</c>, on the device; they belong to the caller's dispose scope.</returns>
    public Tensor Backward(IReadOnlyList<RegionTargets> parts, Func<int, Tensor> forward, Func<int, Tensor> peek, long seen)
    {
        using var scope = NewDisposeScope();
        Tensor[] packed = [.. parts.Select((part, i) => transfers.Upload<double>(part.Packed, ScalarType.Float64, i, part.Packed.Length))];
        var whole = Whole(BatchCounts.Sum(parts));
        if (loss.CountsPredictions && (parts.Count > 1 || group is not null))
            whole = whole with { Weighted = CountWeighted(parts, packed, peek) };
        Tensor? sum = null;
        for (int i = 0; i < parts.Count; i++)
        {
            using var partScope = NewDisposeScope();
            if (parts[i].Images == 0)
            {
                TakePart(forward(i));
                continue;
            }
            var terms = loss.Compute(Gather(forward(i), parts[i], packed[i]), whole, seen);
            terms.Total.backward();
            var values = cat([terms.Values, terms.Total.detach().reshape(1)]);
            sum = (sum is null ? values : sum.Plus(values)).MoveToOuterDisposeScope();
        }
        return (sum ?? zeros(loss.Names.Count + 1, device: transfers.Device)).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of images without gradients.</summary>
    /// <returns>The total, a scalar on the device.</returns>
    public Tensor Evaluate(Tensor map, RegionTargets targets, long seen)
    {
        using var scope = NewDisposeScope();
        var packed = transfers.Upload<double>(targets.Packed, ScalarType.Float64, 0, targets.Packed.Length);
        return loss.Compute(Gather(map, targets, packed), new(targets.Images, targets.Matched), seen).Total.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var grid in _grids.Values)
            grid.Dispose();
    }

    /// <summary>Counts of the images of all processes.</summary>
    private BatchCounts Whole(BatchCounts own)
    {
        if (group is null)
            return own;
        Span<double> counts = [own.Images, own.Matched];
        group.Sum(counts);
        return new((int)counts[0], (int)counts[1]);
    }

    // A process without images must still make the exchanges that batch norm makes in both directions.
    private static void TakePart(Tensor map)
    {
        if (map.requires_grad)
            map.sum().backward();
    }

    private Tensor CountWeighted(IReadOnlyList<RegionTargets> parts, Tensor[] packed, Func<int, Tensor> peek)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor? count = null;
        for (int i = 0; i < parts.Count; i++)
        {
            using var partScope = NewDisposeScope();
            var map = peek(i);
            if (parts[i].Images == 0)
                continue;
            var part = loss.CountWeighted(Gather(map, parts[i], packed[i]));
            count = (count is null ? part : count.Plus(part)).MoveToOuterDisposeScope();
        }
        count ??= zeros([], device: transfers.Device);
        if (group is not null)
        {
            // A count is a whole number, exact in 32 bits.
            Span<double> total = [transfers.Download(count.to(ScalarType.Float32).reshape(1))[0]];
            group.Sum(total);
            count = transfers.Upload<double>(total, ScalarType.Float64, parts.Count, 1).to(count.dtype).reshape([]);
        }
        return count.MoveToOuterDisposeScope();
    }

    private RegionBatch Gather(Tensor map, RegionTargets targets, Tensor packed)
    {
        if (!_grids.TryGetValue((targets.Layout, map.dtype), out var grid))
            _grids[(targets.Layout, map.dtype)] = grid = loss.CreateGrid(targets.Layout, map.dtype, map.device);
        return loss.Gather(map, targets, packed, grid);
    }
}
