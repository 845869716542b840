using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Network;

public sealed class YoloV2NetworkTests
{
    // The sizes of the published .weights files less their headers, in floats.
    [Theory]
    [InlineData("yolov2", 50_983_561, 23, 80)]
    [InlineData("yolov2-voc", 50_676_061, 23, 20)]
    [InlineData("yolov2-tiny", 11_237_145, 9, 80)]
    [InlineData("yolov2-tiny-voc", 15_867_885, 9, 20)]
    public void Get_DarknetNetwork_HasThePublishedFloatCount(string name, long floats, int convolutions, int classes)
    {
        var network = YoloV2Network.Get(name);

        Assert.Equal(floats, network.WeightCount);
        Assert.Equal(convolutions, network.Convolutions.Length);
        Assert.Equal(classes, network.Region.Classes);
        Assert.Equal((13, 13, 5), (network.RegionLayout.Width, network.RegionLayout.Height, network.RegionLayout.Anchors));
    }

    // torchvision states 11,689,512 parameters for resnet18 and 21,797,672 for resnet34, of which the classifier has 513,000; batch norm's
    // means and variances are two for each of 4,800 and
    // 8,512 filters; the first convolution has 9 and 3. Head by hand: 3x3 512>512 and 768>512, 1x1 256>64 with 4 floats a filter, 1x1
    // 512>125 with biases; 1x1 512>128, 3x3 384>256 and 256>256, 1x1 256>125.
    [Theory]
    [InlineData("yolov2-resnet18", 12 + 11_689_512 - 513_000 + 9_600 + 2_361_344 + 16_640 + 3_540_992 + 64_125, 25, 13)]
    [InlineData("yolov2-resnet18-stride16", 12 + 11_689_512 - 513_000 + 9_600 + 66_048 + 885_760 + 590_848 + 32_125, 25, 26)]
    public void Get_ResNet_HasTheFloatCountOfBackboneAndHead(string name, long floats, int convolutions, int cells)
    {
        var network = YoloV2Network.Get(name);

        Assert.Equal(floats, network.WeightCount);
        Assert.Equal(convolutions, network.Convolutions.Length);
        Assert.Equal((cells, cells, 5, 20), (network.RegionLayout.Width, network.RegionLayout.Height, network.RegionLayout.Anchors, network.Region.Classes));
        Assert.Equal(Trunk(ResNetTrunk.ResNet18), Trunk(network).Take(36));
    }

    [Fact]
    public void ResNetTrunk_HasTheFloatCountOfItsPaper()
    {
        Assert.Equal((12 + 11_689_512 - 513_000 + 9_600, 21), (ResNetTrunk.ResNet18.WeightCount, ResNetTrunk.ResNet18.Convolutions.Length));
        var deeper = ResNetTrunk.Create([3, 4, 6, 3]);
        Assert.Equal((12 + 21_797_672 - 513_000 + 17_024, 37), (deeper.WeightCount, deeper.Convolutions.Length));
        Assert.Equal(new FeatureShape(512, 7, 7), deeper.Layers[^1].Output);
    }

    // Total params, Trainable params and Non-trainable params under the notebook's model summary.
    [Fact]
    public void Notebook_Parameters_AreTheNotebooks()
    {
        var network = YoloV2Network.Notebook;

        Assert.Equal(50_650_436, network.WeightCount);
        Assert.Equal(50_629_764, network.TrainableCount);
        Assert.Equal(20_672, network.WeightCount - network.TrainableCount);
        Assert.Equal(676, network.RegionLayout.Boxes);
    }

    // The notebook's summary, conv_1 to conv_23: output side and channels, kernel (for conv_23 with its 100 biases), batch norm's four numbers per filter.
    // It lists conv_21, the passthrough, before conv_20.
    [Theory]
    [InlineData(1, 416, 32, 864, 128)]
    [InlineData(2, 208, 64, 18432, 256)]
    [InlineData(3, 104, 128, 73728, 512)]
    [InlineData(4, 104, 64, 8192, 256)]
    [InlineData(5, 104, 128, 73728, 512)]
    [InlineData(6, 52, 256, 294912, 1024)]
    [InlineData(7, 52, 128, 32768, 512)]
    [InlineData(8, 52, 256, 294912, 1024)]
    [InlineData(9, 26, 512, 1179648, 2048)]
    [InlineData(10, 26, 256, 131072, 1024)]
    [InlineData(11, 26, 512, 1179648, 2048)]
    [InlineData(12, 26, 256, 131072, 1024)]
    [InlineData(13, 26, 512, 1179648, 2048)]
    [InlineData(14, 13, 1024, 4718592, 4096)]
    [InlineData(15, 13, 512, 524288, 2048)]
    [InlineData(16, 13, 1024, 4718592, 4096)]
    [InlineData(17, 13, 512, 524288, 2048)]
    [InlineData(18, 13, 1024, 4718592, 4096)]
    [InlineData(19, 13, 1024, 9437184, 4096)]
    [InlineData(20, 13, 1024, 9437184, 4096)]
    [InlineData(21, 26, 64, 32768, 256)]
    [InlineData(22, 13, 1024, 11796480, 4096)]
    [InlineData(23, 13, 100, 102500, 0)]
    public void Notebook_Convolution_HasTheNotebooksShapeAndParameters(int number, int side, int channels, int kernel, int batchNorm)
    {
        var layer = YoloV2Network.Notebook.Convolutions[number - 1];

        Assert.Equal(new FeatureShape(channels, side, side), layer.Output);
        Assert.Equal(batchNorm > 0, layer.BatchNormalize);
        Assert.Equal(kernel + batchNorm, layer.WeightCount);
    }

