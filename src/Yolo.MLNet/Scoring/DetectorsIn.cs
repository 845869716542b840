using Microsoft.ML;

namespace Yolo.MLNet.Scoring;

/// <summary>The detectors among the steps of a model, whether it is a detector, a chain or a chain of chains.</summary>
internal static class DetectorsIn
{
    /// <summary>The steps of a model in the order in which they are done.</summary>
    public static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    /// <summary>The detectors, the last step last.</summary>
    public static IEnumerable<YoloV2DetectionTransformer> Of(ITransformer model) => Steps(model).OfType<YoloV2DetectionTransformer>();
}
