using TorchSharp;
using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Inference;

public sealed class TorchBackendTests
{
    // shared/golden/README.md: 1e-4 of the largest value.
    private const double Tolerance = 1e-4;

    // Golden/mini: the last convolution's output as AlexeyAB's Darknet and PyTorch in float64 give it; its batch norm has statistics that folding must get right.
    [Theory]
    [InlineData("darknet")]
    [InlineData("ref64")]
    public void Run_SyntheticInput_GivesTheHeadOf(string reference)
    {
        using var backend = new TorchBackend(MiniGolden.Network, MiniGolden.Weights);

        float[] map = Run(backend, MiniGolden.Network, Synthetic());

        MiniGolden.AssertClose(MiniGolden.ReadFloats(TestPaths.Golden($"mini/synthetic.head_{reference}.f32.bin")), map, Tolerance);
    }

    // Two engines, two programs that fold batch norm into a graph or a module, one definition.
    [Theory]
    [InlineData("yolov2-voc", 96, 96)]
    [InlineData("yolov2-tiny-voc", 96, 96)]
    [InlineData("yolov2-tiny-voc", 160, 64)]
    public void Run_BuiltInNetwork_AgreesWithOnnxRuntime(string name, int width, int height)
    {
        var network = YoloV2Network.Get(name).WithInputSize(width, height);
        var weights = RandomWeights(network);
        float[] images = Random(2 * (int)network.Input.Count, seed: 2);
        using var torchBackend = new TorchBackend(network, weights);
        using var onnxBackend = new OnnxRuntimeBackend(network, weights, intraOpThreads: 1);

        float[] actual = Run(torchBackend, network, images, batch: 2), expected = Run(onnxBackend, network, images, batch: 2);

        Assert.True(expected.Max() - expected.Min() > 0.1f, "the map hardly depends on the image: the comparison shows little");
        MiniGolden.AssertClose(expected, actual, Tolerance);
    }

