using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Tests.Transforms;
using Yolo.MLNet.Transforms;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Tests.Seam;

/// <summary>The samples in Seam/Models: models as each version of the format wrote them, and beside each the text of what is in it and what it gives.</summary>
internal static class StoredModels
{
    // Further down the scores lie so close that another processor could order them otherwise.
    private const int Best = 8;

    /// <summary>Where they are.</summary>
    public static string Folder { get; } = Path.Combine(TestPaths.Root, "tests", "Yolo.MLNet.Tests", "Seam", "Models");

    /// <summary>The path of a sample; <paramref name="extension"/> is <c>.zip</c> or <c>.txt</c>.</summary>
    public static string PathOf(string name, string extension = ".zip") => Path.Combine(Folder, name + extension);

    /// <summary>The version of the format that a model's header names.</summary>
    public static uint Version(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        using var key = ModelZip.Entry(zip, "Model.key").Open();
        byte[] header = new byte[0x100];
        key.ReadExactly(header);
        // ML.NET's header, ModelHeader.cs: ModelVerWritten at 0x48.
        return BitConverter.ToUInt32(header, 0x48);
    }

    /// <summary>Writes the sample of a kind as the library saves it today, and its text.</summary>
    public static void Store(MLContext ml, string name)
    {
        ITransformer transformer = name.Split('-') switch
        {
            ["detector", _] => Detector(ml),
            ["detector", _, "int8"] => Quantized(ml),
            _ => Targets(ml),
        };
        ml.Model.SaveAtomic(transformer, null, PathOf(name));
        File.WriteAllLines(PathOf(name, ".txt"), Describe(ml, transformer));
        (transformer as IDisposable)?.Dispose();
    }

    /// <summary>What is in a model and what it gives, a line each. Numbers that are computed by the network are written so that they can be compared with a tolerance.</summary>
    public static string[] Describe(MLContext ml, ITransformer transformer) =>
        transformer is YoloV2DetectionTransformer detector ? Describe(ml, detector) : Describe(ml, (YoloV2TargetEncodingTransformer)transformer);

    private static string[] Describe(MLContext ml, YoloV2DetectionTransformer detector)
    {
        var (model, options, columns) = (detector.Model, detector.Options, detector.Columns);
        // Eight-bit integers round on some processors otherwise than on others: their ranges are compared, and what the network gives in float.
        using var inFloat = new YoloV2DetectionTransformer(ml, model.WithQuantization(null), options, columns);
        var found = Rows.Detections(inFloat.Transform(ml.Data.LoadFromEnumerable([new ImageRow(TestImages.Noise(200, 120, seed: 1))])))[0];
        return
        [
            $"network {model.Network.Layers.Length} layers, {model.Network.Input.Width} x {model.Network.Input.Height}, {model.Network.WeightCount} weights, seen {model.Weights.Seen}",
            $"classes {string.Join(", ", model.ClassNames)}",
            $"anchors {Invariant(model.Network.Region.Anchors.SelectMany(shape => (float[])[shape.Width, shape.Height]))}",
            $"resize {model.Resize}",
            // What came with 1.3 is told of samples that have it.
            .. model.Filter == ResizeFilter.Darknet ? (string[])[] : [$"filter {model.Filter}"],
            $"options {Invariant([options.ScoreThreshold, options.IoUThreshold, options.MaxDetections, options.IntraOpThreads])} {options.ClassAgnostic}",
            $"columns {columns.Image} {columns.PredictedLabel} {columns.PredictedLabelText} {columns.Score} {columns.PredictedBoundingBoxes}",
            $"weights {Digest(model.Weights.Convolutions.SelectMany(layer => (float[])[.. layer.Biases, .. layer.Scales ?? [], .. layer.RollingMean ?? [], .. layer.RollingVariance ?? [], .. layer.Kernel]))}",
            $"ranges {(model.Quantization is { } ranges ? Digest(ranges.Convolutions.SelectMany(range => (float[])[range.Linear.Low, range.Linear.High, range.Activated.Low, range.Activated.High])) : "none")}",
            .. found.Texts.Take(Best).Select((text, i) => $"found {text} {Invariant([found.Scores[i], .. found.Boxes.AsSpan(4 * i, 4)])}"),
        ];
    }

