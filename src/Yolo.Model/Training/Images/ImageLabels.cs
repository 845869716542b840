using Yolo.Model.Geometry;

namespace Yolo.Model.Training.Images;

/// <summary>What is known of a training image without its pixels.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Objects">The objects, boxes in pixels of this image.</param>
internal readonly record struct ImageLabels(int Width, int Height, IReadOnlyList<GroundTruth> Objects);
