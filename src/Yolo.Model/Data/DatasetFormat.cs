namespace Yolo.Model.Data;

/// <summary>How a data set is laid out on disk.</summary>
public enum DatasetFormat
{
    /// <summary>Pascal VOC: <see cref="VocDataset"/>.</summary>
    Voc,

    /// <summary>COCO's JSON: <see cref="CocoDataset"/>.</summary>
    Coco,

    /// <summary>Label files of Darknet and Ultralytics: <see cref="YoloDataset"/>.</summary>
    Yolo,
}
