using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Files.OnnxFormat;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Onnx;

/// <summary>Decoding and suppression in the graph, run by ONNX Runtime with no code of the library behind it.</summary>
public sealed class DetectionGraphTests
{
    private const int Classes = 5;

    // shared/golden/mini/golden.json: what AlexeyAB's Darknet detects in images of the network's size; boxes not clipped.
    [Theory]
    [InlineData("dog")]
    [InlineData("person")]
    [InlineData("bccd")]
    public void Export_Photograph_DetectsAsDarknetDoes(string image)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(TestPaths.Shared("golden/mini/golden.json")));
        var golden = file.RootElement.GetProperty("images").GetProperty(image);
        using var bitmap = ImageFile.Decode(TestPaths.Shared($"golden/images/{image}_160x96.png"));
        float[] input = new float[3 * 96 * 160];
        ImagePreprocessor.Fill(bitmap.Pixels(), ResizeMode.Stretch, 160, 96, input);
        using var session = Export(new() { ScoreThreshold = golden.GetProperty("threshold").GetSingle(), IoUThreshold = golden.GetProperty("nms_iou").GetSingle() });

        var detected = Run(session, "image", input, 1, 3, 96, 160);

        Assert.All(detected, row => Assert.Equal(0, row.Image));
        AssertNear(MiniGolden.ReadDetections(golden.GetProperty("detections_darknet")), [.. detected.Select(row => row.Detection)]);
    }

    // The whole network, three images in a batch: the synthetic one, the same upside down, black.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Export_BatchOfThree_GivesEachImageItsDetections(bool integers)
    {
        var model = integers ? InIntegers(MiniGolden.Model) : MiniGolden.Model;
        var options = new DetectionOptions { ScoreThreshold = 0.02f, MaxDetections = 40 };
        float[] image = MiniGolden.ReadFloats(TestPaths.Golden("mini/synthetic.input.f32.bin"));
        float[] batch = [.. image, .. image.Reverse(), .. new float[image.Length]];
        float[] maps = new float[3 * MiniGolden.Network.RegionLayout.Size];
        using (var backend = new OnnxRuntimeBackend(model.Network, model.Weights, intraOpThreads: 1, model.Quantization))
            backend.Run(batch, 3, maps);
        using var session = Export(options, model);

        AssertEqualsOurs(MiniGolden.Network, options, maps, Run(session, "image", batch, 3, 3, 96, 160));
    }

    [Theory]
    [InlineData(0.05f, 0.45f, false, 300, true)]
    [InlineData(0.05f, 0.45f, false, 300, false)]
    [InlineData(0.3f, 0.2f, false, 300, true)]
    [InlineData(0.005f, 0.9f, false, 1000, true)]
    [InlineData(0.005f, 0.45f, false, 7, true)]
    [InlineData(0.05f, 0.45f, true, 300, true)]
    [InlineData(0.005f, 0.6f, true, 20, false)]
    public void Append_RandomMaps_EqualsDecoderAndSuppression(float scoreThreshold, float iouThreshold, bool classAgnostic, int maxDetections, bool softmax)
    {
        var options = new DetectionOptions { ScoreThreshold = scoreThreshold, IoUThreshold = iouThreshold, ClassAgnostic = classAgnostic, MaxDetections = maxDetections };
        var network = Network(softmax);
        var random = new Random(5);
        float[] maps = [.. Enumerable.Range(0, 3 * network.RegionLayout.Size).Select(_ => 6 * random.NextSingle() - 3)];
        using var session = Decoding(network, options);

        AssertEqualsOurs(network, options, maps, RunMaps(session, network, maps));
        AssertEqualsOurs(network, options, maps[..network.RegionLayout.Size], RunMaps(session, network, maps[..network.RegionLayout.Size]));
    }

    // Saturated objectness and logits of 0 and 1: many equal scores, whose order and whose cut at the maximum must be ours, too.
    [Theory]
    [InlineData(1000)]
    [InlineData(31)]
    public void Append_EqualScores_KeepsTheOrderOfBoxesThenClasses(int maxDetections)
    {
        var options = new DetectionOptions { ScoreThreshold = 0.1f, MaxDetections = maxDetections };
        var network = Network(softmax: false);
        var random = new Random(5);
        float[] map = [.. Enumerable.Range(0, network.RegionLayout.Size).Select(_ => (float)random.Next(2))];
        for (int anchor = 0; anchor < 2; anchor++)
            map.AsSpan(network.RegionLayout.Index(anchor, RegionLayout.ObjectnessEntry, 0, 0), network.RegionLayout.PlaneSize).Fill(50);
        using var session = Decoding(network, options);

        var detected = RunMaps(session, network, map);

        Assert.True(detected.Select(row => row.Detection.Score).Distinct().Count() <= 4);
        AssertEqualsOurs(network, options, map, detected);
    }

    // Two equal boxes but for their width, 8 and 16 pixels: their IoU is 8 / 16 exactly.
    [Theory]
    [InlineData(0.5f, 2)]
    [InlineData(0.499f, 1)]
    public void Append_IoUEqualToTheThreshold_KeepsBoth(float iouThreshold, int kept)
    {
        var region = new RegionLayer(AnchorSet.FromPairs([0.25f, 1, 0.5f, 1]), 1);
        var network = new NetworkDefinition(new(3, 32, 32), [new ConvolutionalLayer(12, 1, 32, 0, false, Activation.Linear), region]);
        using var session = Decoding(network, new() { IoUThreshold = iouThreshold });

        var detected = RunMaps(session, network, [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0]);

        Assert.Equal(kept, detected.Count);
        Assert.Equal(new(8, 0, 24, 32), detected[0].Detection.Box);
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Append_ExtremeBoxes_StayFinite(float raw)
    {
        var network = Network(softmax: true);
        float[] map = new float[network.RegionLayout.Size];
        Array.Fill(map, raw, 0, 4 * network.RegionLayout.PlaneSize);
        using var session = Decoding(network, new() { ScoreThreshold = 0.05f });

        var detected = RunMaps(session, network, map);

        Assert.NotEmpty(detected);
        Assert.All(detected, row => Assert.True(float.IsFinite(row.Detection.Box.Area) && float.IsFinite(row.Detection.Box.Left)));
    }

    [Fact]
    public void Append_NothingAboveTheThreshold_GivesEmptyOutputs()
    {
        var network = Network(softmax: true);
        float[] maps = new float[2 * network.RegionLayout.Size];
        Array.Fill(maps, -9);
        using var session = Decoding(network, new());

        Assert.Empty(RunMaps(session, network, maps));
    }

    private static NetworkDefinition Network(bool softmax)
    {
        var region = new RegionLayer(AnchorSet.FromPairs([1.5f, 2, 3, 1.2f]), Classes) { Softmax = softmax };
        return new(new(3, 96, 128), [new ConvolutionalLayer(2 * (5 + Classes), 1, 16, 0, false, Activation.Linear), region]);
    }

    private static InferenceSession Export(DetectionOptions options, DetectorModel? model = null) =>
        OnnxRuntimeBackend.Open(OnnxExporter.ToBytes(model ?? MiniGolden.Model, new() { Output = OnnxOutput.Detections, Detection = options }), intraOpThreads: 1);

    private static DetectorModel InIntegers(DetectorModel model)
    {
        using var calibrator = new Calibrator(model);
        calibrator.Add(new PixelView(MiniGolden.SyntheticPixels(), 160, 96, 4 * 160, PixelOrder.Rgba));
        return model.WithQuantization(calibrator.Measure());
    }

    // The nodes behind a network by themselves: the map is the input.
    private static InferenceSession Decoding(NetworkDefinition network, DetectionOptions options)
    {
        var writer = new GraphWriter("decoding");
        writer.Graph.Input.Add(GraphWriter.Value("map", "N", network.Layers[^1].Output));
        DetectionGraph.Append(writer, "map", network, options);
        var file = new ModelProto { IrVersion = OnnxGraph.IrVersion, OpsetImport = { new OperatorSetIdProto { Version = OnnxGraph.OpsetVersion } }, Graph = writer.Graph };
        return OnnxRuntimeBackend.Open(file.ToByteArray(), intraOpThreads: 1);
    }

    private static List<(int Image, Detection Detection)> RunMaps(InferenceSession session, NetworkDefinition network, float[] maps)
    {
        var layout = network.RegionLayout;
        return Run(session, "map", maps, maps.Length / layout.Size, layout.Planes, layout.Height, layout.Width);
    }

    private static List<(int Image, Detection Detection)> Run(InferenceSession session, string name, float[] values, params long[] shape)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [name], [input], ["boxes", "scores", "classes", "images"]);
        float[] boxes = outputs[0].GetTensorDataAsSpan<float>().ToArray(), scores = outputs[1].GetTensorDataAsSpan<float>().ToArray();
        long[] classes = outputs[2].GetTensorDataAsSpan<long>().ToArray(), images = outputs[3].GetTensorDataAsSpan<long>().ToArray();
        Assert.Equal([scores.Length, 4], outputs[0].GetTensorTypeAndShape().Shape);
        Assert.Equal([scores.Length], outputs[2].GetTensorTypeAndShape().Shape);
        Assert.Equal([scores.Length], outputs[3].GetTensorTypeAndShape().Shape);
        return [.. scores.Select((score, i) => ((int)images[i], new Detection(new(boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]), (int)classes[i], score)))];
    }

    private static void AssertEqualsOurs(NetworkDefinition network, DetectionOptions options, float[] maps, List<(int Image, Detection Detection)> actual)
    {
        var decoder = new RegionDecoder(network, options);
        int size = network.RegionLayout.Size;
        List<Detection> ours = [];
        Assert.Equal(actual.Select(row => row.Image).Order(), actual.Select(row => row.Image));
        for (int image = 0; image < maps.Length / size; image++)
        {
            decoder.Decode(maps.AsSpan(image * size, size), ours);
            NonMaxSuppression.Apply(ours, options.IoUThreshold, options.ClassAgnostic, options.MaxDetections);
            Assert.NotEmpty(ours);
            AssertNear(ours, [.. actual.Where(row => row.Image == image).Select(row => row.Detection)]);
        }
    }

    private static void AssertNear(IReadOnlyList<Detection> expected, IReadOnlyList<Detection> actual)
    {
        Assert.Equal(expected.Select(item => item.ClassIndex), actual.Select(item => item.ClassIndex));
        foreach (var (a, b) in expected.Zip(actual))
        {
            Assert.Equal(a.Score, b.Score, tolerance: 1e-5f);
            Assert.Equal(a.Box.Left, b.Box.Left, tolerance: 1e-2f);
            Assert.Equal(a.Box.Top, b.Box.Top, tolerance: 1e-2f);
            Assert.Equal(a.Box.Right, b.Box.Right, tolerance: 1e-2f);
            Assert.Equal(a.Box.Bottom, b.Box.Bottom, tolerance: 1e-2f);
        }
    }
}
