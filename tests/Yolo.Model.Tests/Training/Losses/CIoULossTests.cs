using TorchSharp;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Losses;

namespace Yolo.Model.Tests.Training.Losses;

public sealed class CIoULossTests
{
    // One cell of 32 pixels, one anchor of 2 x 1 cells, three classes.
    private static readonly RegionLayer OneAnchor = new(AnchorSet.FromPairs([2, 1]), 3);

    public CIoULossTests() => TorchRuntime.EnsureLoaded();

    // By hand, in units of half a cell: boxes (0, 0)-(4, 2) and (1, 0)-(3, 4): intersection 4, union 12, IoU 1/3; enclosing box 4 x 4, centres 1 apart:
    // 1/32; v = 4/pi^2 (atan 2 - atan 1/2)^2, weight v / (1 - 1/3 + v).
    [Fact]
    public void CompleteIoU_TwoBoxes_EqualsTheHandCalculation()
    {
        using var scope = torch.NewDisposeScope();
        double v = 4 / (Math.PI * Math.PI) * Math.Pow(Math.Atan(2) - Math.Atan(0.5), 2);

        var (iou, complete) = CIoULoss.CompleteIoU(Pair(2, 1), Pair(4, 2), Pair(2, 2), Pair(2, 4));

        Assert.Equal(1.0 / 3, iou.item<double>(), 1e-9);
        Assert.Equal(1.0 / 3 - 1.0 / 32 - v * v / (2.0 / 3 + v), complete.item<double>(), 1e-6);
    }

