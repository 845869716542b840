using Yolo.Model;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Scoring;

/// <summary>How <c>mlContext.Transforms.YoloV2Detect</c> detects: which boxes are reported, how images are resized, what the network runs on and which columns are read and
/// written.</summary>
/// <remarks><see cref="DetectionOptions.GpuDeviceId"/> null means here what the context says: <c>mlContext.GpuDeviceId</c>, and the CPU where that is null, too. Where the
/// GPU is not there, <c>mlContext.FallbackToCpu</c> decides between the CPU, with a warning in ML.NET's log, and an error.</remarks>
public sealed record YoloV2DetectOptions : DetectionOptions
{
    /// <summary>How images are brought to the input's size. Default: null, as the model says; a <c>.cfg</c> says letterbox with <c>letter_box=1</c>, else stretch, as AlexeyAB's
    /// Darknet does. pjreddie's Darknet always uses letterbox.</summary>
    public ResizeMode? Resize
    {
        get;
        init => field = value is { } mode ? Argument.Defined(mode, nameof(Resize)) : null;
    }

    /// <summary>Names of the columns that are read and written. Default: <c>Image</c> in; <c>PredictedLabel</c>, <c>PredictedLabelText</c>, <c>Score</c> and
    /// <c>PredictedBoundingBoxes</c> out.</summary>
    public ObjectDetectionColumns Columns
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Columns));
            field = value;
        }
    } = new();
}
