using System.Globalization;
using System.Text;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data;

/// <summary>An image file with its labelled objects.</summary>
/// <param name="Path">The image file.</param>
/// <param name="Width">Width in pixels, in the orientation that the boxes count in; from the image itself.</param>
/// <param name="Height">Height in pixels, in the orientation that the boxes count in; from the image itself.</param>
/// <param name="Objects">The objects, in the order of their annotation; none for an image without any.</param>
public sealed record LabelledImage(string Path, int Width, int Height, IReadOnlyList<LabelledObject> Objects)
{
    /// <summary>The orientation that width, height and boxes count in, and in which the image is to be decoded: upright by default. It matters where a camera noted in the file that
    /// the picture is to be turned.</summary>
    public ImageOrientation Orientation { get; init; }
}

/// <summary>One labelled object of an image.</summary>
/// <param name="ClassName">Name of its class.</param>
/// <param name="Box">Where it is, in pixels of its image.</param>
/// <param name="Difficult">VOC's flag: evaluation neither counts nor punishes the object.</param>
/// <param name="Crowd">COCO's flag: the box holds many objects of the class. Training leaves it out; in evaluation any number of detections in it are neither counted nor punished.</param>
/// <param name="Area">COCO's area of the object, pixels of its image; it decides whether the object is small, medium or large. NaN: that of the box.</param>
public readonly record struct LabelledObject(string ClassName, BoundingBox Box, bool Difficult = false, bool Crowd = false,
    float Area = float.NaN)
{
    // The numbers as in any other text of this library, whatever the culture of the user.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(
            CultureInfo.InvariantCulture, $"ClassName = {ClassName}, Box = {Box}, Difficult = {Difficult}, Crowd = {Crowd}, Area = {Area}");
        return true;
    }
}
