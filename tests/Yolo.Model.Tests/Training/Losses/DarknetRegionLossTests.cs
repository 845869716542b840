using TorchSharp;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training.Losses;

namespace Yolo.Model.Tests.Training.Losses;

public sealed class DarknetRegionLossTests
{
    public DarknetRegionLossTests() => TorchRuntime.EnsureLoaded();

    // Golden/loss/region.json: forward_region_layer of AlexeyAB's Darknet; delta is minus the gradient, summed over the two images.
    [Theory]
    [InlineData(0, "region_delta_seen0.f32.bin", 31.275259)]
    [InlineData(1_000_000, "region_delta_seen1000000.f32.bin", 31.234663)]
    public void Compute_GoldenBatch_GradientIsMinusDarknetsDelta(long seen, string file, double cost)
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Darknet();

        var delta = golden.Run(new DarknetRegionLoss(golden.Region), seen).Gradient * -golden.Targets.Count;

        Assert.InRange((delta - golden.ReadMap(file, cellsFirst: false)).abs().max().item<double>(), 0, 2e-6);
        Assert.Equal(cost, delta.square().sum().item<double>(), 1e-4);
    }

    [Theory]
    [InlineData(12_799, true)]
    [InlineData(12_800, false)]
    public void Compute_AroundImage12800_PullsToTheAnchorsBeforeItOnly(long seen, bool pulls)
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Darknet();
        var loss = new DarknetRegionLoss(golden.Region);

        double anchor = loss.Compute(golden.Map, golden.Targets, seen).Values[loss.Names.Count - 1].item<double>();

        Assert.Equal(pulls, anchor > 0);
    }

    // pjreddie/darknet 508381b, src/region_layer.c: delta_region_box(..., l.coord_scale * (2 - truth.w*truth.h), ...) with w and h as shares of the image. By hand here: the squared
    // errors of centre and log size times that, halved, divided by two images.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compute_SmallBoxesWeighed_CountsABoxTwoMinusItsAreaTimes(bool weigh)
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Darknet();

        double box = new DarknetRegionLoss(golden.Region, weigh).Compute(golden.Map, golden.Targets, 1_000_000).Values[0].item<double>();

        double expected = 0;
        for (int image = 0; image < 2; image++)
        {
            foreach (var (row, column, anchor, truth, _) in golden.Targets[image].Targets)
            {
                var shape = golden.Region.Anchors[anchor];
                double Raw(int entry) => golden.Map[image, anchor * 25 + entry, row, column].item<double>();
                double errors = Math.Pow(column + 1 / (1 + Math.Exp(-Raw(0))) - truth.X, 2) + Math.Pow(row + 1 / (1 + Math.Exp(-Raw(1))) - truth.Y, 2)
                    + Math.Pow(Raw(2) - Math.Log(truth.Width / shape.Width), 2) + Math.Pow(Raw(3) - Math.Log(truth.Height / shape.Height), 2);
                expected += 0.5 * golden.Region.CoordScale * errors * (weigh ? 2 - truth.Width / 13.0 * (truth.Height / 13.0) : 1) / 2;
            }
        }
        Assert.Equal(expected, box, 1e-5);
    }

    [Fact]
    public void Compute_WithoutRescore_WantsObjectnessOne()
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Darknet();
        var region = golden.Region with { Rescore = false };

        var values = new DarknetRegionLoss(region).Compute(golden.Map, golden.Targets, 1_000_000).Values;

        // By hand: half of object_scale * (1 - sigmoid(to))^2 over the matched predictions, divided by two images.
        double expected = 0;
        for (int image = 0; image < 2; image++)
        {
            foreach (var target in golden.Targets[image].Targets)
            {
                double raw = golden.Map[image, target.Anchor * 25 + 4, target.Row, target.Column].item<double>();
                expected += 0.5 * 5 * Math.Pow(1 - 1 / (1 + Math.Exp(-raw)), 2) / 2;
            }
        }
        Assert.Equal(expected, values[1].item<double>(), 1e-9);
    }

    // region_layer.c: if (best_iou > l.thresh). A prediction that covers nothing and a threshold of 0: half of noobject_scale * sigmoid(0)^2 = 1/8.
    [Fact]
    public void Compute_IoUEqualToTheThreshold_IsBackgroundStill()
    {
        using var scope = torch.NewDisposeScope();
        var region = new RegionLayer(AnchorSet.FromPairs([2, 2]), 1) { IgnoreThreshold = 0, BiasMatch = true };
        var targets = new TargetEncoder(new(2, 1, 1, 1), region.Anchors).Encode([new(new(-16, -16, 48, 48), 0)], 64, 32);
        var map = torch.zeros(1, 6, 1, 2, dtype: torch.float64);
        map[0, 0, 0, 1] = 40;
        map[0, 2, 0, 1] = -9;

        Assert.Equal(1.0 / 8, new DarknetRegionLoss(region).Compute(map, [targets], 1_000_000).Values[2].item<double>(), 1e-12);
    }

    [Fact]
    public void Constructor_BiasMatchOff_IsRefused()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Throws<NotSupportedException>(() => new DarknetRegionLoss(LossGolden.Darknet().Region with { BiasMatch = false }));
    }
}
