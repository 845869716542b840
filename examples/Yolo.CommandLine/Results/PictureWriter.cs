using Yolo.Model.Drawing;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.CommandLine.Results;

/// <summary>Images with the detections drawn in, as PNG or as JPEG.</summary>
internal sealed class PictureWriter(string folder, IReadOnlyList<string> classNames, OutputNames names, bool jpeg) : IResultWriter
{
    private readonly DetectionRenderer _renderer = new(classNames);

    public void Add(FileDetections image)
    {
        using var picture = ImageFile.Decode(image.Path);
        _renderer.Draw(picture, image.Detections);
        string path = Path.Combine(folder, names[image.Path]);
        if (jpeg)
            DetectionRenderer.SaveJpeg(picture, path + ".jpg");
        else
            DetectionRenderer.SavePng(picture, path + ".png");
    }

    public void Complete()
    {
    }
}
