using Yolo.MLNet;
using Yolo.MLNet.Seam;

namespace Microsoft.ML;

/// <summary>Adds object detection to <see cref="MLContext"/>.</summary>
public static class ObjectDetectionExtensions
{
    extension(MLContext mlContext)
    {
        /// <summary>Trains and evaluates object detectors.</summary>
        public ObjectDetectionCatalog ObjectDetection => new(mlContext);
    }

    /// <summary>Stops what runs in the context, the training of a detector for instance, with an <see cref="OperationCanceledException"/> where it runs. It is final: what
    /// the context trains later stops, too. ML.NET has the method but keeps it internal.</summary>
    public static void CancelExecution(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        HostEnvironments.Cancel(mlContext);
    }
}
