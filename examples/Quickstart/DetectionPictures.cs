using SkiaSharp;
using Yolo.MLNet.Scoring;
using Yolo.Model.Drawing;

namespace Quickstart;

/// <summary>Writes images with their detections drawn in, as PNG.</summary>
internal sealed class DetectionPictures(string folder, IReadOnlyList<string> classNames)
{
    private readonly DetectionRenderer _renderer = new(classNames);

    /// <summary>Draws into a copy of an image file.</summary>
    public void Save(string imagePath, IReadOnlyList<DetectedObject> detections)
    {
        using var picture = SKBitmap.Decode(imagePath);
        _renderer.Draw(picture, detections);
        DetectionRenderer.SavePng(picture, Path.Combine(folder, Path.GetFileNameWithoutExtension(imagePath) + ".png"));
    }
}
