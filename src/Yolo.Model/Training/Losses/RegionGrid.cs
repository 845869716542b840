using TorchSharp;
using Yolo.Model.Network;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Losses;

/// <summary>Constants of a grid and its anchors on a device, made once for all steps that need them. Owns its tensors.</summary>
internal sealed class RegionGrid : IDisposable
{
    /// <summary>Makes the constants.</summary>
    /// <param name="region">The anchors.</param>
    /// <param name="layout">The grid.</param>
    /// <param name="type">Type of the map.</param>
    /// <param name="device">Device of the map.</param>
    /// <param name="classWeights">How much the objects of each class count; null if all count 1.</param>
    public RegionGrid(RegionLayer region, RegionLayout layout, ScalarType type, Device device, double[]? classWeights = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using Scalar plane = layout.PlaneSize;
        var columns = arange(layout.Width, dtype: type, device: device).expand(layout.Height, -1);
        var rows = arange(layout.Height, dtype: type, device: device).unsqueeze(1).expand(-1, layout.Width);
        Cells = stack([columns, rows]).DetachFromDisposeScope();
        double[] shapes = [.. region.Anchors.SelectMany(anchor => (double[])[anchor.Width, anchor.Height])];
        Anchors = tensor(shapes, layout.Anchors, 2, 1, 1, dtype: type, device: device).DetachFromDisposeScope();
        EntryOffsets = arange(layout.Entries, dtype: ScalarType.Int64, device: device).mul_(plane).DetachFromDisposeScope();
        if (classWeights is { } weights)
            ClassWeights = tensor(weights, dtype: type, device: device).DetachFromDisposeScope();
    }

    /// <summary>Column and row of every cell, <c>[2, H, W]</c>.</summary>
    public Tensor Cells { get; }

    /// <summary>Width and height of the anchors, grid cells, <c>[A, 2, 1, 1]</c>.</summary>
    public Tensor Anchors { get; }

    /// <summary>Offset of each entry of a prediction in the map, int64 <c>[5 + C]</c>.</summary>
    public Tensor EntryOffsets { get; }

    /// <summary>How much the objects of each class count, <c>[C]</c>; null if all count 1.</summary>
    public Tensor? ClassWeights { get; }

    public void Dispose()
    {
        Cells.Dispose();
        Anchors.Dispose();
        EntryOffsets.Dispose();
        ClassWeights?.Dispose();
    }
}
