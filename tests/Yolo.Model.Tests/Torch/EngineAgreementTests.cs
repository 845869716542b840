using TorchSharp;
using Xunit;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Torch;

/// <summary>TorchSharp and ONNX Runtime are built from one definition by different code and check each other.</summary>
public sealed class EngineAgreementTests
{
    private const int Batch = 2;

    // The tolerance leaves room for sums of up to 11,520 products (1280 x 3 x 3) in another order; a wrong epsilon of batch norm alone
    // moves a head by 2e-4.
    [Theory]
    [InlineData("yolov2")]
    [InlineData("yolov2-voc")]
    [InlineData("yolov2-tiny")]
    [InlineData("yolov2-tiny-voc")]
    [InlineData("notebook")]
    [InlineData("yolov2-resnet18")]
    [InlineData("yolov2-resnet18-stride16")]
    public void Forward_SquareAndOblongImages_TorchAndOnnxRuntimeAgree(string name)
    {
        var network = YoloV2Network.Get(name);
        var weights = RandomWeights(network);
        foreach (var (width, height) in ((int, int)[])[(96, 96), (160, 64)])
        {
            var sized = network.WithInputSize(width, height);
            float[] images = RandomImages(width, height);

            float[] torchMap = RunTorch(sized, weights, images);
            float[] onnxMap = RunOnnxRuntime(sized, weights, images);

            float largest = onnxMap.Max(MathF.Abs);
            Assert.InRange(largest, 1e-2f, 1e4f);
            Assert.True(SpreadWithinAChannel(onnxMap, sized) > 0.1f * largest, "the map hardly depends on the image: the comparison shows little");
            Assert.Equal(onnxMap.Length, torchMap.Length);
            Assert.InRange(onnxMap.Zip(torchMap, (a, b) => MathF.Abs(a - b)).Max() / largest, 0, 1e-4f);
        }
    }

    // Fresh weights have scale 1, bias 0, mean 0 and variance 1, with which a wrong folding of batch norm goes unseen.
    private static NetworkWeights RandomWeights(NetworkDefinition network)
    {
        var random = new Random(1);
        float[] Draw(float[] like, float from, float to) => [.. like.Select(_ => from + (to - from) * random.NextSingle())];
        return new NetworkWeights(network, [.. WeightInitializer.Create(network, seed: 1).Convolutions.Select(fresh => new ConvolutionWeights
        {
            Kernel = fresh.Kernel,
            Biases = Draw(fresh.Biases, -0.5f, 0.5f),
            Scales = fresh.Scales is null ? null : Draw(fresh.Scales, 0.5f, 1.5f),
            RollingMean = fresh.RollingMean is null ? null : Draw(fresh.RollingMean, -0.5f, 0.5f),
            RollingVariance = fresh.RollingVariance is null ? null : Draw(fresh.RollingVariance, 0.3f, 2f),
        })]);
    }

    private static float[] RandomImages(int width, int height)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, Batch * 3 * width * height).Select(_ => random.NextSingle())];
    }

    private static float[] RunTorch(NetworkDefinition network, NetworkWeights weights, float[] images)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var module = new YoloModule(network);
        TorchWeights.Load(module, weights);
        module.eval();
        using var inference = inference_mode();
        var map = module.forward(tensor(images, [Batch, 3, network.Input.Height, network.Input.Width]));
        var output = network.Layers[^1].Output;
        Assert.Equal([Batch, output.Channels, output.Height, output.Width], map.shape);
        return map.contiguous().data<float>().ToArray();
    }

    private static float[] RunOnnxRuntime(NetworkDefinition network, NetworkWeights weights, float[] images)
    {
        using var backend = new OnnxRuntimeBackend(network, weights);
        var map = new float[Batch * network.Layers[^1].Output.Count];
        backend.Run(images, Batch, map);
        return map;
    }

    private static float SpreadWithinAChannel(float[] map, NetworkDefinition network)
    {
        var output = network.Layers[^1].Output;
        return map.Chunk(output.Height * output.Width).Max(cells => cells.Max() - cells.Min());
    }
}
