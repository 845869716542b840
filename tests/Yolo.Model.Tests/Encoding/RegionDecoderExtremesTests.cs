using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using static Yolo.Model.Tests.Encoding.RegionMaps;

namespace Yolo.Model.Tests.Encoding;

/// <summary>Maps of numbers that no good network gives, and of another length.</summary>
public sealed class RegionDecoderExtremesTests
{
    [Theory]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    [InlineData(float.MaxValue)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Decode_ExtremeBox_StaysFinite(float raw)
    {
        var network = HeadNetwork(32, 32, 32, 2, [1, 1]);
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
        var network = HeadNetwork(32, 32, 32, 2, [1, 1]);
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
        var network = HeadNetwork(64, 32, 32, 2, [1, 1]);
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
        var network = HeadNetwork(416, 416, 32, classes, [1, 1, 3, 4, 5, 8], softmax);
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
        var decoder = new RegionDecoder(HeadNetwork(32, 32, 32, 2, [1, 1]), new());

        var error = Assert.Throws<ArgumentException>(() => decoder.Decode(new float[8], []));

        Assert.StartsWith("The network's map holds 7 floats, this one 8.", error.Message, StringComparison.Ordinal);
    }
}
