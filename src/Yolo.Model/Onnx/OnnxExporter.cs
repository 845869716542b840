using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Yolo.Model.Files;
using Yolo.Model.Network;
using Yolo.Model.Files.OnnxFormat;
using Yolo.Model.Quantization;
using Yolo.Model.Weights;

namespace Yolo.Model.Onnx;

/// <summary>Exports a network as an ONNX file (opset 13, batch normalisation folded): input <c>image</c>, float32 <c>[N, 3, H, W]</c>, RGB from 0 to 1, N being dynamic;
/// output <c>map</c>, the raw float32 map <c>[N, A * (5 + C), h, w]</c>, or finished detections (<see cref="OnnxOutput"/>).</summary>
public static class OnnxExporter
{
    private const string MapDescription = "Output: per anchor the planes tx, ty, tw, th, objectness and one logit per class.";

    /// <summary>A network without metadata.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="quantization">The ranges of its activations, for a graph in eight-bit integers; null: in float.</param>
    /// <exception cref="ArgumentException">The weights or the ranges are not this network's.</exception>
    /// <exception cref="NotSupportedException">ONNX cannot express a layer, or the weights exceed the 2 GiB that one file holds.</exception>
    public static byte[] ToBytes(NetworkDefinition network, NetworkWeights weights, NetworkQuantization? quantization = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        return ToBytes(OnnxGraph.Build(network, weights, quantization));
    }

    /// <summary>A graph that gives the raw map, and perhaps more.</summary>
    internal static byte[] ToBytes(GraphProto graph) => Wrap(graph, MapDescription).ToByteArray();

    /// <summary>A detector, in eight-bit integers where it is quantised, with what is needed to use it in the file's metadata: <c>class_names</c> (a JSON array), <c>anchors</c> (width, height, width,
    /// height, ..., in grid cells), <c>class_activation</c> (softmax or sigmoid), <c>resize</c> (stretch or letterbox), <c>filter</c>
    /// (darknet or antialiased), <c>output</c> (map or detections), <c>score_threshold</c>, <c>iou_threshold</c>, <c>class_agnostic</c>
    /// (true or false), <c>max_detections</c>, and for detections <c>box_format</c>.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="options">What the file gives; null: the raw map.</param>
    /// <inheritdoc cref="ToBytes(NetworkDefinition, NetworkWeights, NetworkQuantization?)" path="/exception"/>
    public static byte[] ToBytes(DetectorModel model, OnnxExportOptions? options = null) => Build(model, options ?? new()).ToByteArray();

    /// <summary>Writes what <see cref="ToBytes(DetectorModel, OnnxExportOptions)"/> makes to a file, whole or not at all.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="options">What the file gives; null: the raw map.</param>
    /// <inheritdoc cref="ToBytes(NetworkDefinition, NetworkWeights, NetworkQuantization?)" path="/exception"/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(DetectorModel model, string path, OnnxExportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = Build(model, options ?? new());
        AtomicFile.Write(path, stream => file.WriteTo(stream));
    }

    private static ModelProto Build(DetectorModel model, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        var graph = OnnxGraph.Build(model.Network, model.Weights, model.Quantization);
        bool detects = options.Output == OnnxOutput.Detections;
        if (detects)
            DetectionGraph.Append(new(graph), OnnxGraph.OutputName, model.Network, options.Detection);
        var file = Wrap(graph, detects ? DetectionGraph.Description : MapDescription);
        var region = model.Network.Region;
        Add("class_names", new JsonArray([.. model.ClassNames.Select(name => JsonValue.Create(name))]).ToJsonString());
        Add("anchors", string.Join(",", region.Anchors.Select(anchor => string.Create(CultureInfo.InvariantCulture, $"{anchor.Width},{anchor.Height}"))));
        Add("class_activation", region.Softmax ? "softmax" : "sigmoid");
        Add("resize", model.Resize.ToString().ToLowerInvariant());
        Add("filter", model.Filter.ToString().ToLowerInvariant());
        Add("output", detects ? "detections" : "map");
        Add("score_threshold", options.Detection.ScoreThreshold.ToString(CultureInfo.InvariantCulture));
        Add("iou_threshold", options.Detection.IoUThreshold.ToString(CultureInfo.InvariantCulture));
        Add("class_agnostic", options.Detection.ClassAgnostic ? "true" : "false");
        Add("max_detections", options.Detection.MaxDetections.ToString(CultureInfo.InvariantCulture));
        if (detects)
            Add("box_format", DetectionGraph.BoxFormat);
        return file;

        void Add(string key, string value) => file.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    private static ModelProto Wrap(GraphProto graph, string description) => new()
    {
        IrVersion = OnnxGraph.IrVersion,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OnnxGraph.OpsetVersion } },
        ProducerName = "Yolo.MLNet",
        ProducerVersion = typeof(OnnxExporter).Assembly.GetName().Version!.ToString(3),
        DocString = $"YOLOv2. Input: RGB from 0 to 1, planar. {description}",
        Graph = graph,
    };
}
