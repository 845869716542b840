using Yolo.MLNet.Scoring;
using Yolo.MLNet.Seam;
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
    /// <param name="options">What is reported, resize mode, threads, device and column names; null: the defaults.</param>
    /// <inheritdoc cref="DarknetModel.Load(string, string, string, ResizeMode?)" path="/exception"/>
    /// <inheritdoc cref="YoloV2Detect(TransformsCatalog, DetectorModel, YoloV2DetectOptions?)" path="/exception"/>
    public static YoloV2DetectionEstimator YoloV2Detect(
        this TransformsCatalog catalog, string configPath, string weightsPath, string namesPath, YoloV2DetectOptions? options = null) =>
        catalog.YoloV2Detect(DarknetModel.Load(configPath, weightsPath, namesPath, options?.Resize), options);

    /// <summary>Detects objects with published weights: streams of what stands in Darknet's three files. They are read from their positions to their ends and left open;
    /// they need not be able to seek.</summary>
    /// <param name="catalog"><c>mlContext.Transforms</c>.</param>
    /// <param name="config">The network, <c>.cfg</c>, UTF-8.</param>
    /// <param name="weights">Its weights, <c>.weights</c>.</param>
    /// <param name="names">The class names, one a line, UTF-8.</param>
    /// <param name="options">What is reported, resize mode, threads, device and column names; null: the defaults.</param>
    /// <inheritdoc cref="DarknetModel.Load(Stream, Stream, Stream, ResizeMode?)" path="/exception"/>
    /// <inheritdoc cref="YoloV2Detect(TransformsCatalog, DetectorModel, YoloV2DetectOptions?)" path="/exception"/>
    public static YoloV2DetectionEstimator YoloV2Detect(
        this TransformsCatalog catalog, Stream config, Stream weights, Stream names, YoloV2DetectOptions? options = null) =>
        catalog.YoloV2Detect(DarknetModel.Load(config, weights, names, options?.Resize), options);

    /// <summary>Detects objects with a model that is in memory.</summary>
    /// <param name="catalog"><c>mlContext.Transforms</c>.</param>
    /// <param name="model">Network, weights, class names and resize mode.</param>
    /// <param name="options">What is reported, resize mode, threads, device and column names; null: the defaults.</param>
    /// <exception cref="InvalidOperationException">A GPU is asked for that is not there, and <c>mlContext.FallbackToCpu</c> is false.</exception>
    public static YoloV2DetectionEstimator YoloV2Detect(this TransformsCatalog catalog, DetectorModel model, YoloV2DetectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        return new(new YoloV2DetectionTransformer(HostEnvironments.Of(catalog), model.WithResize(options.Resize), options.ToDetectionOptions(), options.Columns));
    }
}
