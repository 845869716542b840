using SkiaSharp;
using Yolo.Model.Drawing;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Scoring;

/// <summary>Lets <see cref="DetectionRenderer"/> draw what a prediction engine returns.</summary>
public static class DetectedObjectDrawing
{
    /// <summary>Draws detections into a picture.</summary>
    /// <param name="renderer">The renderer; its class names give the colors.</param>
    /// <param name="picture">The picture; its pixels change.</param>
    /// <param name="detections">The detections in any order, boxes in pixels of the picture. Higher scores are drawn over lower
    /// ones.</param>
    /// <exception cref="ArgumentException">The picture is empty or immutable, or a class is not one of the renderer's.</exception>
    public static void Draw(this DetectionRenderer renderer, SKBitmap picture, IReadOnlyList<DetectedObject> detections)
    {
        ArgumentNullException.ThrowIfNull(renderer);
        ArgumentNullException.ThrowIfNull(detections);
        var indices = renderer.ClassNames.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        renderer.Draw(picture, [.. detections.Select(found => new Detection(found.Box, IndexOf(found.ClassName), found.Score))]);

        int IndexOf(string name) => indices.TryGetValue(name, out int index) ? index
            : throw new ArgumentException(
                $"Expected classes among {string.Join(", ", renderer.ClassNames)}, found '{name}'.", nameof(detections));
    }
}
