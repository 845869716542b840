using Microsoft.ML;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Evaluation;

/// <summary>A model whose detectors report down to the low scores that average precision needs. The model itself stays as it is.</summary>
internal sealed class SensitiveModel : IDisposable
{
    /// <summary>Darknet's score threshold for evaluation (<c>detector map</c>).</summary>
    public const float ScoreThreshold = 0.005f;

    private readonly ITransformer[] _steps;

    /// <summary>Takes the steps of a model.</summary>
    public SensitiveModel(ITransformer model) => _steps =
    [
        .. DetectorsIn.Steps(model).Select(step => step is YoloV2DetectionTransformer detector
            ? detector.WithScoreThreshold(Math.Min(detector.Options.ScoreThreshold, ScoreThreshold)) : step),
    ];

    /// <summary>The columns of the last detector; the defaults where there is none.</summary>
    public ObjectDetectionColumns Columns => _steps.OfType<YoloV2DetectionTransformer>().LastOrDefault()?.Columns ?? new();

    /// <summary>What the steps make of data, one after the other.</summary>
    public IDataView Transform(IDataView data) => _steps.Aggregate(data, (rows, step) => step.Transform(rows));

    /// <summary>Gives the detectors' engines back, which those of the model share.</summary>
    public void Dispose()
    {
        foreach (var detector in _steps.OfType<YoloV2DetectionTransformer>())
            detector.Dispose();
    }
}
