using Microsoft.ML.OnnxRuntime;
using Xunit;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Files.OnnxFormat;
using Yolo.Model.Quantization;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Quantization;

public sealed class QuantizedNetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // Reorg, route and a pooling layer of stride 1 among its layers.
    [Fact]
    public void Run_GoldenNetworkInIntegers_ComesNearFloat() => AssertComputesInIntegers(MiniGolden.Model, MiniGolden.SyntheticPixels());

    [Fact]
    public void Run_TinyVocInIntegers_ComesNearFloat()
    {
        var network = YoloV2Network.TinyVoc.WithInputSize(64, 64);
        AssertComputesInIntegers(Model(network, WeightInitializer.Create(network, seed: 3)), Noise(64, 64));
    }

    // Shortcuts of two are one operation, QLinearAdd, relu included; that with leaky is added in float. Relu is none at all behind the
    // convolutions.
    [Fact]
    public void Run_ResidualNetworkInIntegers_ComesNearFloat()
    {
        var golden = DarknetGolden.Get("residual");
        var network = golden.LoadNetwork();
        var exact = Model(network, golden.LoadWeights(network));
        var rounded = Quantize(exact, golden.Pixels());

        var nodes = Optimized(OnnxExporter.ToBytes(network, exact.Weights, rounded.Quantization));

        Assert.Equal(4, rounded.Quantization!.Shortcuts.Length);
        Assert.Equal(network.Convolutions.Length - 2, nodes.Count(node => node.OpType == "QLinearConv"));
        Assert.Equal(3, nodes.Count(node => node.OpType == "QLinearAdd"));
        Assert.DoesNotContain("Relu", nodes.Select(node => node.OpType));
        Assert.InRange(Difference(exact, rounded, golden.Pixels()), 1e-4, 0.06);
    }

    [Theory]
    [InlineData("yolov2-resnet18")]
    [InlineData("yolov2-resnet18-stride16")]
    public void Run_ResNet18InIntegers_ComesNearFloat(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");
        Assert.SkipUnless(File.Exists(path), $"{path} is absent: the package Microsoft.ML.DnnImageFeaturizer.ResNet18 puts it there.");
        var network = YoloV2Network.Get(name).WithInputSize(160, 96);
        var exact = Model(network, Backbone.ResNet18().Read(network, WeightInitializer.Create(network, seed: 3), out _));

        var rounded = AssertComputesInIntegers(exact, MiniGolden.SyntheticPixels(), limit: 0.1);

        Assert.Equal(8, Optimized(OnnxExporter.ToBytes(network, exact.Weights, rounded.Quantization)).Count(node => node.OpType == "QLinearAdd"));
    }

    [Theory]
    [InlineData("groups")]
    [InlineData("smooth")]
    public void Run_OtherLayersInIntegers_ComeNearFloat(string name)
    {
        var golden = DarknetGolden.Get(name);
        var network = golden.LoadNetwork();
        var exact = Model(network, golden.LoadWeights(network));

        Assert.InRange(Difference(exact, Quantize(exact, golden.Pixels()), golden.Pixels()), 1e-4, 0.06);
    }

    [Fact]
    public void WithQuantization_WithoutRangesOfShortcuts_NamesBothCounts()
    {
        var golden = DarknetGolden.Get("residual");
        var network = golden.LoadNetwork();
        var exact = Model(network, golden.LoadWeights(network));
        var quantization = Quantize(exact, golden.Pixels()).Quantization!;

        var missing = Assert.Throws<ArgumentException>(() => exact.WithQuantization(quantization with { Shortcuts = [] }));
        var impossible = Assert.Throws<ArgumentException>(() => exact.WithQuantization(quantization with { Shortcuts = quantization.Shortcuts.SetItem(1, new(0, 0)) }));

        Assert.StartsWith("The network has 4 shortcuts and needs a range for each; there are 0.", missing.Message, StringComparison.Ordinal);
        Assert.StartsWith("The range of shortcut 1 is impossible", impossible.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_NoImages_SaysWhatIsMissing() =>
        Assert.Contains("calibrate", Assert.Throws<InvalidOperationException>(() => Calibrator.Quantize(MiniGolden.Model, [], TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    [Fact]
    public void WithQuantization_OfAnotherNetwork_Throws()
    {
        NetworkQuantization other = new([new(new(-1, 1), new(-1, 1))]);

        Assert.Throws<ArgumentException>(() => MiniGolden.Model.WithQuantization(other));
        Assert.Throws<ArgumentException>(() => OnnxExporter.ToBytes(MiniGolden.Network, MiniGolden.Weights, other));
        Assert.Throws<ArgumentException>(() => MiniGolden.Model.WithQuantization(new(default)));
    }

    [Fact]
    public void WithQuantization_RangeWithoutLevels_NamesTheConvolution()
    {
        var ranges = Quantize(MiniGolden.Model, MiniGolden.SyntheticPixels()).Quantization!.Convolutions;

        var exception = Assert.Throws<ArgumentException>(() => MiniGolden.Model.WithQuantization(new(ranges.SetItem(2, new(new(-1, 1), new(0, 0))))));

        Assert.Contains("convolution 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_NetworkThatDiverged_SaysSo()
    {
        ConvolutionWeights[] convolutions = [.. MiniGolden.Weights.Convolutions];
        var second = convolutions[1];
        convolutions[1] = new()
        {
            Kernel = second.Kernel,
            Biases = [.. second.Biases.Select(_ => float.NaN)],
            Scales = second.Scales,
            RollingMean = second.RollingMean,
            RollingVariance = second.RollingVariance,
        };

        var exception = Assert.Throws<InvalidDataException>(() => Quantize(Model(MiniGolden.Network, new(MiniGolden.Network, convolutions)), MiniGolden.SyntheticPixels()));

        Assert.Contains("diverged", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_AfterDispose_Throws()
    {
        var calibrator = new Calibrator(MiniGolden.Model);
        calibrator.Dispose();
        calibrator.Dispose();

        Assert.Throws<ObjectDisposedException>(() => calibrator.Add(new PixelView(MiniGolden.SyntheticPixels(), 160, 96, 4 * 160, PixelOrder.Rgba)));
    }

    [Fact]
    public void WithQuantization_Null_IsInFloatAgain()
    {
        var model = Quantize(MiniGolden.Model, MiniGolden.SyntheticPixels());

        Assert.Equal(OnnxExporter.ToBytes(MiniGolden.Model), OnnxExporter.ToBytes(model.WithQuantization(null)));
        Assert.NotEqual(OnnxExporter.ToBytes(MiniGolden.Model), OnnxExporter.ToBytes(model));
    }

    public void Dispose() => _folder.Dispose();

    // What ONNX Runtime makes of the pairs of QuantizeLinear and DequantizeLinear is what is run: all but the first and the last convolution in integers.
    private DetectorModel AssertComputesInIntegers(DetectorModel exact, byte[] rgba, double limit = 0.06)
    {
        var rounded = Quantize(exact, rgba);

        var nodes = Optimized(OnnxExporter.ToBytes(exact.Network, exact.Weights, rounded.Quantization));

        var layers = exact.Network.Convolutions;
        Assert.Equal(layers.Length - 2, nodes.Count(node => node.OpType == "QLinearConv"));
        Assert.Equal(layers[1..^1].Count(layer => layer.Activation == Activation.Leaky), nodes.Count(node => node.OpType == "QLinearLeakyRelu"));
        Assert.Equal(2, nodes.Count(node => node.OpType.EndsWith("Conv", StringComparison.Ordinal) && node.OpType != "QLinearConv"));
        Assert.InRange(Difference(exact, rounded, rgba), 1e-4, limit);
        return rounded;
    }

    private static DetectorModel Model(NetworkDefinition network, NetworkWeights weights) =>
        new(network, weights, [.. Enumerable.Range(0, network.Region.Classes).Select(index => $"class {index}")]);

    private static DetectorModel Quantize(DetectorModel model, byte[] rgba)
    {
        var input = model.Network.Input;
        using var calibrator = new Calibrator(model);
        calibrator.Add(new PixelView(rgba, input.Width, input.Height, 4 * input.Width, PixelOrder.Rgba));
        return model.WithQuantization(calibrator.Measure());
    }

    // Root mean square of the difference on the calibration image, as a part of that of the map.
    private static double Difference(DetectorModel exact, DetectorModel rounded, byte[] rgba)
    {
        var network = exact.Network;
        float[] pixels = new float[network.Input.Count], expected = new float[network.RegionLayout.Size], actual = new float[network.RegionLayout.Size];
        ImagePreprocessor.Fill(new PixelView(rgba, network.Input.Width, network.Input.Height, 4 * network.Input.Width, PixelOrder.Rgba), exact.Resize, network.Input.Width, network.Input.Height, pixels);
        using (var backend = new OnnxRuntimeBackend(network, exact.Weights, intraOpThreads: 1))
            backend.Run(pixels, batch: 1, expected);
        using (var backend = new OnnxRuntimeBackend(network, rounded.Weights, intraOpThreads: 1, rounded.Quantization))
            backend.Run(pixels, batch: 1, actual);
        double difference = 0, size = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            size += Math.Pow(expected[i], 2);
        }
        return Math.Sqrt(difference / size);
    }

    private IReadOnlyList<NodeProto> Optimized(byte[] file)
    {
        string path = _folder.Combine("optimized.onnx");
        using var options = new SessionOptions { OptimizedModelFilePath = path, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(file, options);
        using var stream = File.OpenRead(path);
        return ModelProto.Parser.ParseFrom(stream).Graph.Node;
    }

    private static byte[] Noise(int width, int height)
    {
        byte[] pixels = new byte[4 * width * height];
        new Random(5).NextBytes(pixels);
        return pixels;
    }
}
