using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;

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
        var decoder = new RegionDecoder(Network(160, 96, 16, 3, anchors), new() { ScoreThreshold = expected.GetProperty("threshold").GetSingle() });
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
        var network = Network(128, 96, 32, 2, [1, 1, 2, 1]);
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
        var network = Network(32, 32, 32, 2, [1, 1], softmax: false);
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
        var network = Network(32, 32, 32, classes, [1, 1]);
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
        var network = Network(416, 352, 32, 4, anchors);
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
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    [InlineData(float.MaxValue)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Decode_ExtremeBox_StaysFinite(float raw)
    {
        var network = Network(32, 32, 32, 2, [1, 1]);
        List<Detection> detections = [];

        new RegionDecoder(network, new()).Decode([raw, raw, raw, raw, 1e4f, 1e4f, -1e4f], detections);

        var (box, _, score) = Assert.Single(detections);
        Assert.Equal(1, score);
        Assert.Equal(raw > 0 ? 32 : 0, box.CenterX, 0.1);
        Assert.InRange(box.Width, 0, 32 * 22_027);
    }

    [Fact]
    public void Decode_NotANumber_GivesNoDetection()
    {
        var network = Network(32, 32, 32, 2, [1, 1]);
        List<Detection> detections = [];

        new RegionDecoder(network, new()).Decode([0, 0, 0, 0, float.NaN, 0, 0], detections);
        Assert.Empty(detections);
        new RegionDecoder(network, new()).Decode([0, 0, 0, 0, 5, float.NaN, 0], detections);
        Assert.Empty(detections);
    }

    // A NaN box would also suppress every other box of its class: its IoU with anything is NaN.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Decode_BoxThatIsNotANumber_GivesNoDetection(int entry)
    {
        var network = Network(64, 32, 32, 2, [1, 1]);
        float[] map = Blank(network);
        Set(map, network, 0, 0, 1, [0, 0, 0, 0, 3, 0, 5]);
        float[] values = [0, 0, 0, 0, 5, 0, 5];
        values[entry] = float.NaN;
        Set(map, network, 0, 0, 0, values);
        List<Detection> detections = [];

        new RegionDecoder(network, new()).Decode(map, detections);
        NonMaxSuppression.Apply(detections, 0.45f, classAgnostic: false, 300);

        Assert.Equal(48, Assert.Single(detections).Box.CenterX);
    }

    // Every number of the map drawn from extreme ones: whatever is reported is a number. 
    [Theory]
    [InlineData(3, true)]
    [InlineData(3, false)]
    [InlineData(20, true)]
    [InlineData(20, false)]
    public void Decode_MapFullOfExtremeValues_ReportsNumbersOnly(int classes, bool softmax)
    {
        float[] extremes = [1e4f, -1e4f, 89, -89, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.MaxValue, float.MinValue, float.Epsilon, 1, -1, 0, 5];
        var network = Network(416, 416, 32, classes, [1, 1, 3, 4, 5, 8], softmax);
        var random = new Random(1);
        float[] map = [.. Enumerable.Range(0, network.RegionLayout.Size).Select(_ => extremes[random.Next(random.Next(4) == 0 ? extremes.Length : 4)])];
        List<Detection> detections = [];

        new RegionDecoder(network, new() { ScoreThreshold = 0.01f }).Decode(map, detections);
        Assert.True(detections.Count > 20, $"only {detections.Count} detections");
        AssertNumbers();
        new RegionDecoder(network, new() { ScoreThreshold = 0.01f }).Detect(map, detections);
        Assert.NotEmpty(detections);
        AssertNumbers();

        void AssertNumbers() => Assert.All(detections, detection =>
        {
            Assert.InRange(detection.Score, 0.01f, 1);
            Assert.All([detection.Box.Left, detection.Box.Top, detection.Box.Right, detection.Box.Bottom], side => Assert.True(float.IsFinite(side)));
        });
    }

    [Fact]
    public void Decode_MapOfAnotherLength_IsRefused()
    {
        var decoder = new RegionDecoder(Network(32, 32, 32, 2, [1, 1]), new());

        var error = Assert.Throws<ArgumentException>(() => decoder.Decode(new float[8], []));

        Assert.StartsWith("The network's map holds 7 floats, this one 8.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, true, 1)]
    [InlineData(20, false, 1)]
    [InlineData(3, true, 4)]
    [InlineData(3, false, 4)]
    public void Decode_RandomMap_EqualsThePlainFormulas(int classes, bool softmax, float spread)
    {
        var network = Network(160, 96, 16, classes, [1, 1, 3, 4, 5, 8], softmax);
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
        var network = Network(width, 96, 32, classes, [1, 1, 3, 4, 5, 8], softmax);
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
        var network = Network(32, 32, 32, 2, [1, 1]);
        List<Detection> detections = [new(default, 0, 1)];

        new RegionDecoder(network, new()).Detect([0, 0, 0, 0, -9, 0, 0], detections);

        Assert.Empty(detections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Detect_Repeated_AllocatesNothing(bool classAgnostic)
    {
        var network = Network(416, 416, 32, 20, [1, 1, 3, 4, 5, 8]);
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

    // Spread 0: numbers from a few whole ones, so that scores and boxes repeat.
    private static float[] RandomMap(NetworkDefinition network, float spread)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, network.RegionLayout.Size).Select(_ => spread > 0 ? spread * (2 * random.NextSingle() - 1) : random.Next(2))];
    }

    private static NetworkDefinition Network(int width, int height, int cell, int classes, float[] anchors, bool softmax = true)
    {
        var region = new RegionLayer(AnchorSet.FromPairs(anchors), classes) { Softmax = softmax };
        var head = new ConvolutionalLayer(region.Anchors.Count * (5 + classes), 1, cell, 0, false, Activation.Linear);
        return new(new(3, height, width), [head, region]);
    }

    // A map in which nothing is an object.
    private static float[] Blank(NetworkDefinition network)
    {
        float[] map = new float[network.RegionLayout.Size];
        Array.Fill(map, -20);
        return map;
    }

    private static void Set(float[] map, NetworkDefinition network, int anchor, int row, int column, ReadOnlySpan<float> values)
    {
        var layout = network.RegionLayout;
        for (int entry = 0; entry < values.Length; entry++)
            map[((anchor * (5 + layout.Classes) + entry) * layout.Height + row) * layout.Width + column] = values[entry];
    }

    private static float Logit(float p) => MathF.Log(p / (1 - p));

    private static BoundingBox Rounded(BoundingBox box) =>
        new(MathF.Round(box.Left, 3), MathF.Round(box.Top, 3), MathF.Round(box.Right, 3), MathF.Round(box.Bottom, 3));

    private static float Float(JsonElement element, string name) => element.GetProperty(name).GetSingle();
}
