using Yolo.Model.Drawing;
using Yolo.Model.Inference;

namespace Yolo.CommandLine.Results;

/// <summary>Images with the detections drawn in, as PNG.</summary>
internal sealed class PictureWriter(string folder, IReadOnlyList<string> classNames, OutputNames names) : IResultWriter
{
    private readonly DetectionRenderer _renderer = new(classNames);

    public void Add(FileDetections image)
    {
        using var picture = ImageFile.Decode(image.Path);
        _renderer.Draw(picture, image.Detections);
        DetectionRenderer.SavePng(picture, Path.Combine(folder, names[image.Path] + ".png"));
    }

    public void Complete()
    {
    }
}
