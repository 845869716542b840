using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Inference;

/// <summary>Networks of every kind against Darknet itself: Golden/darknet/README.md says how its numbers were made.</summary>
public sealed class DarknetAgreementTests
{
    // Of the largest value of a head.
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Cases => DarknetGolden.Names;

    public static TheoryData<string> Heads => DarknetGolden.NamesWithHead;

    [Theory]
    [MemberData(nameof(Heads))]
    public void Run_SameInput_OnnxRuntimeGivesDarknetsHead(string name) =>
        AssertHead(name, (network, weights) => new OnnxRuntimeBackend(network, weights, intraOpThreads: 1));

    [Theory]
    [MemberData(nameof(Heads))]
    public void Run_SameInput_TorchSharpGivesDarknetsHead(string name) => AssertHead(name, (network, weights) => new TorchBackend(network, weights));

    // Measured: scores agree to 1.4e-6 and boxes to 3e-4 pixels with AlexeyAB's Darknet, to 7.7e-6 and 6e-4 with pjreddie's, whose epsilon of batch norm is another.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Detect_SameImage_OnnxRuntimeGivesDarknetsDetections(string name) =>
        AssertDetections(name, (network, weights) => new OnnxRuntimeBackend(network, weights, intraOpThreads: 1));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Detect_SameImage_TorchSharpGivesDarknetsDetections(string name) => AssertDetections(name, (network, weights) => new TorchBackend(network, weights));

    private static void AssertHead(string name, Func<NetworkDefinition, NetworkWeights, IInferenceBackend> open)
    {
        var golden = DarknetGolden.Get(name);
        var network = golden.LoadNetwork();
        using var backend = open(network, golden.LoadWeights(network));
        float[] map = new float[network.RegionLayout.Size];

        backend.Run(golden.Input(network), batch: 1, map);

        MiniGolden.AssertClose(golden.ReadHead(), map, Tolerance);
    }

    private static void AssertDetections(string name, Func<NetworkDefinition, NetworkWeights, IInferenceBackend> open)
    {
        var golden = DarknetGolden.Get(name);
        var network = golden.LoadNetwork();
        var weights = golden.LoadWeights(network);
        string[] classes = [.. Enumerable.Range(0, network.Region.Classes).Select(i => $"class{i}")];
        using var detector = new Detector(new(network, weights, classes, golden.Resize), open(network, weights), new() { ScoreThreshold = golden.Threshold });
        Detection[] expected = [.. golden.ReadDetections()
            .Select(detection => detection with { Box = detection.Box.Clip(golden.Width, golden.Height) })
            .Where(detection => detection.Box.Area > 0)];

        var actual = detector.Detect(new PixelView(golden.Pixels(), golden.Width, golden.Height, 4 * golden.Width, PixelOrder.Rgba));

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(detection => detection.ClassIndex), actual.Select(detection => detection.ClassIndex));
        foreach (var (darknet, ours) in expected.Zip(actual))
        {
            Assert.Equal(darknet.Score, ours.Score, tolerance: 1e-4f);
            Assert.Equal(darknet.Box.Left, ours.Box.Left, tolerance: 0.01f);
            Assert.Equal(darknet.Box.Top, ours.Box.Top, tolerance: 0.01f);
            Assert.Equal(darknet.Box.Right, ours.Box.Right, tolerance: 0.01f);
            Assert.Equal(darknet.Box.Bottom, ours.Box.Bottom, tolerance: 0.01f);
        }
    }
}
