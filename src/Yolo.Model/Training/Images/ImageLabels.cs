using Yolo.Model.Geometry;

namespace Yolo.Model.Training.Images;

/// <summary>What is known of a training image without its pixels.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Objects">The objects, boxes in pixels of this image.</param>
internal readonly record struct ImageLabels(int Width, int Height, IReadOnlyList<GroundTruth> Objects)
{
    /// <summary>What is known of the image scaled down by a whole factor, as <see cref="TrainingImage.Shrink"/> does it.</summary>
    /// <param name="factor">At least 1 and at most width and height.</param>
    public ImageLabels Shrink(int factor)
    {
        if (factor == 1)
            return this;
        int width = Width / factor, height = Height / factor;
        float scale = 1f / factor;
        var objects = new List<GroundTruth>(Objects.Count);
        foreach (var item in Objects)
        {
            var box = item.Box.Scale(scale, scale).Clip(width, height);
            // Nothing is left of one that lay in the dropped rows or columns alone.
            if (box.Area > 0)
                objects.Add(item with { Box = box, Area = item.Area * scale * scale });
        }
        return new(width, height, [.. objects]);
    }
}
