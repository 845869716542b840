using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Weights;

public sealed class PretrainedWeightsTests : IDisposable
{
    private static readonly NetworkDefinition Mini = DarknetConfig.Load(TestPaths.Golden("mini/mini.cfg"));
    private static readonly NetworkWeights MiniWeights = DarknetWeightsFile.Read(TestPaths.Golden("mini/mini.weights"), Mini);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // mini.cfg has 12 convolutions; Darknet wrote mini.weights for its three classes.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(80)]
    public void Read_OtherClasses_LoadsAllButTheHead(int classes)
    {
        var target = Mini.WithRegion(classes, new AnchorSet(new BoxShape(1, 1), new BoxShape(2, 3)));
        var fresh = WeightInitializer.Create(target, seed: 1);

        var weights = PretrainedWeights.Read(TestPaths.Golden("mini/mini.weights"), target, fresh, source: null, out int loaded);

        Assert.Equal(11, loaded);
        Assert.All(Enumerable.Range(0, 11), i => Assert.Equal(MiniWeights.Convolutions[i].Kernel, weights.Convolutions[i].Kernel));
        Assert.All(Enumerable.Range(0, 11), i => Assert.Equal(MiniWeights.Convolutions[i].RollingVariance, weights.Convolutions[i].RollingVariance));
        Assert.Same(fresh.Convolutions[11], weights.Convolutions[11]);
        Assert.Equal(0, weights.Seen);
    }

    [Fact]
    public void Read_SameNetwork_LoadsAllOfIt()
    {
        string path = Write(Mini, new NetworkWeights(Mini, MiniWeights.Convolutions) { Seen = 640 });

        var weights = PretrainedWeights.Read(path, Mini, WeightInitializer.Create(Mini, seed: 1), source: null, out int loaded);

        Assert.Equal(12, loaded);
        Assert.Equal(MiniWeights.Convolutions[11].Kernel, weights.Convolutions[11].Kernel);
        Assert.Equal(640, weights.Seen);
    }

    // A partial file as Darknet's "partial" command cuts it: the first five convolutions.
    [Fact]
    public void Read_PartialFile_LoadsItsConvolutions()
    {
        string path = _folder.Combine("mini.conv.5");
        int bytes = 20 + 4 * (int)Mini.Convolutions.Take(5).Sum(layer => layer.WeightCount);
        File.WriteAllBytes(path, File.ReadAllBytes(Write(Mini, MiniWeights))[..bytes]);
        var fresh = WeightInitializer.Create(Mini, seed: 1);

        var weights = PretrainedWeights.Read(path, Mini, fresh, source: null, out int loaded);

        Assert.Equal(5, loaded);
        Assert.Equal(MiniWeights.Convolutions[4].Kernel, weights.Convolutions[4].Kernel);
        Assert.Same(fresh.Convolutions[5], weights.Convolutions[5]);
    }

    // Tiny and tiny-voc have their first seven convolutions in common; then come 512 filters here and 1024 there.
    [Fact]
    public void Read_FileOfAnotherNetwork_NamesItAndLoadsWhatIsCommonOnceTold()
    {
        string path = Write(YoloV2Network.TinyCoco, WeightInitializer.Create(YoloV2Network.TinyCoco, seed: 2));
        var target = YoloV2Network.TinyVoc.WithRegion(3, YoloV2Network.TinyVoc.Region.Anchors);
        var fresh = WeightInitializer.Create(target, seed: 1);

        var error = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Read(path, target, fresh, source: null, out _));
        PretrainedWeights.Read(path, target, fresh, YoloV2Network.TinyCoco, out int loaded);

        Assert.Contains("11,237,145 floats are those of yolov2-tiny,", error.Message, StringComparison.Ordinal);
        Assert.Equal(7, loaded);
    }

    [Fact]
    public void Read_NetworkWithoutACommonStart_IsRefused()
    {
        var other = new NetworkDefinition(new(3, 32, 32), [new ConvolutionalLayer(4, 5, 1, 2, true, Activation.Leaky)]);
        string path = Write(other, WeightInitializer.Create(other, seed: 1));

        var error = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Read(path, Mini, MiniWeights, other, out _));

        Assert.Contains("not even the first convolution", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CutFile_SaysWhere()
    {
        string path = Write(Mini, MiniWeights);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^8]);

        var error = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Read(path, Mini, MiniWeights, source: null, out _));

        Assert.Contains("convolution 11 has", error.Message, StringComparison.Ordinal);
    }

    private string Write(NetworkDefinition network, NetworkWeights weights)
    {
        string path = _folder.Combine("file.weights");
        DarknetWeightsFile.Write(path, network, weights);
        return path;
    }
}
