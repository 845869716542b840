using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.CommandLine.Detectors;

/// <summary>Whether a network's cells fit the boxes that it is to learn.</summary>
internal static class CellAdvice
{
    // Two objects of this size often meet in one cell, and few numbers of the map tell what one is.
    private const double SmallSide = 1.5;

    private const int CoarseCell = 32;

    /// <summary>What to do about boxes that are small for cells of 32 pixels; null if they are not.</summary>
    /// <param name="network">The network.</param>
    /// <param name="anchors">The anchors of the boxes, in its cells.</param>
    public static string? For(NetworkDefinition network, IEnumerable<BoxShape> anchors)
    {
        double[] sides = [.. anchors.Select(anchor => Math.Sqrt((double)anchor.Width * anchor.Height)).Order()];
        int cell = network.Input.Width / network.RegionLayout.Width;
        return cell >= CoarseCell && sides[sides.Length / 2] < SmallSide
            ? FormattableString.Invariant($"Half of the anchors are smaller than {SmallSide * cell} pixels of the input, small for cells of {cell}. ")
                + "Try --network yolov2-resnet18-stride16 --weights resnet18, or a larger --size."
            : null;
    }
}
