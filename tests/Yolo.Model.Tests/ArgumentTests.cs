using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Drawing;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Losses;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests;

/// <summary>Every public method that takes an enumeration, given a number that is none of its values. Options: <c>OptionsTests</c>.</summary>
public sealed class ArgumentTests
{
    private static readonly NetworkDefinition s_network = YoloV2Network.TinyVoc;

    public static TheoryData<string, Action> Calls => new()
    {
        { "protocol must be one of Voc07, Voc10, Coco.", () => AveragePrecision.Compute([true], 1, (ApProtocol)99) },
        { "mode must be one of Stretch, Letterbox.", () => ImageMapping.Create((ResizeMode)99, 1, 1, 1, 1) },
        { "mode must be one of Stretch, Letterbox.", () => ImagePreprocessor.Fill(new(new byte[4], 1, 1, 4, PixelOrder.Rgba), (ResizeMode)99, 1, 1, new float[3]) },
        { "filter must be one of Darknet, Antialiased.", () =>
            ImagePreprocessor.Fill(new(new byte[4], 1, 1, 4, PixelOrder.Rgba), ResizeMode.Stretch, (ResizeFilter)99, 1, 1, new float[3]) },
        { "filter must be one of Darknet, Antialiased.", () =>
            _ = new DetectorModel(Mini, WeightInitializer.Create(Mini, 0), ["a"], filter: (ResizeFilter)99) },
        { "filter must be one of Darknet, Antialiased.", () => _ = new Augmentation(null, (ResizeFilter)99) },
        { "order must be one of Bgra, Rgba.", () => _ = new PixelView(new byte[4], 1, 1, 4, (PixelOrder)99) },
        { "orientation must be one of Upright, AsStored.", () => ImageFile.Decode(new MemoryStream(), "none", (ImageOrientation)99) },
        { "orientation must be one of Upright, AsStored.", () => ImageFile.ReadSize(new MemoryStream(), "none", (ImageOrientation)99) },
        { "format must be one of Voc, Coco, Yolo.", () => LabelledDataset.Open(Path.GetTempPath(), (DatasetFormat)99) },
        { "resize must be one of Stretch, Letterbox.", () => _ = new EncodingRenderer(s_network, ["a"], (ResizeMode)99) },
        { "resize must be one of Stretch, Letterbox.", () => _ = new DetectorModel(Mini, WeightInitializer.Create(Mini, 0), ["a"], (ResizeMode)99) },
        { "kind must be one of CIoU, Notebook, Darknet.", () => RegionLoss.Create((LossKind)99, s_network) },
        { "variant must be one of Code, KerasYolo2, Formula.", () => _ = new NotebookLoss(s_network.Region, (NotebookLossVariant)99) },
        { "mode must be one of Stretch, Letterbox.", () => new Augmentation(null).Apply(new(new byte[3], 1, 1, []), (ResizeMode)99, 1, 1, 0, new float[3], []) },
    };

    private static NetworkDefinition Mini => new(new(3, 32, 32), [new ConvolutionalLayer(6, 1, 32, 0, BatchNormalize: false, Activation.Linear), new RegionLayer(new AnchorSet(new BoxShape(1, 1)), 1)]);

    [Theory]
    [MemberData(nameof(Calls))]
    public void Call_EnumerationWithoutThatValue_NamesArgumentExpectedAndFound(string message, Action call)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(call);

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Network_LayerWithoutSuchAnActivationOrOrder_NamesTheLayer()
    {
        var activation = Assert.ThrowsAny<ArgumentException>(() => new NetworkDefinition(new(3, 32, 32), [new ConvolutionalLayer(6, 1, 32, 0, BatchNormalize: false, (Activation)99)]));
        var order = Assert.ThrowsAny<ArgumentException>(() => new NetworkDefinition(new(4, 32, 32), [new ReorgLayer(2, (ReorgKind)99)]));

        Assert.Contains("0", activation.Message, StringComparison.Ordinal);
        Assert.Contains("Activation must be one of Linear, Leaky, Relu, Logistic, Swish, Mish, not 99", activation.Message, StringComparison.Ordinal);
        Assert.Contains("ReorgKind must be one of Darknet, SpaceToDepth, not 99", order.Message, StringComparison.Ordinal);
    }
}
