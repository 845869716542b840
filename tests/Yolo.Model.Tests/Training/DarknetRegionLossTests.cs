using TorchSharp;
using Xunit;
using Yolo.Model.Torch;
using Yolo.Model.Training;

namespace Yolo.Model.Tests.Training;

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

    [Fact]
    public void Constructor_BiasMatchOff_IsRefused()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Throws<NotSupportedException>(() => new DarknetRegionLoss(LossGolden.Darknet().Region with { BiasMatch = false }));
    }
}
