using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using static Yolo.Model.Tests.Encoding.RegionMaps;

namespace Yolo.Model.Tests.Encoding;

public sealed class RegionDecoderTests
{
    // Golden/mini of the shared folder: Darknet's detections from the head that Darknet computed.
    [Theory]
    [InlineData("dog", 17)]
    [InlineData("person", 16)]
    [InlineData("bccd", 18)]
    public void Decode_DarknetsHead_GivesDarknetsDetections(string image, int count)
    {
        var golden = JsonDocument.Parse(File.ReadAllText(TestPaths.Shared("golden/mini/golden.json"))).RootElement;
        float[] anchors = [.. golden.GetProperty("head").GetProperty("anchors").EnumerateArray().Select(value => value.GetSingle())];
        var expected = golden.GetProperty("images").GetProperty(image);
        var map = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(TestPaths.Shared($"golden/mini/{image}.head_darknet.f32.bin")));
        var decoder = new RegionDecoder(HeadNetwork(160, 96, 16, 3, anchors), new() { ScoreThreshold = expected.GetProperty("threshold").GetSingle() });
        List<Detection> detections = [];

        decoder.Decode(map, detections);
        NonMaxSuppression.Apply(detections, expected.GetProperty("nms_iou").GetSingle(), classAgnostic: false, 300);