    // lambda_2 (None, 13, 13, 256), concatenate_1 (None, 13, 13, 1280) of lambda_2, then leaky_re_lu_41.
    [Fact]
    public void Notebook_Passthrough_IsSpaceToDepthJoinedBeforeTheTrunk()
    {
        var network = YoloV2Network.Notebook;

        var reorg = Assert.Single(network.Layers.OfType<ReorgLayer>());
        Assert.Equal(ReorgKind.SpaceToDepth, reorg.Kind);
        Assert.Equal(new FeatureShape(64, 26, 26), reorg.Input);
        Assert.Equal(new FeatureShape(256, 13, 13), reorg.Output);
        var routes = network.Layers.OfType<RouteLayer>().ToArray();
        Assert.Equal([16], routes[0].Sources);
        Assert.Equal([27, 24], routes[1].Sources);
        Assert.Equal(new FeatureShape(1280, 13, 13), routes[1].Output);
    }

    [Fact]
    public void Notebook_Anchors_AreTheNotebooks() => Assert.Equal(
        new AnchorSet(new(1.07709888f, 1.78171903f), new(2.71054693f, 5.12469308f), new(10.47181473f, 10.09646365f), new BoxShape(5.48531347f, 8.11011331f)),
        YoloV2Network.Notebook.Region.Anchors);

    // The region sections of Darknet's cfg files of these names; yolov2-tiny.cfg alone has rescore=0.
    [Theory]
    [InlineData("yolov2", true, ".3")]
    [InlineData("yolov2-voc", true, ".3")]
    [InlineData("yolov2-tiny", false, ".2")]
    [InlineData("yolov2-tiny-voc", true, ".2")]
    public void Get_DarknetNetwork_HasThePublishedRegion(string name, bool rescore, string jitter)
    {
        var region = YoloV2Network.Get(name).Region;

        Assert.Equal((rescore, true, true), (region.Rescore, region.BiasMatch, region.Softmax));
        Assert.Equal((0.6f, 5f, 1f, 1f, 1f), (region.IgnoreThreshold, region.ObjectScale, region.NoObjectScale, region.ClassScale, region.CoordScale));
        Assert.Equal(jitter, region.OtherOptions["jitter"]);
        Assert.Equal("1", region.OtherOptions["random"]);
    }

    // cfg/yolov2.cfg and cfg/yolov2-voc.cfg in Darknet: route -9 behind layer 24, [reorg], route -1,-4. Published weights need that order of elements.
    [Theory]
    [InlineData("yolov2")]
    [InlineData("yolov2-voc")]
    public void Get_FullDarknetNetwork_PassesLayer16ThroughDarknetsReorg(string name)
    {
        var network = YoloV2Network.Get(name);

        Assert.Equal(ReorgKind.Darknet, Assert.Single(network.Layers.OfType<ReorgLayer>()).Kind);
        var routes = network.Layers.OfType<RouteLayer>().ToArray();
        Assert.Equal([16], routes[0].Sources);
        Assert.Equal([27, 24], routes[1].Sources);
    }

    // The anchors lines of the same files, in grid cells.
    [Theory]
    [InlineData("yolov2", new[] { 0.57273f, 0.677385f, 1.87446f, 2.06253f, 3.33843f, 5.47434f, 7.88282f, 3.52778f, 9.77052f, 9.16828f })]
    [InlineData("yolov2-tiny", new[] { 0.57273f, 0.677385f, 1.87446f, 2.06253f, 3.33843f, 5.47434f, 7.88282f, 3.52778f, 9.77052f, 9.16828f })]
    [InlineData("yolov2-voc", new[] { 1.3221f, 1.73145f, 3.19275f, 4.00944f, 5.05587f, 8.09892f, 9.47112f, 4.84053f, 11.2364f, 10.0071f })]
    [InlineData("yolov2-tiny-voc", new[] { 1.08f, 1.19f, 3.42f, 4.41f, 6.63f, 11.38f, 9.42f, 5.11f, 16.62f, 10.52f })]
    public void Get_DarknetNetwork_HasThePublishedAnchors(string name, float[] pairs) => Assert.Equal(AnchorSet.FromPairs(pairs), YoloV2Network.Get(name).Region.Anchors);

