using Yolo.Model.Training.Losses;

namespace Yolo.Model.Training;

/// <summary>Which region loss a detector is trained with.</summary>
public enum LossKind
{
    /// <summary>Complete IoU for boxes, cross-entropies for objectness and classes: <see cref="CIoULoss"/>. Learns small data sets best.</summary>
    CIoU,

    /// <summary>The notebook's squared errors in grid cells: <see cref="NotebookLoss"/>.</summary>
    Notebook,

    /// <summary>What Darknet's region layer does: <see cref="DarknetRegionLoss"/>.</summary>
    Darknet,
}
