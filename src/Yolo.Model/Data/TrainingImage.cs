using Yolo.Model.Geometry;

namespace Yolo.Model.Data;

/// <summary>A decoded image with its objects, ready to be trained on.</summary>
/// <param name="Rgb">Three bytes a pixel, red, green, blue, rows from top to bottom without gaps: <c>3 * Width * Height</c>.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Objects">The objects, boxes in pixels of this image.</param>
public sealed record TrainingImage(byte[] Rgb, int Width, int Height, IReadOnlyList<GroundTruth> Objects);