    // Filters of cfg/yolov2-tiny.cfg and cfg/yolov2-tiny-voc.cfg.
    [Theory]
    [InlineData("yolov2-tiny", new[] { 16, 32, 64, 128, 256, 512, 1024, 512, 425 })]
    [InlineData("yolov2-tiny-voc", new[] { 16, 32, 64, 128, 256, 512, 1024, 1024, 125 })]
    public void Get_TinyNetwork_HasThePublishedFilters(string name, int[] filters) => Assert.Equal(filters, YoloV2Network.Get(name).Convolutions.Select(layer => layer.Filters));

    // The last pooling of the tiny networks has stride 1 and keeps 13 x 13.
    [Fact]
    public void TinyVoc_LastPooling_KeepsTheSize()
    {
        var pool = YoloV2Network.TinyVoc.Layers.OfType<MaxPoolLayer>().Last();

        Assert.Equal((2, 1, 1), (pool.Size, pool.Stride, pool.Padding));
        Assert.Equal(new FeatureShape(512, 13, 13), pool.Output);
    }

    // Darknet prints "37 route 26" and "39 reorg", 26 x 26 x 64 to 13 x 13 x 256; the other network joins 26 x 26 x 128 from layer 37 and
    // layer 26.
    [Fact]
    public void ResNet18_Heads_JoinTheThirdStage()
    {
        Assert.Equal(new FeatureShape(256, 26, 26), YoloV2Network.ResNet18.Layers[26].Output);
        Assert.Equal([26], Assert.IsType<RouteLayer>(YoloV2Network.ResNet18.Layers[37]).Sources);
        Assert.Equal((ReorgKind.Darknet, new FeatureShape(256, 13, 13)), (Assert.IsType<ReorgLayer>(YoloV2Network.ResNet18.Layers[39]).Kind, YoloV2Network.ResNet18.Layers[39].Output));
        Assert.Equal([39, 36], Assert.IsType<RouteLayer>(YoloV2Network.ResNet18.Layers[40]).Sources);
        Assert.Equal(new FeatureShape(768, 13, 13), YoloV2Network.ResNet18.Layers[40].Output);
        Assert.Equal([37, 26], Assert.IsType<RouteLayer>(YoloV2Network.ResNet18Stride16.Layers[38]).Sources);
        Assert.Equal(new FeatureShape(384, 26, 26), YoloV2Network.ResNet18Stride16.Layers[38].Output);
    }

    // The same shapes in pixels as yolov2-voc's: twice as many cells of half the side.
    [Fact]
    public void ResNet18Stride16_Anchors_CountInItsCells() => Assert.All(
        YoloV2Network.ResNet18Stride16.Region.Anchors.Zip(YoloV2Network.Voc.Region.Anchors),
        pair => Assert.Equal((pair.Second.Width * 2, pair.Second.Height * 2), (pair.First.Width, pair.First.Height)));

    [Fact]
    public void Get_AnyCase_FindsTheNetwork() => Assert.Same(YoloV2Network.TinyVoc, YoloV2Network.Get("YOLOv2-tiny-VOC"));

    [Fact]
    public void Get_UnknownName_ListsTheNames()
    {
        var exception = Assert.Throws<ArgumentException>(() => YoloV2Network.Get("yolov3"));

        Assert.StartsWith("No built-in network is called 'yolov3'; there are yolov2, yolov2-voc, yolov2-tiny, yolov2-tiny-voc, notebook, yolov2-resnet18, yolov2-resnet18-stride16.", exception.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<Layer> Trunk(NetworkDefinition network) => network.Layers.Select(layer => layer with { Input = default, Output = default });

    // 608 / 32 = 19; 544 x 320 gives 17 x 10. Weights do not depend on the size.
    [Theory]
    [InlineData(608, 608, 19, 19)]
    [InlineData(544, 320, 17, 10)]
    public void WithInputSize_OtherSize_ChangesTheGridAlone(int width, int height, int columns, int rows)
    {
        var network = YoloV2Network.Voc.WithInputSize(width, height);

        Assert.Equal((columns, rows), (network.RegionLayout.Width, network.RegionLayout.Height));
        Assert.Equal(50_676_061, network.WeightCount);
        Assert.Equal(YoloV2Network.Voc.NetOptions, network.NetOptions);
    }

    [Fact]
    public void WithInputSize_NoMultipleOf32_NamesTheReorg()
    {
        var exception = Assert.ThrowsAny<ArgumentException>(() => YoloV2Network.Voc.WithInputSize(400, 416));

        Assert.Equal("Layer 27: an input of 25 x 26 x 64 cannot be divided into 2 x 2 blocks.", exception.Message);
    }

    // 3 classes and 2 anchors: 2 * (5 + 3) = 16 filters on 1024 channels, 16 * 1024 + 16 in place of 125 * 1024 + 125.
    [Fact]
    public void WithRegion_OtherClassesAndAnchors_ChangesTheHeadAlone()
    {
        var network = YoloV2Network.Voc.WithRegion(3, new AnchorSet(new(1, 2), new BoxShape(3, 4)));

        Assert.Equal(50_676_061 - 128_125 + 16_400, network.WeightCount);
        Assert.Equal(16, network.RegionLayout.Planes);
        Assert.Equal(".3", network.Region.OtherOptions["jitter"]);
    }
}
