namespace Yolo.Model.Evaluation;

/// <summary>How a curve of precision over recall becomes one number.</summary>
public enum ApProtocol
{
    /// <summary>Pascal VOC 2007: the mean of the interpolated precision at the 11 recalls 0, 0.1, ..., 1.</summary>
    Voc07,

    /// <summary>Pascal VOC 2010 and later: the area under the interpolated curve, every point used.</summary>
    Voc10,

    /// <summary>COCO: the mean of the interpolated precision at the 101 recalls 0, 0.01, ..., 1.</summary>
    Coco,
}
