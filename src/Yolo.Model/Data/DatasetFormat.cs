using Yolo.Model.Data.Coco;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;

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
