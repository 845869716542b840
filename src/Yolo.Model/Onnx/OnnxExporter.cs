using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Yolo.Model.Files;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Onnx.Format;
using Yolo.Model.Weights;

namespace Yolo.Model.Onnx;

/// <summary>Exports a network as an ONNX file (opset 13, batch normalisation folded): input <c>image</c>, float32 <c>[N, 3, H, W]</c>, RGB from 0 to 1; output
/// <c>map</c>, the raw float32 map <c>[N, A * (5 + C), h, w]</c>; N is dynamic.</summary>
public static class OnnxExporter
{
    /// <summary>A network without metadata.</summary>
    /// <exception cref="ArgumentException">The weights are not this network's.</exception>
    /// <exception cref="NotSupportedException">ONNX cannot express a layer, or the weights exceed the 2 GiB that one file holds.</exception>
    public static byte[] ToBytes(NetworkDefinition network, NetworkWeights weights)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        return Wrap(OnnxGraph.Build(network, weights)).ToByteArray();
    }

    /// <summary>A detector, with what is needed to read its map in the file's metadata: <c>class_names</c> (a JSON array), <c>anchors</c> (width, height, width,
    /// height, ..., in grid cells), <c>class_activation</c> (softmax or sigmoid), <c>resize</c> (stretch or letterbox), <c>score_threshold</c> and
    /// <c>iou_threshold</c>.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="options">Whose thresholds the metadata recommends; null: the defaults.</param>
    /// <inheritdoc cref="ToBytes(NetworkDefinition, NetworkWeights)" path="/exception"/>
    public static byte[] ToBytes(DetectorModel model, DetectionOptions? options = null) => Build(model, options).ToByteArray();

    /// <summary>Writes what <see cref="ToBytes(DetectorModel, DetectionOptions)"/> makes to a file, whole or not at all.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="options">Whose thresholds the metadata recommends; null: the defaults.</param>
    /// <inheritdoc cref="ToBytes(NetworkDefinition, NetworkWeights)" path="/exception"/>
    public static void Save(DetectorModel model, string path, DetectionOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = Build(model, options);
        AtomicFile.Write(path, stream => file.WriteTo(stream));
    }

    private static ModelProto Build(DetectorModel model, DetectionOptions? options)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        var region = model.Network.Region;
        var file = Wrap(OnnxGraph.Build(model.Network, model.Weights));
        Add("class_names", JsonSerializer.Serialize(model.ClassNames));
        Add("anchors", string.Join(",", region.Anchors.Select(anchor => string.Create(CultureInfo.InvariantCulture, $"{anchor.Width},{anchor.Height}"))));
        Add("class_activation", region.Softmax ? "softmax" : "sigmoid");
        Add("resize", model.Resize.ToString().ToLowerInvariant());
        Add("score_threshold", options.ScoreThreshold.ToString(CultureInfo.InvariantCulture));
        Add("iou_threshold", options.IoUThreshold.ToString(CultureInfo.InvariantCulture));
        return file;

        void Add(string key, string value) => file.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    private static ModelProto Wrap(GraphProto graph) => new()
    {
        IrVersion = OnnxGraph.IrVersion,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OnnxGraph.OpsetVersion } },
        ProducerName = "Yolo.MLNet",
        ProducerVersion = typeof(OnnxExporter).Assembly.GetName().Version!.ToString(3),
        DocString = "YOLOv2. Input: RGB from 0 to 1, planar. Output: per anchor the planes tx, ty, tw, th, objectness and one logit per class.",
        Graph = graph,
    };
}
