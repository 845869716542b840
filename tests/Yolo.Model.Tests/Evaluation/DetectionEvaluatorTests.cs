using Xunit;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Evaluation;

public sealed class DetectionEvaluatorTests
{
    private static readonly BoundingBox s_box = new(0, 0, 100, 100);
    private static readonly BoundingBox s_far = new(300, 300, 400, 400);

    // Truths A = 0..100 and B = 20..120 in x. The second detection, 8..108, overlaps A most (92/108 > 88/112), but A is taken:
    // a miss for VOC, while COCO gives it B. VOC: hit, miss of two truths = 1/2. COCO at IoU 0.5: hit, hit = 1.
    [Fact]
    public void Compute_BestTruthIsTaken_MissesForVocAndFindsTheNextForCoco()
    {
        var metrics = Evaluate(
            [new(s_box, 0), new(new(20, 0, 120, 100), 0)],
            [new(s_box, 0, 0.9f), new(new(8, 0, 108, 100), 0, 0.8f)]);

        Assert.Equal(0.5, metrics.MeanAveragePrecisionVoc2010, tolerance: 1e-12);
        Assert.Equal(1, metrics.MeanAveragePrecisionCoco50, tolerance: 1e-12);
    }

    // The detection equals the difficult box and has IoU 80/120 with the ordinary one. VOC: its best truth is difficult, ignored, so nothing is found.
    // COCO: objects that count come first, so the ordinary one is found.
    [Fact]
    public void Compute_DifficultTruthIsTheBetterMatch_IsIgnoredByVocAndSecondChoiceOfCoco()
    {
        var metrics = Evaluate([new(s_box, 0, Difficult: true), new(new(20, 0, 120, 100), 0)], [new(s_box, 0, 0.9f)]);

        Assert.Equal(0, metrics.MeanAveragePrecisionVoc2010);
        Assert.Equal(1, metrics.MeanAveragePrecisionCoco50, tolerance: 1e-12);
        Assert.Equal((1, 1), (metrics.Classes[0].TruthCount, metrics.Classes[0].DifficultCount));
    }

    // IoU 0.9 with a truth of 0..100: hits at the thresholds 0.50 to 0.90, nine of ten. The one at exactly 0.90 counts.
    [Fact]
    public void Compute_OverlapOfNineTenths_CountsAtNineOfTenThresholds()
    {
        var metrics = Evaluate([new(s_box, 0)], [new(new(0, 0, 100, 90), 0, 0.9f)]);

        Assert.Equal(0.9, metrics.MeanAveragePrecisionCoco, tolerance: 1e-12);
        Assert.Equal(1, metrics.MeanAveragePrecisionCoco75, tolerance: 1e-12);
    }

    // 0..10 against 0..10 by 0..4.5: 11 * 5.5 / 121 = 0.5 counting the last pixel in, 0.45 continuous.
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Compute_InclusivePixels_WidensBoxesByOne(bool inclusivePixels, double expected)
    {
        var metrics = Evaluate([new(new(0, 0, 10, 10), 0)], [new(new(0, 0, 10, 4.5f), 0, 0.9f)], new() { InclusivePixels = inclusivePixels });

        Assert.Equal(expected, metrics.MeanAveragePrecisionVoc2010);
    }

