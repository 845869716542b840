using System.Globalization;
using System.Text;

namespace Yolo.Model.Geometry;

/// <summary>One labelled object.</summary>
/// <param name="Box">Where it is, in pixels of its image.</param>
/// <param name="ClassIndex">Index into the class names of the data set or model.</param>
/// <param name="Difficult">VOC's flag: evaluation neither counts nor punishes the object.</param>
/// <param name="Crowd">COCO's flag: the box holds many objects of the class, and any number of detections in it are neither counted nor punished.</param>
/// <param name="Area">COCO's area of the object, pixels of its image; it decides whether the object is small, medium or large. NaN: that of the box.</param>
public readonly record struct GroundTruth(BoundingBox Box, int ClassIndex, bool Difficult = false, bool Crowd = false,
    float Area = float.NaN)
{
    /// <summary>Whether a training teaches the object. A difficult one or a crowd is left out, without becoming background.</summary>
    internal bool IsTaught => !Difficult && !Crowd;

    // The numbers as in any other text of this library, whatever the culture of the user.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(
            CultureInfo.InvariantCulture, $"Box = {Box}, ClassIndex = {ClassIndex}, Difficult = {Difficult}, Crowd = {Crowd}, Area = {Area}");
        return true;
    }
}
