using Yolo.Model.Encoding;

namespace Yolo.Model.Onnx;

/// <summary>What an exported ONNX file contains.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>What the file gives for its images. Default: the raw map.</summary>
    public OnnxOutput Output { get; init => field = Argument.Defined(value, nameof(Output)); }

    /// <summary>Which boxes are reported: fixed in the graph of <see cref="OnnxOutput.Detections"/>, a recommendation in the metadata of <see cref="OnnxOutput.Map"/>.
    /// The number of threads is not regarded.</summary>
    public DetectionOptions Detection
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Detection));
    } = new();
}
