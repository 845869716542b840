
namespace Yolo.Model.Encoding;

/// <summary>Which of the boxes that a network predicts are reported, and what the network runs on.</summary>
public record DetectionOptions
{
    private const int MaximumThreads = 1024;

    /// <summary>Lowest score reported, above 0 and below 1. Default: 0.25, Darknet's <c>-thresh</c>. For evaluation use a low one (Darknet's <c>valid</c> uses
    /// 0.005): average precision needs the whole curve.</summary>
    public float ScoreThreshold
    {
        get;
        init
        {
            if (value is not (> 0 and < 1))
                throw new ArgumentOutOfRangeException(nameof(ScoreThreshold), value, "The score threshold must lie above 0 and below 1.");
            field = value;
        }
    } = 0.25f;

    /// <summary>IoU above which the lower-scoring of two boxes is dropped, 0 to 1. Default: 0.45, Darknet's <c>nms</c>.</summary>
    public float IoUThreshold
    {
        get;
        init
        {
            if (value is not (>= 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(IoUThreshold), value, "The IoU threshold must lie between 0 and 1.");
            field = value;
        }
    } = 0.45f;

    /// <summary>Whether boxes of different classes suppress each other. Default: false, as in Darknet.</summary>
    public bool ClassAgnostic { get; init; }

    /// <summary>Most detections reported for an image, the best first; at least 1. Default: 300.</summary>
    public int MaxDetections
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxDetections));
            field = value;
        }
    } = 300;

    /// <summary>Threads that one forward pass on the CPU uses, 1 to 1,024, or 0 for one per core; where many images are scored (<see cref="Inference.Detector.DetectFiles"/>), images at once with a
    /// thread each. No more than there are cores are started. Default: 0.</summary>
    public int IntraOpThreads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(IntraOpThreads));
            // Each is made when a model is loaded: a file must not ask for millions.
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaximumThreads, nameof(IntraOpThreads));
            field = value;
        }
    }

    /// <summary>Index of the CUDA device that the network runs on with TorchSharp (<see cref="Inference.TorchBackend"/>), from 0. Default: null, the CPU with ONNX Runtime.</summary>
    /// <remarks>It belongs to the machine and not to the model: a saved model does not hold it, so that what was trained on a machine with a GPU loads on one without. The
    /// application must be built with libtorch for CUDA.</remarks>
    public int? GpuDeviceId
    {
        get;
        init
        {
            if (value is < 0)
                throw new ArgumentOutOfRangeException(nameof(GpuDeviceId), value, "CUDA devices are counted from 0; null is the CPU.");
            field = value;
        }
    }

    /// <summary>These options alone, without what a derived record adds.</summary>
    internal DetectionOptions ToDetectionOptions() => new(this);
}
