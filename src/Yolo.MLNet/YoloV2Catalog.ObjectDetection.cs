using Yolo.MLNet;

namespace Microsoft.ML;

public static partial class YoloV2Catalog
{
    /// <summary><c>ml.ObjectDetection</c> for F#, Visual Basic and C# before version 14, which know no extension properties:
    /// <c>YoloV2Catalog.ObjectDetection(ml).Trainers</c>.</summary>
    /// <remarks>Not an extension method: C# 14 would not know which of the two is meant.</remarks>
    public static ObjectDetectionCatalog ObjectDetection(MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return mlContext.ObjectDetection;
    }
}
