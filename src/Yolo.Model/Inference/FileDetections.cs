using System.Runtime.ExceptionServices;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Inference;

/// <summary>What was found in one of many image files, or why it could not be read.</summary>
public sealed class FileDetections
{
    private readonly IReadOnlyList<Detection> _detections;

    internal FileDetections(string path, ScoredImage image)
    {
        Path = path;
        Width = image.Width;
        Height = image.Height;
        Error = image.Error;
        Warning = image.Warning;
        _detections = image.Detections;
    }

    /// <summary>The file, as it was given.</summary>
    public string Path { get; }

    /// <summary>Width of the upright image in pixels; 0 where it could not be read.</summary>
    public int Width { get; }

    /// <summary>Height of the upright image in pixels; 0 where it could not be read.</summary>
    public int Height { get; }

    /// <summary>Why the file could not be read, or null. What <see cref="ImageFile.Decode(string, ImageOrientation, Action{string})"/> throws.</summary>
    public Exception? Error { get; }

    /// <summary>What was not as it should be in the file, though the image was used, such as a JPEG that ends early; or null.</summary>
    public string? Warning { get; }

    /// <summary>The detections by descending score, boxes in pixels of the upright image. Throws <see cref="Error"/> if there is one, so that no bad file is taken for an empty one.</summary>
    public IReadOnlyList<Detection> Detections
    {
        get
        {
            if (Error is not null)
                ExceptionDispatchInfo.Throw(Error);
            return _detections;
        }
    }

    /// <summary>Path and number of detections, or path and error.</summary>
    public override string ToString() => Error is null ? $"{Path}: {_detections.Count} detections" : $"{Path}: {Error.Message}";
}
