using TorchSharp;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Losses;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Training.Losses;

// One anchor of 2 x 2 cells on a grid of 4 x 4, all raw values 0: the prediction of cell (1, 1) is a box of 2 x 2 around (1.5, 1.5).
public sealed class IgnoredRegionTests
{
    private const int Grid = 4, Size = 64;

    private static readonly RegionLayer s_region = new(new AnchorSet(new BoxShape(2, 2)), Classes: 1);

    public IgnoredRegionTests() => TorchRuntime.EnsureLoaded();

    // A difficult object exactly there: its prediction, which is right, was punished as background.
    [Theory]
    [InlineData(LossKind.CIoU, false)]
    [InlineData(LossKind.Notebook, false)]
    [InlineData(LossKind.Darknet, true)]
    public void Compute_DifficultObjectLeftOut_NeitherTeachesNorPunishes(LossKind kind, bool punishes)
    {
        using var scope = NewDisposeScope();
        var gradient = Gradient(kind, new GroundTruth(new(8, 8, 40, 40), 0, Difficult: true));

        Assert.Equal(punishes, gradient[0, 4, 1, 1].item<double>() != 0);
        // Elsewhere is background as before, and the box teaches nothing.
        Assert.True(gradient[0, 4, 3, 3].item<double>() > 0);
        Assert.Equal(0, gradient[0, 5].abs().sum().item<double>());
    }

    // A crowd over the left half, four cells high and two wide: an IoU of 4 / 8 is below the threshold of 0.6, but all of the prediction lies in it.
    [Fact]
    public void Compute_PredictionInsideOfACrowd_IsNotPunished()
    {
        using var scope = NewDisposeScope();
        var crowd = new GroundTruth(new(0, 0, 41, 64), 0, Crowd: true);

        var gradient = Gradient(LossKind.CIoU, crowd);
        var difficult = Gradient(LossKind.CIoU, crowd with { Crowd = false, Difficult = true });

        Assert.Equal(0, gradient[0, 4, 1, 1].item<double>());
        Assert.True(gradient[0, 4, 1, 3].item<double>() > 0);
        Assert.True(difficult[0, 4, 1, 1].item<double>() > 0);
    }

    private static Tensor Gradient(LossKind kind, GroundTruth item)
    {
        var network = new NetworkDefinition(new(3, Size, Size), [new ConvolutionalLayer(6, 16, 16, 0, false, Activation.Linear), s_region]);
        var encoder = new TargetEncoder(network.RegionLayout, s_region.Anchors);
        var map = zeros(1, 6, Grid, Grid, dtype: ScalarType.Float64).requires_grad_();
        RegionLoss.Create(kind, network).Compute(map, [encoder.EncodeTaught([item], Size, Size)], seen: 1_000_000).Total.backward();
        return map.grad!;
    }
}
