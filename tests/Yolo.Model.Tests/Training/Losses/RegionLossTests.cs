using TorchSharp;
using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Losses;

namespace Yolo.Model.Tests.Training.Losses;

/// <summary>What holds for every region loss.</summary>
public sealed class RegionLossTests
{
    public RegionLossTests() => TorchRuntime.EnsureLoaded();

    [Theory]
    [InlineData(LossKind.CIoU)]
    [InlineData(LossKind.Notebook)]
    [InlineData(LossKind.Darknet)]
    public void Compute_ChannelsLastFloat32Map_GivesTheSameLossAndGradient(LossKind kind)
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Notebook();
        var loss = Create(kind, golden.Region);
        var expected = golden.Run(loss);
        var map = golden.Map.detach().to_type(torch.float32).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).requires_grad_();

        var terms = loss.Compute(map, golden.Targets, 0);
        terms.Total.backward();

        Assert.Equal(torch.float32, terms.Values.dtype);
        Assert.Equal(loss.Names, terms.Names);
        Assert.Equal(expected.Total, terms.Total.item<float>(), 1e-5 * expected.Total);
        Assert.InRange((map.grad! - expected.Gradient).abs().max().item<double>(), 0, 1e-5 * expected.Gradient.abs().max().item<double>());
    }

    [Theory]
    [InlineData(LossKind.CIoU)]
    [InlineData(LossKind.Notebook)]
    [InlineData(LossKind.Darknet)]
    public void Compute_Repeated_LeavesOnlyItsTwoResultsAlive(LossKind kind)
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Notebook();
        var loss = Create(kind, golden.Region);
        golden.Run(loss);

        // Of this thread: other tests run beside this one.
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long before = statistics.ThreadTotalLiveCount;
        var terms = loss.Compute(golden.Map, golden.Targets, 0);
        terms.Total.backward();

        Assert.Equal(before + 2, statistics.ThreadTotalLiveCount);
        terms.Total.Dispose();
        terms.Values.Dispose();
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(LossKind.CIoU)]
    [InlineData(LossKind.Notebook)]
    [InlineData(LossKind.Darknet)]
    public void Compute_ImagesWithoutObjects_StaysFinite(LossKind kind)
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Notebook();
        var nothing = new TargetEncoder(golden.Targets[0].Layout, golden.Region.Anchors).Encode([], 416, 416);

        var terms = Create(kind, golden.Region).Compute(golden.Map, [nothing, nothing], 1_000_000);
        terms.Total.backward();

        Assert.True(golden.Map.grad!.isfinite().all().item<bool>());
        Assert.InRange(terms.Total.item<double>(), 1e-3, 1e4);
    }

    [Fact]
    public void Compute_MapThatDoesNotFit_SaysWhatIsWrong()
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Notebook();
        var loss = Create(LossKind.CIoU, golden.Region);

        AssertError("The map must be [N, 100, H, W] for 4 anchors and 20 classes, but is [2, 99, 13, 13].", () => loss.Compute(torch.zeros(2, 99, 13, 13), golden.Targets, 0));
        AssertError("The map has 3 images, but there are targets for 2.", () => loss.Compute(torch.zeros(3, 100, 13, 13), golden.Targets, 0));
        AssertError("The map is for RegionLayout { Width = 12,", () => loss.Compute(torch.zeros(2, 100, 13, 12), golden.Targets, 0));
    }

    private static void AssertError(string start, Func<object> action) =>
        Assert.StartsWith(start, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static RegionLoss Create(LossKind kind, RegionLayer region)
    {
        var head = new ConvolutionalLayer(region.Anchors.Count * (5 + region.Classes), 1, 32, 0, false, Activation.Linear);
        return RegionLoss.Create(kind, new NetworkDefinition(new(3, 416, 416), [head, region]));
    }
}
