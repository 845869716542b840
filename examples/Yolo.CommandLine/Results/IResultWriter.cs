using Yolo.Model.Inference;

namespace Yolo.CommandLine.Results;

/// <summary>Writes what was found in images, in one format.</summary>
internal interface IResultWriter
{
    /// <summary>What was found in the next image; it was readable.</summary>
    void Add(FileDetections image);

    /// <summary>There are no more images.</summary>
    void Complete();
}
