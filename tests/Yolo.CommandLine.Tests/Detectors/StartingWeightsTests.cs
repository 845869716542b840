using Xunit;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Downloads;
using Yolo.CommandLine.Tests.Commands;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.CommandLine.Tests.Detectors;

public sealed class StartingWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // Darknet's published files: sizes in bytes of darknet.weights ("28 MB") and of the backbone of yolov2, by hand from cfg/darknet.cfg and cfg/darknet19_448.cfg.
    [Fact]
    public void Items_FilesOfWeights_HaveTheSizesOfTheirNetworks()
    {
        Assert.Contains(29_293_936, DownloadCatalog.Find("darknet")!.Files[0].Sizes);
        Assert.Contains(203_934_260, DownloadCatalog.Find("yolov2")!.Files[0].Sizes);
        Assert.Contains(79_327_120, DownloadCatalog.Find("darknet19_448.conv.23")!.Files[0].Sizes);
    }

    [Fact]
    public void Find_ReferenceModel_StartsTheSevenConvolutionsOfATinyNetwork()
    {
        string path = _folder.Combine("darknet.weights");
        byte[] content = DownloadCommandTests.Zeros(7_323_480);
        content[20 + 3] = 0x3F;
        File.WriteAllBytes(path, content);

        var (found, owner) = Found(path, YoloV2Network.TinyVoc);

        Assert.Equal((path, Backbones.DarknetReference), (found, owner));
        var network = YoloV2Network.TinyCoco;
        var weights = PretrainedWeights.Read(path, network, WeightInitializer.Create(network, seed: 1), owner, out int loaded);
        Assert.Equal(7, loaded);
        Assert.Equal(0.5f, weights.Convolutions[0].Biases[0]);
    }

    [Fact]
    public void Find_OwnNetworkOfAnotherHead_NeedsNoOwner()
    {
        string path = _folder.Combine("any.weights");
        File.WriteAllBytes(path, DownloadCommandTests.Zeros(YoloV2Network.TinyCoco.WeightCount));

        Assert.Null(Found(path, YoloV2Network.TinyCoco.WithRegion(3, YoloV2Network.TinyCoco.Region.Anchors)).Network);
        Assert.Equal(YoloV2Network.TinyCoco, Found(path, YoloV2Network.TinyVoc).Network);
    }

    [Fact]
    public void Find_NotDownloadedYet_SaysHow()
    {
        var exception = Assert.Throws<FileNotFoundException>(() => Found("darknet19_448.conv.23", YoloV2Network.Voc));

        Assert.Contains("yolo-mlnet download darknet19_448.conv.23", exception.Message, StringComparison.Ordinal);
        Assert.Contains("nothing of that name", Assert.Throws<FileNotFoundException>(() => Found("other.weights", YoloV2Network.Voc)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static (string? Path, NetworkDefinition? Network) Found(string nameOrPath, NetworkDefinition network)
    {
        var found = Assert.IsType<DarknetWeights>(StartingWeights.Find(nameOrPath, network));
        return (found.Path, found.Network);
    }
}
