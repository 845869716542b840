namespace Yolo.Model.Training;

/// <summary>Which of the three accounts of the notebook's loss is computed. They differ in three places.</summary>
public enum NotebookLossVariant
{
    /// <summary>The notebook's code: halved squares, sizes without roots, and the object scale multiplied by the IoU.</summary>
    Code,

    /// <summary>keras-yolo2, from which the code descends: as <see cref="Code"/>, but the object scale is not multiplied by the IoU.</summary>
    KerasYolo2,

    /// <summary>The formula in the notebook's text: squares not halved, square roots of sizes, and the object scale not multiplied by the
    /// IoU.</summary>
    Formula,
}