    // 100 misses above the one hit: COCO looks at the best 100 detections of an image only, VOC at all: precision 1/101.
    [Fact]
    public void Compute_HitIsNumber101OfItsImage_CountsForVocOnly()
    {
        Detection[] detections = [new(s_box, 0, 0.5f), .. Enumerable.Repeat(new Detection(s_far, 0, 0.9f), 100)];

        var metrics = Evaluate([new(s_box, 0)], detections);

        Assert.Equal(1.0 / 101, metrics.MeanAveragePrecisionVoc2010, tolerance: 1e-12);
        Assert.Equal(0, metrics.MeanAveragePrecisionCoco50);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0.5)]
    public void Compute_EqualScores_RankInOrderAdded(bool missFirst, double expected)
    {
        Detection[] detections = [new(s_box, 0, 0.7f), new(s_far, 0, 0.7f)];
        if (missFirst)
            Array.Reverse(detections);

        var metrics = Evaluate([new(s_box, 0)], detections);

        Assert.Equal(expected, metrics.MeanAveragePrecisionVoc2010, tolerance: 1e-12);
    }

    // Class 1 has ground truth only where it is difficult, class 2 none at all; both are predicted.
    [Fact]
    public void Compute_PredictedClassesWithoutTruth_AreNamedAndLeftOut()
    {
        var metrics = Evaluate(
            [new(s_box, 0), new(s_far, 1, Difficult: true)],
            [new(s_box, 0, 0.9f), new(s_box, 1, 0.9f), new(s_box, 2, 0.9f)]);

        Assert.Equal(["b", "c"], metrics.ClassesWithoutTruth);
        Assert.Equal(1, metrics.MeanAveragePrecisionVoc2007, tolerance: 1e-12);
        Assert.Equal(double.NaN, metrics.Classes[2].AveragePrecisionVoc2010);
        Assert.Null(metrics.Classes[2].Best);
        Assert.Equal(1, metrics.Classes[2].DetectionCount);
    }

    // Two truths; hit 0.9, miss 0.8, hit 0.6, miss 0.6. F1: 2/3, 1/2, and at 0.6, both kept, precision 2/4 and recall 1: 2/3 again. The higher score wins.
    // With the hit and the miss at 0.6 taken apart, 0.6 would have precision 2/3 and F1 0.8.
    [Fact]
    public void Compute_TiesAtAThreshold_AreKeptTogetherInTheOperatingPoint()
    {
        var metrics = Evaluate(
            [new(s_box, 0), new(s_far, 0)],
            [new(s_box, 0, 0.9f), new(s_box, 0, 0.8f), new(s_far, 0, 0.6f), new(s_far, 0, 0.6f)]);

        Assert.Equal(new OperatingPoint(0.9f, 1, 0.5), metrics.Classes[0].Best);
        Assert.Equal(2.0 / 3, metrics.Classes[0].Best!.F1, tolerance: 1e-12);
    }

    [Fact]
    public void Compute_NoImage_HasNoMean()
    {
        var metrics = new DetectionEvaluator(["a"]).Compute();

        Assert.Equal(double.NaN, metrics.MeanAveragePrecisionCoco);
        Assert.Equal(0, metrics.ImageCount);
    }

    [Fact]
    public void Add_UnknownClass_ThrowsAndAddsNothing()
    {
        var evaluator = new DetectionEvaluator(["a"]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => evaluator.Add([new(s_box, 0)], [new(s_box, 1, 0.5f)]));

        Assert.Contains("position 0: expected 0 to 0", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, evaluator.Compute().Classes[0].TruthCount);
    }

    [Fact]
    public void Add_ScoreNotANumber_Throws()
    {
        Assert.Throws<ArgumentException>(() => new DetectionEvaluator(["a"]).Add([], [new(s_box, 0, float.NaN)]));
    }

    [Fact]
    public void ToString_Metrics_PrintsARowPerClassAndTheMean()
    {
        string[] lines = Evaluate([new(s_box, 0)], [new(s_box, 0, 0.75f), new(s_far, 1, 0.5f)]).ToString().Split('\n');

        Assert.Equal("class  truths  difficult  detections  VOC07  VOC10   COCO   AP50   AP75  precision  recall  at score", lines[0]);
        Assert.Equal("a           1          0           1  100.0  100.0  100.0  100.0  100.0      100.0   100.0     0.750", lines[1]);
        Assert.Equal("b           0          0           1      -      -      -      -      -          -       -         -", lines[2]);
        Assert.Equal("mean        1          0           2  100.0  100.0  100.0  100.0  100.0", lines[4]);
        Assert.Equal("Left out of the means, since they have no ground truth: b, c.", lines[5]);
    }

    private static DetectionMetrics Evaluate(GroundTruth[] truths, Detection[] detections, EvaluationOptions? options = null)
    {
        var evaluator = new DetectionEvaluator(["a", "b", "c"], options);
        evaluator.Add(truths, detections);
        return evaluator.Compute();
    }
}
