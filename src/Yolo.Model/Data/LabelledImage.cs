using Yolo.Model.Geometry;

namespace Yolo.Model.Data;

/// <summary>An image file with its labelled objects.</summary>
/// <param name="Path">The image file.</param>
/// <param name="Width">Width of the image as stored, pixels; from the image itself.</param>
/// <param name="Height">Height of the image as stored, pixels; from the image itself.</param>
/// <param name="Objects">The objects, in the order of their annotation; none for an image without any.</param>
public sealed record LabelledImage(string Path, int Width, int Height, IReadOnlyList<LabelledObject> Objects);

/// <summary>One labelled object of an image.</summary>
/// <param name="ClassName">Name of its class.</param>
/// <param name="Box">Where it is, in pixels of its image.</param>
/// <param name="Difficult">VOC's flag: evaluation neither counts nor punishes the object.</param>
public readonly record struct LabelledObject(string ClassName, BoundingBox Box, bool Difficult);