    // Boxes of 10 x 10 that lie 9 apart both ways: the product of the two negative sides of their common part would be 81.
    [Fact]
    public void CompleteIoU_BoxesApartBothWays_HaveNoIoU()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal(0, CIoULoss.CompleteIoU(Pair(0, 0), Pair(10, 10), Pair(19, 19), Pair(10, 10)).IoU.item<double>());
    }

    // The objectness is taught the IoU; the IoU is not taught the objectness.
    [Fact]
    public void Compute_ObjectGain_LeavesTheGradientOfTheBoxAlone()
    {
        using var scope = torch.NewDisposeScope();
        LossGolden weak = LossGolden.Notebook(), strong = LossGolden.Notebook();

        var expected = weak.Run(new CIoULoss(weak.Region, new() { ObjectGain = 1 })).Gradient;
        var actual = strong.Run(new CIoULoss(strong.Region, new() { ObjectGain = 10 })).Gradient;

        foreach (var target in weak.Targets[1].Targets)
        {
            for (int entry = 0; entry < 4; entry++)
            {
                double box = expected[1, 25 * target.Anchor + entry, target.Row, target.Column].item<double>();
                Assert.Equal(box, actual[1, 25 * target.Anchor + entry, target.Row, target.Column].item<double>(), 1e-12);
            }
        }
    }

    // Truth: centre (0.5, 0.5), 2 x 2 cells. Prediction: same centre, anchor 2 x 1: IoU 1/2, no distance. Objectness logit 1, classes 0, 1,
    // 2 of which 2 is true.
    private static (torch.Tensor Map, EncodedTargets Targets) OneObject() =>
        (torch.tensor(new double[] { 0, 0, 0, 0, 1, 0, 1, 2 }, 1, 8, 1, 1), Encode(OneAnchor, 1, [new(new(-16, -16, 48, 48), 2)]));

    // Two objects meet in the first cell, and the second one, which is small, is taught. The second cell's prediction, drawn to the border, covers 1.9 * 2 of 4.2 of the first one.
    [Fact]
    public void Compute_PredictionNearAnObjectThatLostItsCell_IsNoBackground()
    {
        using var scope = torch.NewDisposeScope();
        var region = new RegionLayer(AnchorSet.FromPairs([2, 2]), 1) { IgnoreThreshold = 0.9f };
        var targets = Encode(region, 2, [new(new(-3.2f, -16, 60.8f, 48), 0), new(new(8, 8, 24, 24), 0)]);
        var map = torch.zeros(1, 6, 1, 2, dtype: torch.float64);
        map[0, 0, 0, 1] = -40;

        Assert.Single(targets.Targets);
        Assert.Equal(0, new CIoULoss(region).Compute(map, [targets], 0).Values[2].item<double>());
    }

    [Fact]
    public void CompleteIoU_EqualBoxes_IsOne()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal(1, CIoULoss.CompleteIoU(Pair(2, 1), Pair(4, 2), Pair(2, 1), Pair(4, 2)).Complete.item<double>(), 1e-12);
    }

    [Fact]
    public void Compute_OneObject_EqualsTheHandCalculation()
    {
        using var scope = torch.NewDisposeScope();
        var (map, targets) = OneObject();
        double v = 4 / (Math.PI * Math.PI) * Math.Pow(Math.Atan(2) - Math.Atan(1), 2);

        var terms = new CIoULoss(OneAnchor).Compute(map, [targets], 0);

        double[] values = terms.Values.data<double>().ToArray();
        Assert.Equal(["box", "object", "no-object", "class"], terms.Names);
        Assert.Equal(5 * (0.5 + v * v / (0.5 + v)), values[0], 1e-6);
        Assert.Equal(-0.5 * Math.Log(Sigmoid(1)) - 0.5 * Math.Log(1 - Sigmoid(1)), values[1], 1e-9);
        Assert.Equal(0, values[2]);
        Assert.Equal(Math.Log(1 + Math.Exp(1) + Math.Exp(2)) - 2, values[3], 1e-9);
        Assert.Equal(values.Sum(), terms.Total.item<double>(), 1e-9);
    }

    // As above. Softmax of 0, 1, 2: each label keeps 0.7 and every class gets 0.1, so the loss is ln(sum) - 0.1 * 0 - 0.1 * 1 - 0.8 * 2.
    [Fact]
    public void Compute_LabelSmoothing_SpreadsThreeTenthsOverTheClasses()
    {
        using var scope = torch.NewDisposeScope();
        var (map, targets) = OneObject();

        var smoothed = new CIoULoss(OneAnchor, new() { LabelSmoothing = 0.3 });
        double[] values = smoothed.Compute(map, [targets], 0).Values.data<double>().ToArray();

        Assert.Equal(Math.Log(1 + Math.Exp(1) + Math.Exp(2)) - 0.1 - 0.8 * 2, values[3], 1e-9);
        Assert.Equal(new CIoULoss(OneAnchor).Compute(map, [targets], 0).Values.data<double>().ToArray()[..3], values[..3]);
    }

    // Sigmoids: the true class is wanted at 0.7 + 0.15, the others at 0.15. Cross-entropy of a logit x with a wanted p: ln(1 + e^x) - p x.
    [Fact]
    public void Compute_LabelSmoothingOfSigmoids_SpreadsOverYesAndNo()
    {
        using var scope = torch.NewDisposeScope();
        var (map, targets) = OneObject();

        var smoothed = new CIoULoss(OneAnchor with { Softmax = false }, new() { LabelSmoothing = 0.3 });
        double value = smoothed.Compute(map, [targets], 0).Values[3].item<double>();

        Assert.Equal(Math.Log(2) + Math.Log(1 + Math.Exp(1)) - 0.15 + Math.Log(1 + Math.Exp(2)) - 0.85 * 2, value, 1e-9);
    }

    // Class 2 counts 4, so three terms of its object are four times as large; the background does not change.
    [Fact]
    public void Compute_ClassWeights_MultiplyTheTermsOfTheirObjects()
    {
        using var scope = torch.NewDisposeScope();
        var region = new RegionLayer(AnchorSet.FromPairs([2, 1]), 3);
        // Two cells: an object of class 2 in the first, one of class 0 in the second.
        var both = Encode(region, 2, [new(new(-16, -16, 48, 48), 2), new(new(32, 0, 64, 32), 0)]);
        var first = Encode(region, 2, [new(new(-16, -16, 48, 48), 2)]);
        var second = Encode(region, 2, [new(new(32, 0, 64, 32), 0)]);
        var map = torch.linspace(-1, 1, 16, dtype: torch.float64).reshape(1, 8, 1, 2);
        double[] Terms(EncodedTargets targets, params double[]? weights) =>
            new CIoULoss(region, null, weights).Compute(map, [targets], 0).Values.data<double>().ToArray();

        double[] weighted = Terms(both, 3, 1, 4), one = Terms(first, null), other = Terms(second, null);

        foreach (int term in (int[])[0, 1, 3])
            Assert.Equal((4 * one[term] + 3 * other[term]) / 2, weighted[term], 1e-9);
        Assert.Equal(Terms(both, null)[2], weighted[2]);
        Assert.All(Terms(both, null).Zip(Terms(both, 1, 1, 1)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Create_ClassWeightsThatDoNotFit_AreRefused()
    {
        var network = Squares.Network(batchNormalize: false);

        var count = Assert.Throws<ArgumentException>(() => RegionLoss.Create(new TrainingOptions { ClassWeights = [1, 2, 3] }, network));
        var loss = Assert.Throws<ArgumentException>(() =>
            RegionLoss.Create(new TrainingOptions { ClassWeights = [1, 2], Loss = LossKind.Darknet }, network));

        Assert.StartsWith("Expected 2 class weights, one a class, found 3.", count.Message, StringComparison.Ordinal);
        Assert.StartsWith("ClassWeights are for CIoU; Darknet is computed", loss.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { ClassWeights = [1, 0] });
    }

    // Two cells in a row, boxes of 2 x 2 cells. The object stands in the middle of the first; the second cell's prediction, drawn to the border between them, covers
    // 3/2 * 2 of 5: IoU 3/5. Drawn away and shrunk it covers nothing.
    [Theory]
    [InlineData(0.61f, -40, 0, true)]
    [InlineData(0.59f, -40, 0, false)]
    [InlineData(0, 40, -9, true)]  // equal to the threshold: background still, as in Darknet
    public void Compute_UnmatchedPrediction_IsBackgroundUnlessItCoversAnObject(float threshold, double tx, double tw, bool background)
    {
        using var scope = torch.NewDisposeScope();
        var region = new RegionLayer(AnchorSet.FromPairs([2, 2]), 1) { IgnoreThreshold = threshold };
        var targets = Encode(region, 2, [new(new(-16, -16, 48, 48), 0)]);
        var map = torch.zeros(1, 6, 1, 2, dtype: torch.float64);
        map[0, 0, 0, 1] = tx;
        map[0, 2, 0, 1] = tw;

        double noObject = new CIoULoss(region).Compute(map, [targets], 0).Values[2].item<double>();

        Assert.Equal(background ? Math.Log(2) : 0, noObject, 1e-9);
    }

    [Fact]
    public void Compute_GradientOnTheGoldenBatch_AgreesWithFiniteDifferences()
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Notebook();
        var loss = new CIoULoss(golden.Region);
        var target = golden.Targets[1].Targets[3];
        var gradient = golden.Run(loss).Gradient;
        int plane = target.Anchor * 25;

        // Entries on which neither the objectness target nor the weight of the aspect term depends: autograd holds those constant, differences would not.
        foreach (int entry in (int[])[5, 5 + target.ClassIndex, 24])
            AssertDifference(plane + entry, target.Row, target.Column, term: 3);
        AssertDifference(4, 12, 0, term: 2);

        void AssertDifference(int channel, int row, int column, int term)
        {
            double Value(double step)
            {
                var moved = golden.Map.detach().clone();
                moved[1, channel, row, column] += step;
                return loss.Compute(moved, golden.Targets, 0).Values[term].item<double>();
            }
            Assert.Equal((Value(1e-4) - Value(-1e-4)) / 2e-4, gradient[1, channel, row, column].item<double>(), 1e-7);
        }
    }

    [Fact]
    public void CompleteIoU_Gradient_AgreesWithFiniteDifferencesOfAFixedWeight()
    {
        using var scope = torch.NewDisposeScope();
        double[] box = [2.1, 1.4, 4.2, 2.4];
        double[] truth = [2.6, 1.9, 2.2, 3.6];
        double fixedWeight = Complete(box, truth, null).Weight;
        var tensor = torch.tensor(box, 1, 4).requires_grad_();

        CIoULoss.CompleteIoU(tensor.narrow(1, 0, 2), tensor.narrow(1, 2, 2), Pair(truth[0], truth[1]), Pair(truth[2], truth[3])).Complete.sum().backward();

        double[] gradient = tensor.grad!.data<double>().ToArray();
        for (int i = 0; i < 4; i++)
        {
            double[] up = [.. box], down = [.. box];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double difference = (Complete(up, truth, fixedWeight).Value - Complete(down, truth, fixedWeight).Value) / 2e-5;
            Assert.Equal(difference, gradient[i], 1e-6);
            Assert.NotEqual(0, gradient[i], 1e-3);
        }
    }

    [Fact]
    public void Compute_NoObjects_LeavesTheBackgroundTermAlone()
    {
        using var scope = torch.NewDisposeScope();
        var targets = Encode(OneAnchor, 2, []);
        var map = torch.zeros(2, 8, 1, 2).requires_grad_();

        var terms = new CIoULoss(OneAnchor).Compute(map, [targets, targets], 0);
        terms.Total.backward();

        // Four predictions at 1/2, divided by two images.
        Assert.Equal([0, 0, (float)(2 * Math.Log(2)), 0], terms.Values.data<float>().ToArray());
        Assert.Equal(0.25 * 4, map.grad!.sum().item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.7, 2)]
    [InlineData(0.4, 3)]
    public void Compute_MatchThreshold_MakesSimilarAnchorsResponsibleToo(double threshold, int matched)
    {
        using var scope = torch.NewDisposeScope();
        // Shape IoU with the object of 2 x 2 cells: 1, 3/4 and 1/2.
        var region = new RegionLayer(AnchorSet.FromPairs([2, 2, 1.5f, 2, 2, 1]), 2);
        var targets = Encode(region, 1, [new(new(-16, -16, 48, 48), 1)]);
        var map = torch.zeros(1, 21, 1, 1, dtype: torch.float64).requires_grad_();
        var loss = new CIoULoss(region, new() { MatchThreshold = threshold });

        loss.Compute(map, [targets], 0).Total.backward();

        // A matched prediction has a class gradient, sigmoid(0) - 1, divided by the number of matches.
        double[] classGradients = [.. Enumerable.Range(0, 3).Select(anchor => map.grad![0, anchor * 7 + 6, 0, 0].item<double>())];
        Assert.Equal([.. Enumerable.Range(0, 3).Select(anchor => anchor < matched ? -0.5 / matched : 0)], classGradients);
    }

    [Fact]
    public void Compute_ExtremeMap_StaysFinite()
    {
        using var scope = torch.NewDisposeScope();
        var targets = Encode(OneAnchor, 1, [new(new(0, 0, 32, 32), 0)]);
        foreach (float raw in (float[])[-1e4f, 1e4f])
        {
            var map = torch.full([1, 8, 1, 1], raw).requires_grad_();

            var terms = new CIoULoss(OneAnchor).Compute(map, [targets], 0);
            terms.Total.backward();

            Assert.True(terms.Values.isfinite().all().item<bool>());
            Assert.True(map.grad!.isfinite().all().item<bool>());
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static torch.Tensor Pair(double x, double y) => torch.tensor(new[] { x, y }, 1, 2);

    private static EncodedTargets Encode(RegionLayer region, int columns, GroundTruth[] objects) =>
        new TargetEncoder(new(columns, 1, region.Anchors.Count, region.Classes), region.Anchors).Encode(objects, 32 * columns, 32);

    // Complete IoU once more, in plain numbers; the weight of the aspect term may be held fixed, as autograd does.
    private static (double Value, double Weight) Complete(double[] box, double[] truth, double? fixedWeight)
    {
        double[] low = new double[2], high = new double[2], outer = new double[2];
        for (int i = 0; i < 2; i++)
        {
            low[i] = Math.Max(box[i] - box[i + 2] / 2, truth[i] - truth[i + 2] / 2);
            high[i] = Math.Min(box[i] + box[i + 2] / 2, truth[i] + truth[i + 2] / 2);
            outer[i] = Math.Max(box[i] + box[i + 2] / 2, truth[i] + truth[i + 2] / 2) - Math.Min(box[i] - box[i + 2] / 2, truth[i] - truth[i + 2] / 2);
        }
        double intersection = (high[0] - low[0]) * (high[1] - low[1]);
        double iou = intersection / (box[2] * box[3] + truth[2] * truth[3] - intersection);
        double distance = (Math.Pow(box[0] - truth[0], 2) + Math.Pow(box[1] - truth[1], 2)) / (outer[0] * outer[0] + outer[1] * outer[1]);
        double aspect = 4 / (Math.PI * Math.PI) * Math.Pow(Math.Atan(box[2] / box[3]) - Math.Atan(truth[2] / truth[3]), 2);
        double weight = fixedWeight ?? aspect / (1 - iou + aspect);
        return (iou - distance - weight * aspect, weight);
    }
}
