using Yolo.MLNet.Scoring;
using Yolo.MLNet.Seam;
using Yolo.MLNet.Transforms;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Microsoft.ML;

public static partial class YoloV2Catalog
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
        var environment = HostEnvironments.Of(catalog);
        var resized = model.WithResize(options.Resize);
        return new(() => new YoloV2DetectionTransformer(environment, resized, options.ToDetectionOptions(), options.Columns));
    }

    /// <summary>Encodes labels and boxes as the targets of a YOLOv2 network, in the form of the notebook: a target tensor [gridHeight, gridWidth, A, 5 + C], a buffer of true
    /// boxes [50, 4] and counts of what could not be taught.</summary>
    /// <param name="catalog"><c>mlContext.Transforms</c>.</param>
    /// <param name="anchors">Anchors in grid cells, as <c>mlContext.ObjectDetection.ClusterAnchors</c> finds them.</param>
    /// <param name="gridWidth">Columns of the grid, at least 1; 13 for an input of 416 pixels.</param>
    /// <param name="gridHeight">Rows of the grid, at least 1.</param>
    /// <param name="options">Classes, resize mode and column names; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side of the grid is below 1.</exception>
    public static YoloV2TargetEncodingEstimator YoloV2EncodeTargets(
        this TransformsCatalog catalog, AnchorSet anchors, int gridWidth, int gridHeight, YoloV2EncodeTargetsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(anchors);
        ArgumentOutOfRangeException.ThrowIfLessThan(gridWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(gridHeight, 1);
        return new(HostEnvironments.Of(catalog), anchors, gridWidth, gridHeight, options ?? new());
    }

    /// <summary>Encodes labels and boxes for a network: its anchors, its grid and the size of its input. As in training, the classes are those of the data.</summary>
    /// <param name="catalog"><c>mlContext.Transforms</c>.</param>
    /// <param name="network">The network; <see cref="YoloV2EncodeTargetsOptions.InputWidth"/> and <see cref="YoloV2EncodeTargetsOptions.InputHeight"/> are taken from it.</param>
    /// <param name="options">Classes, resize mode and column names; null: the defaults.</param>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    public static YoloV2TargetEncodingEstimator YoloV2EncodeTargets(this TransformsCatalog catalog, NetworkDefinition network, YoloV2EncodeTargetsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layout = network.RegionLayout;
        options = (options ?? new()) with { InputWidth = network.Input.Width, InputHeight = network.Input.Height };
        return catalog.YoloV2EncodeTargets(network.Region.Anchors, layout.Width, layout.Height, options);
    }
}
