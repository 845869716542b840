using SkiaSharp;
using Yolo.MLNet.Scoring;
using Yolo.Model.Drawing;
using Yolo.Model.Geometry;

namespace Quickstart;

/// <summary>Writes images with their detections drawn in, as PNG.</summary>
internal sealed class DetectionPictures(string folder, IReadOnlyList<string> classNames)
{
    private readonly DetectionRenderer _renderer = new(classNames);
    private readonly Dictionary<string, int> _indices = classNames.Index().ToDictionary(c => c.Item, c => c.Index);

    /// <summary>Draws into a copy of an image file.</summary>
    public void Save(string imagePath, IEnumerable<DetectedObject> detections)
    {
        using var picture = SKBitmap.Decode(imagePath);
        _renderer.Draw(picture, [.. detections.Select(d => new Detection(d.Box, _indices[d.ClassName], d.Score))]);
        DetectionRenderer.SavePng(picture, Path.Combine(folder, Path.GetFileNameWithoutExtension(imagePath) + ".png"));
    }
}
