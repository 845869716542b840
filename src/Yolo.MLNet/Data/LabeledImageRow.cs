using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Yolo.MLNet.Data;

/// <summary>An image in memory with its objects, for <c>ml.Data.LoadFromEnumerable</c>: to train, to evaluate and to cluster anchors.
/// Dispose it when no data view reads it any more.</summary>
public sealed class LabeledImageRow : IDisposable
{
    /// <summary>Where the image comes from, for reports. Default: empty.</summary>
    public string ImagePath { get; set; } = "";

    /// <summary>The image, of any size: ML.NET wants numbers in the attribute and does not enforce them. <see cref="Dispose"/> frees
    /// it.</summary>
    [ImageType(416, 416)]
    public MLImage? Image { get; set; }

    /// <summary>Class of each object. Default: no object.</summary>
    public string[] Labels { get; set; } = [];

    /// <summary>Box of each object: x0, y0, x1, y1 in pixels of the image, four numbers per object.</summary>
    public float[] BoundingBoxes { get; set; } = [];

    /// <summary>Frees the image.</summary>
    public void Dispose()
    {
        Image?.Dispose();
        Image = null;
    }
}