    private static string[] Describe(MLContext ml, YoloV2TargetEncodingTransformer encoding)
    {
        var (layout, options, columns) = (encoding.Layout, encoding.Options, encoding.Options.Columns);
        var row = LabelledRow.Create(200, 120, ["cat", "ant", "cat"], 10, 20, 70, 90, 80, 5, 130, 119, 150, 60, 160, 70);
        var encoded = Rows.Read(encoding.Transform(ml.Data.LoadFromEnumerable([row])), TargetColumns.Read)[0];
        return
        [
            $"grid {layout.Width} x {layout.Height}, input {options.InputWidth} x {options.InputHeight}, {options.TrueBoxRows} rows",
            $"classes {string.Join(", ", encoding.ClassNames)}",
            $"anchors {Invariant(encoding.Anchors.SelectMany(shape => (float[])[shape.Width, shape.Height]))}",
            $"options {options.Resize} {options.TruncatePixels} {options.IncludeDifficult}",
            $"columns {columns.Image} {columns.Labels} {columns.BoundingBoxes} {columns.Difficult} {options.TargetsColumn} {options.TrueBoxesColumn} {options.CountsColumn}",
            $"targets {Digest(encoded.Targets)}",
            $"true boxes {Invariant(encoded.TrueBoxes.Take(12))}",
            $"counts {string.Join(' ', encoded.Counts)}",
        ];
    }

    private static YoloV2DetectionTransformer Detector(MLContext ml) => new(
        ml, Small(), new() { ScoreThreshold = 0.08f, IoUThreshold = 0.4f, MaxDetections = 8, IntraOpThreads = 1 }, new());

    private static YoloV2DetectionTransformer Quantized(MLContext ml)
    {
        using var detector = Detector(ml);
        return detector.Quantize(ml.Data.LoadFromEnumerable(Enumerable.Range(1, 3).Select(seed => new ImageRow(TestImages.Noise(200, 120, seed)))));
    }

    private static YoloV2TargetEncodingTransformer Targets(MLContext ml) => ml.Transforms
        .YoloV2EncodeTargets(AnchorSet.FromPairs([1.5f, 2, 4, 3.25f]), gridWidth: 7, gridHeight: 5, new()
        {
            ClassNames = ["ant", "bee", "cat"], TrueBoxRows = 4, InputWidth = 256, InputHeight = 160, Resize = ResizeMode.Letterbox, TruncatePixels = true, IncludeDifficult = true,
        })
        .Fit(ml.Data.LoadFromEnumerable([LabelledRow.Create(200, 120, ["cat"], 10, 20, 70, 90)]));

    /// <summary>Some thousand weights in every kind of layer.</summary>
    private static DetectorModel Small()
    {
        NetworkDefinition network = new(new(3, 64, 96),
        [
            new ConvolutionalLayer(8, 3, 2, 1, true, Activation.Leaky),
            new MaxPoolLayer(2, 2, 1),
            new ConvolutionalLayer(8, 3, 1, 1, true, Activation.Leaky),
            new ReorgLayer(2, ReorgKind.Darknet),
            new RouteLayer([2]),
            new MaxPoolLayer(2, 2, 1),
            new RouteLayer([5, 3]),
            new ConvolutionalLayer(16, 1, 1, 0, false, Activation.Linear),
            new RegionLayer(new AnchorSet(new BoxShape(1, 2), new BoxShape(3, 2.5f)), Classes: 3),
        ]);
        var weights = WeightInitializer.Create(network, seed: 5);
        // A head that says something: the library's own starts near zero.
        float[] kernel = [.. weights.Convolutions[^1].Kernel.Select(value => 25 * value)];
        ConvolutionWeights head = new() { Biases = weights.Convolutions[^1].Biases, Kernel = kernel };
        return new(
            network, new(network, [.. weights.Convolutions.SkipLast(1), head]) { Seen = 12_345 }, ["ant", "bee", "cat"],
            ResizeMode.Letterbox, ResizeFilter.Antialiased);
    }

    private static string Digest(IEnumerable<float> values) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(values.ToArray())));

    private static string Invariant(IEnumerable<float> values) => string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