    [Fact]
    public async Task Run_FromSeveralThreads_GivesEachItsOwnMap()
    {
        using var backend = new TorchBackend(MiniGolden.Network, MiniGolden.Weights);
        float[][] images = [.. Enumerable.Range(0, 4).Select(seed => Random((int)MiniGolden.Network.Input.Count, seed))];
        float[][] expected = [.. images.Select(image => Run(backend, MiniGolden.Network, image))];

        var maps = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => Run(backend, MiniGolden.Network, images[i % 4]), TestContext.Current.CancellationToken)));

        for (int i = 0; i < maps.Length; i++)
            MiniGolden.AssertClose(expected[i % 4], maps[i], 1e-6);
    }

    [Fact]
    public void Run_ManyTimes_LeavesNoTensor()
    {
        using var backend = new TorchBackend(MiniGolden.Network, MiniGolden.Weights);
        float[] image = Synthetic();
        Run(backend, MiniGolden.Network, image);
        long before = LiveTensors();

        for (int i = 0; i < 10; i++)
            Run(backend, MiniGolden.Network, image);

        Assert.Equal(before, LiveTensors());
    }

    [Fact]
    public void Dispose_Twice_FreesEveryTensorAndEndsItsUse()
    {
        TorchRuntime.EnsureLoaded();
        long before = LiveTensors();
        var backend = new TorchBackend(MiniGolden.Network, MiniGolden.Weights);
        Assert.True(LiveTensors() > before);

        backend.Dispose();
        backend.Dispose();

        Assert.Equal(before, LiveTensors());
        Assert.Throws<ObjectDisposedException>(() => Run(backend, MiniGolden.Network, Synthetic()));
    }

    [Fact]
    public void Run_ScopeOfTheCallerAroundTheConstructor_KeepsTheWeights()
    {
        TorchRuntime.EnsureLoaded();
        TorchBackend backend;
        using (torch.NewDisposeScope())
            backend = new TorchBackend(MiniGolden.Network, MiniGolden.Weights);
        using (backend)
            MiniGolden.AssertClose(MiniGolden.ReadFloats(TestPaths.Golden("mini/synthetic.head_ref64.f32.bin")), Run(backend, MiniGolden.Network, Synthetic()), Tolerance);
    }

    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 0, -1)]
    public void Run_BufferOfAnotherLength_Throws(int batch, int inputExcess, int mapExcess)
    {
        using var backend = new TorchBackend(MiniGolden.Network, MiniGolden.Weights);
        int input = (int)MiniGolden.Network.Input.Count, map = MiniGolden.Network.RegionLayout.Size;

        Assert.Throws<ArgumentException>(() => backend.Run(new float[input + inputExcess], batch, new float[map + mapExcess]));
    }

    [Fact]
    public void Constructor_WeightsOfAnotherNetwork_Throws() =>
        Assert.Throws<ArgumentException>(() => new TorchBackend(YoloV2Network.TinyVoc, MiniGolden.Weights));

    [Fact]
    public void Constructor_GpuThatIsNotThere_SaysHowToBuildForOne()
    {
        TorchRuntime.EnsureLoaded();
        Assert.SkipWhen(torch.cuda.is_available(), "This machine has a CUDA device.");

        var error = Assert.Throws<InvalidOperationException>(() => new Detector(MiniGolden.Model, new DetectionOptions { GpuDeviceId = 0 }));

        Assert.Contains("CUDA device 0 was asked for, but libtorch sees 0.", error.Message, StringComparison.Ordinal);
        Assert.Contains("-p:TorchBackend=cuda-linux", error.Message, StringComparison.Ordinal);
    }

    // Needs a build with -p:TorchBackend=cuda-linux or cuda-windows and an NVIDIA GPU.
    [Fact]
    public void Run_OnAGpu_GivesTheHeadOfFloat64()
    {
        TorchRuntime.EnsureLoaded();
        Assert.SkipUnless(torch.cuda.is_available(), "There is no CUDA device, or libtorch is built for the CPU.");
        torch.backends.cudnn.allow_tf32 = false;
        using var backend = new TorchBackend(MiniGolden.Network, MiniGolden.Weights, gpuDeviceId: 0);

        MiniGolden.AssertClose(MiniGolden.ReadFloats(TestPaths.Golden("mini/synthetic.head_ref64.f32.bin")), Run(backend, MiniGolden.Network, Synthetic()), Tolerance);
    }

    [Fact]
    public void Detect_OnTorchBackend_FindsWhatOnnxRuntimeFinds()
    {
        byte[] pixels = MiniGolden.SyntheticPixels();
        DetectionOptions options = new() { ScoreThreshold = 0.1f, IntraOpThreads = 1 };
        using var onnx = new Detector(MiniGolden.Model, options);
        using var torch = new Detector(MiniGolden.Model, new TorchBackend(MiniGolden.Network, MiniGolden.Weights), options);

        var expected = onnx.Detect(new PixelView(pixels, 160, 96, 640, PixelOrder.Rgba));
        var actual = torch.Detect(new PixelView(pixels, 160, 96, 640, PixelOrder.Rgba));

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(found => found.ClassIndex), actual.Select(found => found.ClassIndex));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4f));
        Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.Box.IoU(pair.Second.Box) > 0.999f));
    }

    private static long LiveTensors() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static float[] Synthetic() => MiniGolden.ReadFloats(TestPaths.Golden("mini/synthetic.input.f32.bin"));

    private static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    // With fresh weights (scale 1, bias 0, mean 0, variance 1) a wrong folding of batch norm goes unseen.
    private static NetworkWeights RandomWeights(NetworkDefinition network)
    {
        var fresh = WeightInitializer.Create(network, seed: 1);
        foreach (var convolution in fresh.Convolutions)
        {
            int filters = convolution.Biases.Length;
            Random(filters, seed: 3).CopyTo(convolution.Biases, 0);
            if (convolution is not { Scales: { } scales, RollingMean: { } mean, RollingVariance: { } variance })
                continue;
            float[] values = Random(3 * filters, seed: 4);
            for (int i = 0; i < filters; i++)
                (scales[i], mean[i], variance[i]) = (0.5f + values[i], values[filters + i] - 0.5f, 0.3f + 1.7f * values[2 * filters + i]);
        }
        return fresh;
    }

    private static float[] Run(IInferenceBackend backend, NetworkDefinition network, float[] images, int batch = 1)
    {
        float[] map = new float[batch * network.RegionLayout.Size];
        backend.Run(images, batch, map);
        return map;
    }
}