        var truths = expected.GetProperty("detections_darknet").EnumerateArray().OrderByDescending(item => Float(item, "score")).ToArray();
        Assert.Equal(count, truths.Length);
        Assert.Equal(count, detections.Count);
        foreach (var (truth, actual) in truths.Zip(detections))
        {
            Assert.Equal(truth.GetProperty("cls").GetInt32(), actual.ClassIndex);
            Assert.Equal(Float(truth, "score"), actual.Score, 2e-6);
            Assert.Equal(Float(truth, "left"), actual.Box.Left, 2e-4);
            Assert.Equal(Float(truth, "top"), actual.Box.Top, 2e-4);
            Assert.Equal(Float(truth, "width"), actual.Box.Width, 2e-4);
            Assert.Equal(Float(truth, "height"), actual.Box.Height, 2e-4);
        }
    }

    [Fact]
    public void Decode_OnePrediction_FollowsTheFormula()
    {
        // By hand: cell (row 1, column 2) of a 4 x 3 grid with cells of 32 pixels; anchor 2 x 1. sigmoid(ln 3) = 3/4, exp(ln 2) = 2.
        // Centre (2.75, 1.25) cells, size 4 x 0.5 cells; objectness 4/5; classes 1/4 and 3/4.
        var network = HeadNetwork(128, 96, 32, 2, [1, 1, 2, 1]);
        float[] map = Blank(network);
        Set(map, network, 1, 1, 2, [MathF.Log(3), -MathF.Log(3), MathF.Log(2), -MathF.Log(2), MathF.Log(4), 7, 7 + MathF.Log(3)]);
        List<Detection> detections = [new(default, 0, 1)];

        new RegionDecoder(network, new() { ScoreThreshold = 0.1f }).Decode(map, detections);

        Assert.Equal([0, 1], detections.Select(item => item.ClassIndex));
        Assert.Equal(0.2, detections[0].Score, 1e-6);
        Assert.Equal(0.6, detections[1].Score, 1e-6);
        Assert.Equal(new(24, 32, 152, 48), Rounded(detections[1].Box));
    }

    // 20 x 10 pixels in 7 x 4 cells: each 20/7 wide and 10/4 high. The middle of the first cell, one cell large.
    [Fact]
    public void Decode_CellsThatAreNotSquare_HaveEachSidesLength()
    {
        var network = new NetworkDefinition(new(3, 10, 20), [new ConvolutionalLayer(6, 3, 3, 1, false, Activation.Linear), new RegionLayer(AnchorSet.FromPairs([1, 1]), 1)]);
        float[] map = new float[network.RegionLayout.Size];
        Array.Fill(map, -20, 4 * network.RegionLayout.PlaneSize, network.RegionLayout.PlaneSize);
        map[4 * network.RegionLayout.PlaneSize] = 20;
        List<Detection> results = [];

        new RegionDecoder(network, new()).Decode(map, results);

        Assert.Equal((7, 4), (network.RegionLayout.Width, network.RegionLayout.Height));
        var box = Assert.Single(results).Box;
        Assert.Equal(20 / 7f, box.Right, 1e-5f);
        Assert.Equal(10 / 4f, box.Bottom, 1e-5f);
    }

    [Fact]
    public void Decode_WithoutSoftmax_TakesASigmoidPerClass()
    {
        var network = HeadNetwork(32, 32, 32, 2, [1, 1], softmax: false);
        float[] map = Blank(network);
        Set(map, network, 0, 0, 0, [0, 0, 0, 0, 100, MathF.Log(3), MathF.Log(4)]);
        List<Detection> detections = [];

        new RegionDecoder(network, new() { ScoreThreshold = 0.1f }).Decode(map, detections);

        Assert.Equal(0.75, detections[0].Score, 1e-6);
        Assert.Equal(0.8, detections[1].Score, 1e-6);
    }

    // 20 classes fill vector registers and leave a rest; compare with a softmax in double.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(80)]
    public void Decode_AnyNumberOfClasses_ScoresAreObjectnessTimesSoftmax(int classes)
    {
        var network = HeadNetwork(32, 32, 32, classes, [1, 1]);
        float[] logits = [.. Enumerable.Range(0, classes).Select(i => MathF.Sin(i * i))];
        float[] map = [0, 0, 0, 0, 0, .. logits];
        List<Detection> detections = [];

        new RegionDecoder(network, new() { ScoreThreshold = 1e-6f }).Decode(map, detections);

        double sum = logits.Sum(value => Math.Exp(value));
        Assert.Equal(classes, detections.Count);
        for (int i = 0; i < classes; i++)
            Assert.Equal(0.5 * Math.Exp(logits[i]) / sum, detections[i].Score, 1e-6);
    }

    [Fact]
    public void Decode_OfEncodedTargets_GivesTheBoxesBack()
    {
        float[] anchors = [1.3221f, 1.73145f, 3.19275f, 4.00944f, 5.05587f, 8.09892f];
        var network = HeadNetwork(416, 352, 32, 4, anchors);
        var encoder = new TargetEncoder(network.RegionLayout, network.Region.Anchors);
        GroundTruth[] truths = [new(new(10, 20, 55, 70), 0), new(new(100.5f, 110.25f, 220, 330), 3), new(new(380, 300, 430, 360), 1), new(new(200, 5, 203, 9), 2)];
        float[] map = Blank(network);
        foreach (var target in encoder.Encode(truths, 416, 352).Targets)
        {
            var (box, anchor) = (target.Box, network.Region.Anchors[target.Anchor]);
            Span<float> values = [Logit(box.X - target.Column), Logit(box.Y - target.Row), MathF.Log(box.Width / anchor.Width), MathF.Log(box.Height / anchor.Height), 10, 0, 0, 0, 0];
            values[5 + target.ClassIndex] = 20;
            Set(map, network, target.Anchor, target.Row, target.Column, values);
        }
        List<Detection> detections = [];

        new RegionDecoder(network, new()).Decode(map, detections);

        Assert.Equal(truths.Length, detections.Count);
        foreach (var truth in truths)
        {
            var box = Assert.Single(detections, item => item.ClassIndex == truth.ClassIndex).Box;
            Assert.Equal(truth.Box.Left, box.Left, 1e-3);
            Assert.Equal(truth.Box.Top, box.Top, 1e-3);
            Assert.Equal(truth.Box.Right, box.Right, 1e-3);
            Assert.Equal(truth.Box.Bottom, box.Bottom, 1e-3);
        }
    }

    [Theory]
    [InlineData(20, true, 1)]
    [InlineData(20, false, 1)]
    [InlineData(3, true, 4)]
    [InlineData(3, false, 4)]
    public void Decode_RandomMap_EqualsThePlainFormulas(int classes, bool softmax, float spread)
    {
        var network = HeadNetwork(160, 96, 16, classes, [1, 1, 3, 4, 5, 8], softmax);
        float[] map = RandomMap(network, spread);
        var expected = PlainDetection.Decode(network, map, 0.005f);
        List<Detection> actual = [];

        new RegionDecoder(network, new() { ScoreThreshold = 0.005f }).Decode(map, actual);

        Assert.Equal(expected.Select(item => (item.Box, item.ClassIndex)), actual.Select(item => (item.Box, item.ClassIndex)));
        foreach (var (plain, ours) in expected.Zip(actual))
            Assert.Equal(plain.Score, ours.Score, 1e-6);
    }

    // Maps of nearly as many candidates as pairs of box and class, of ties (whole numbers), of few candidates, and of sizes that leave rests of vectors.
    [Theory]
    [InlineData(416, 20, true, 1, false, 0.45f, 300)]
    [InlineData(416, 20, true, 1, true, 0.45f, 300)]
    [InlineData(160, 20, false, 2, false, 0.3f, 5000)]
    [InlineData(160, 20, false, 2, true, 0.3f, 5000)]
    [InlineData(160, 3, true, 3, false, 0.6f, 10)]
    [InlineData(160, 1, true, 3, true, 0, 10)]
    [InlineData(32, 2, true, 0.1f, false, 1, 300)]
    [InlineData(416, 20, true, 0, false, 0.45f, 300)]
    [InlineData(416, 20, true, 0, true, 0.45f, 300)]
    public void Detect_AnyMap_EqualsPlainSuppressionOfTheDecoded(
        int width, int classes, bool softmax, float spread, bool classAgnostic, float iouThreshold, int maxDetections)
    {
        var network = HeadNetwork(width, 96, 32, classes, [1, 1, 3, 4, 5, 8], softmax);
        float[] map = RandomMap(network, spread);
        var options = new DetectionOptions { ScoreThreshold = 0.005f, IoUThreshold = iouThreshold, ClassAgnostic = classAgnostic, MaxDetections = maxDetections };
        var decoder = new RegionDecoder(network, options);
        List<Detection> decoded = [], detected = [new(default, 0, 1)];
        decoder.Decode(map, decoded);

        decoder.Detect(map, detected);

        Assert.NotEmpty(detected);
        Assert.Equal(PlainDetection.Suppress(decoded, iouThreshold, classAgnostic, maxDetections), detected);
    }

    [Fact]
    public void Detect_NothingAboveTheThreshold_ClearsTheList()
    {
        var network = HeadNetwork(32, 32, 32, 2, [1, 1]);
        List<Detection> detections = [new(default, 0, 1)];

        new RegionDecoder(network, new()).Detect([0, 0, 0, 0, -9, 0, 0], detections);

        Assert.Empty(detections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Detect_Repeated_AllocatesNothing(bool classAgnostic)
    {
        var network = HeadNetwork(416, 416, 32, 20, [1, 1, 3, 4, 5, 8]);
        float[] map = RandomMap(network, 2);
        var decoder = new RegionDecoder(network, new() { ScoreThreshold = 0.05f, ClassAgnostic = classAgnostic });
        List<Detection> detections = [], decoded = [];
        Run();
        Assert.NotEmpty(detections);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            decoder.Detect(map, detections);
            decoder.Decode(map, decoded);
            NonMaxSuppression.Apply(decoded, 0.45f, classAgnostic, 300);
        }
    }

    private static BoundingBox Rounded(BoundingBox box) =>
        new(MathF.Round(box.Left, 3), MathF.Round(box.Top, 3), MathF.Round(box.Right, 3), MathF.Round(box.Bottom, 3));

    private static float Float(JsonElement element, string name) => element.GetProperty(name).GetSingle();
}
