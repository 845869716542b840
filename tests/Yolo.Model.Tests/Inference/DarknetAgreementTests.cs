using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Inference;

/// <summary>Networks of every kind against Darknet itself: Golden/darknet/README.md says how its numbers were made.</summary>
public sealed class DarknetAgreementTests
{
    // Of the largest value of a head. Measured: at most 2e-6.
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Cases => DarknetGolden.Names;

    public static TheoryData<string> Heads => DarknetGolden.NamesWithHead;

    [Theory]
    [MemberData(nameof(Heads))]
    public void Run_SameInput_OnnxRuntimeGivesDarknetsHead(string name)
    {
        var golden = DarknetGolden.Get(name);
        var network = golden.LoadNetwork();
        using var backend = new OnnxRuntimeBackend(network, golden.LoadWeights(network), intraOpThreads: 1);
        float[] map = new float[network.RegionLayout.Size];

        backend.Run(golden.Input(network), batch: 1, map);

        MiniGolden.AssertClose(golden.ReadHead(), map, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void Forward_SameInput_TorchSharpGivesDarknetsHead(string name)
    {
        var golden = DarknetGolden.Get(name);
        var network = golden.LoadNetwork();

        MiniGolden.AssertClose(golden.ReadHead(), RunTorch(network, golden.LoadWeights(network), golden.Input(network)), Tolerance);
    }

    // Measured: scores agree to 1.4e-6 and boxes to 3e-4 pixels with AlexeyAB's Darknet, to 7.7e-6 and 6e-4 with pjreddie's, whose epsilon of batch norm is another.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Detect_SameImage_GivesDarknetsDetections(string name)
    {
        var golden = DarknetGolden.Get(name);
        var network = golden.LoadNetwork();
        string[] classes = [.. Enumerable.Range(0, network.Region.Classes).Select(i => $"class{i}")];
        using var detector = new Detector(
            new(network, golden.LoadWeights(network), classes, golden.Resize), new() { ScoreThreshold = golden.Threshold, IntraOpThreads = 1 });
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

    private static float[] RunTorch(NetworkDefinition network, NetworkWeights weights, float[] image)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var module = new YoloModule(network);
        TorchWeights.Load(module, weights);
        module.eval();
        using var inference = inference_mode();
        return module.forward(tensor(image, [1, 3, network.Input.Height, network.Input.Width])).contiguous().data<float>().ToArray();
    }
}
