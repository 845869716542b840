using Microsoft.ML.Runtime;

namespace Yolo.MLNet.Trainers;

/// <summary>The trainers of object detection: <c>mlContext.ObjectDetection.Trainers</c>.</summary>
public sealed class ObjectDetectionTrainers
{
    private readonly IHostEnvironment _env;

    internal ObjectDetectionTrainers(IHostEnvironment env) => _env = env;

    /// <summary>Trains a YOLOv2 network.</summary>
    /// <param name="options">How; null: the defaults.</param>
    public YoloV2Trainer YoloV2(YoloV2TrainerOptions? options = null) => new(_env, options ?? new());
}
