using Yolo.MLNet;
using Yolo.MLNet.Scoring;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;

namespace Microsoft.ML;

/// <summary>Adds detectors that need no training to <c>mlContext.Transforms</c>.</summary>
public static class TransformsCatalogExtensions
{
    /// <summary>Detects objects with published weights: Darknet's three files.</summary>
    /// <param name="catalog"><c>mlContext.Transforms</c>.</param>
    /// <param name="configPath">The network, <c>.cfg</c>.</param>
    /// <param name="weightsPath">Its weights, <c>.weights</c>.</param>
    /// <param name="namesPath">The class names, one a line.</param>
    /// <param name="options">Which boxes are reported; null: the defaults.</param>
    /// <param name="columns">Names of the columns read and written; null: the defaults.</param>
    /// <param name="resize">How images are brought to the input's size; null: as the <c>.cfg</c> says, letterbox with <c>letter_box=1</c>, else stretch.</param>
    /// <inheritdoc cref="DarknetModel.Load" path="/exception"/>
    public static YoloV2DetectionEstimator YoloV2Detect(
        this TransformsCatalog catalog,
        string configPath,
        string weightsPath,
        string namesPath,
        DetectionOptions? options = null,
        ObjectDetectionColumns? columns = null,
        ResizeMode? resize = null) =>
        catalog.YoloV2Detect(DarknetModel.Load(configPath, weightsPath, namesPath, resize), options, columns);

    /// <summary>Detects objects with a model that is in memory.</summary>
    /// <param name="catalog"><c>mlContext.Transforms</c>.</param>
    /// <param name="model">Network, weights, class names and resize mode.</param>
    /// <param name="options">Which boxes are reported; null: the defaults.</param>
    /// <param name="columns">Names of the columns read and written; null: the defaults.</param>
    public static YoloV2DetectionEstimator YoloV2Detect(
        this TransformsCatalog catalog, DetectorModel model, DetectionOptions? options = null, ObjectDetectionColumns? columns = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return new(new YoloV2DetectionTransformer(model, options ?? new(), columns ?? new()));
    }
}
