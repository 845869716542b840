using System.Diagnostics;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.Model.Tests.Inference;

public sealed class OnnxRuntimeBackendTests : IDisposable
{
    // shared/golden/README.md asks for 1e-4 of the largest value. Darknet itself is within 8e-6 of float64, and so is this backend: hold it there.
    private const double Tolerance = 1e-5;

    private static readonly int InputLength = (int)MiniGolden.Network.Input.Count, MapLength = MiniGolden.Network.RegionLayout.Size;

    private readonly OnnxRuntimeBackend _backend = new(MiniGolden.Network, MiniGolden.Weights, intraOpThreads: 1);

    public void Dispose() => _backend.Dispose();

    // Golden/mini: the last convolution's output as AlexeyAB's Darknet and PyTorch in float64 give it.
    [Theory]
    [InlineData("darknet")]
    [InlineData("ref64")]
    public void Run_SyntheticInput_GivesTheHeadOf(string reference) => AssertClose(
        MiniGolden.ReadFloats(TestPaths.Golden($"mini/synthetic.head_{reference}.f32.bin")),
        Run(MiniGolden.ReadFloats(TestPaths.Golden("mini/synthetic.input.f32.bin"))));

    [Theory]
    [InlineData("dog", "darknet")]
    [InlineData("dog", "ref64")]
    [InlineData("person", "darknet")]
    [InlineData("person", "ref64")]
    [InlineData("bccd", "darknet")]
    [InlineData("bccd", "ref64")]
    public void Run_Photograph_GivesTheHeadOf(string image, string reference)
    {
        using var bitmap = ImageFile.Decode(TestPaths.Shared($"golden/images/{image}_160x96.png"));
        float[] input = new float[InputLength];
        ImagePreprocessor.Fill(bitmap.Pixels(), ResizeMode.Stretch, 160, 96, input);

        AssertClose(MiniGolden.ReadFloats(TestPaths.Shared($"golden/mini/{image}.head_{reference}.f32.bin")), Run(input));
    }

    [Fact]
    public void Run_DarknetsOwnInput_GivesDarknetsHead() => AssertClose(
        MiniGolden.ReadFloats(TestPaths.Shared("golden/mini/dog.darknet_resized.head_darknet.f32.bin")),
        Run(MiniGolden.ReadFloats(TestPaths.Shared("golden/mini/dog.darknet_resized.input.f32.bin"))));

    // Found by fuzzing: a saved model may ask for any number of threads, and 256 kept the processor busy for six seconds.
    [Fact]
    public void Create_ThousandThreads_StartsNoMoreThanThereAreCores()
    {
        int before = Process.GetCurrentProcess().Threads.Count;

        using var backend = new OnnxRuntimeBackend(MiniGolden.Network, MiniGolden.Weights, intraOpThreads: 1024);

        // Other tests start and end threads meanwhile.
        Assert.InRange(Process.GetCurrentProcess().Threads.Count - before, int.MinValue, 500 + Environment.ProcessorCount);
    }

    [Fact]
    public void Run_TwoImages_GivesWhatEachGivesAlone()
    {
        float[] first = MiniGolden.ReadFloats(TestPaths.Golden("mini/synthetic.input.f32.bin"));
        float[] second = [.. first.Reverse()];

        float[] together = Run([.. first, .. second], batch: 2);

        AssertClose(Run(first), together[..MapLength]);
        AssertClose(Run(second), together[MapLength..]);
    }

    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 0, -1)]
    public void Run_BufferOfAnotherLength_Throws(int batch, int inputExcess, int mapExcess) =>
        Assert.Throws<ArgumentException>(() => _backend.Run(new float[InputLength + inputExcess], batch, new float[MapLength + mapExcess]));

    [Fact]
    public void Open_NoModel_SaysThatOnnxRuntimeRefusedIt()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => OnnxRuntimeBackend.Open([1, 2, 3], intraOpThreads: 1));

        Assert.Contains("refused", exception.Message, StringComparison.Ordinal);
        Assert.NotNull(exception.InnerException);
    }

    private static void AssertClose(float[] expected, float[] actual) => MiniGolden.AssertClose(expected, actual, Tolerance);

    private float[] Run(float[] input, int batch = 1)
    {
        float[] map = new float[batch * MapLength];
        _backend.Run(input, batch, map);
        return map;
    }
}
