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

    // IoU 10/20 to 19/20, each exactly one of COCO's thresholds.
    [Fact]
    public void Compute_OverlapEqualToACocoThreshold_ReachesItAndThoseBelow()
    {
        for (int reached = 1; reached <= 10; reached++)
        {
            var metrics = Evaluate([new(s_box, 0)], [new(new(0, 0, 100, 45 + 5 * reached), 0, 0.9f)]);

            Assert.Equal(reached / 10.0, metrics.MeanAveragePrecisionCoco, tolerance: 1e-12);
            Assert.Equal(reached >= 6 ? 1 : 0, metrics.MeanAveragePrecisionCoco75);
        }
    }

    // The first detection overlaps both objects by 90/110 and, for COCO, takes the later one (evaluateImg goes on while ious[dind, gind] >= iou); so the second finds the other one exactly.
    // The other way round it would be left with 80/120.
    [Fact]
    public void Compute_EqualOverlaps_CocoTakesTheLaterObject()
    {
        var metrics = Evaluate([new(s_box, 0), new(new(20, 0, 120, 100), 0)], [new(new(10, 0, 110, 100), 0, 0.9f), new(s_box, 0, 0.8f)]);

        Assert.Equal(1, metrics.MeanAveragePrecisionCoco75, tolerance: 1e-12);
    }

    // The second detection of a difficult object is a miss: miss, hit of one object.
    [Fact]
    public void Compute_DifficultObjectFoundTwice_IsIgnoredOnceByCoco()
    {
        var metrics = Evaluate([new(s_box, 0, Difficult: true), new(s_far, 0)], [new(s_box, 0, 0.9f), new(s_box, 0, 0.8f), new(s_far, 0, 0.7f)]);

        Assert.Equal(0.5, metrics.MeanAveragePrecisionCoco50, tolerance: 1e-12);
    }

    // Boxes of 10 x 10 that lie 9 apart both ways: the product of the two negative sides of their common part would be 81.
    [Fact]
    public void Compute_BoxesApartBothWays_AreNoHit()
    {
        var metrics = Evaluate([new(new(0, 0, 10, 10), 0)], [new(new(19, 19, 29, 29), 0, 0.9f)]);

        Assert.Equal((0, 0), (metrics.MeanAveragePrecisionVoc2010, metrics.MeanAveragePrecisionCoco50));
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

    // Areas 32 * 32 and 96 * 96 belong to both neighbours (pycocotools: area < low or area > high is left out). Class a's object is 32 wide, b's 96, c's 97; all are found.
    [Fact]
    public void Compute_SizesAtTheLimits_BelongToBothRanges()
    {
        BoundingBox[] boxes = [new(0, 0, 32, 32), new(200, 0, 296, 96), new(400, 0, 497, 97)];

        var metrics = Evaluate([.. boxes.Select((box, c) => new GroundTruth(box, c))], [.. boxes.Select((box, c) => new Detection(box, c, 0.9f))]);

        Assert.Equal([1, double.NaN, double.NaN], metrics.Classes.Select(c => c.AveragePrecisionCocoSmall));
        Assert.Equal([1, 1, double.NaN], metrics.Classes.Select(c => c.AveragePrecisionCocoMedium));
        Assert.Equal([double.NaN, 1, 1], metrics.Classes.Select(c => c.AveragePrecisionCocoLarge));
        // Classes without objects of a size are left out of its mean.
        Assert.Equal((1, 1, 1), (metrics.MeanAveragePrecisionCocoSmall, metrics.MeanAveragePrecisionCocoMedium, metrics.MeanAveragePrecisionCocoLarge));
    }

    // For small objects: the large detection at 0.9 that finds nothing is of another size and ignored; the one at 0.8 takes the large object, ignored; the small miss at 0.7
    // counts; then the small object is found: precision 1/2. For large objects: miss at 0.9, hit at 0.8, the small ones ignored: 1/2.
    [Fact]
    public void Compute_DetectionsOfAnotherSize_AreIgnoredWhereTheyFindNothing()
    {
        BoundingBox small = new(0, 0, 20, 20), large = new(100, 0, 300, 200);

        var metrics = Evaluate(
            [new(small, 0), new(large, 0)],
            [new(s_far with { Right = 900 }, 0, 0.9f), new(large, 0, 0.8f), new(new(600, 0, 620, 20), 0, 0.7f), new(small, 0, 0.6f)]);

        Assert.Equal(0.5, metrics.MeanAveragePrecisionCocoSmall, tolerance: 1e-12);
        Assert.Equal(0.5, metrics.MeanAveragePrecisionCocoLarge, tolerance: 1e-12);
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

        Assert.Equal(new OperatingPoint(0.9f, 1, 0, 1), metrics.Classes[0].Best);
        Assert.Equal(2.0 / 3, metrics.Classes[0].Best!.F1, tolerance: 1e-12);
        Assert.Equal([new(0.9f, 1, 0, 1), new(0.8f, 1, 1, 1), new(0.6f, 2, 2, 0)], metrics.Classes[0].Curve);
    }

    // Precision, recall and F1 of 3 right, 1 false, 2 missed: 3/4, 3/5, 2 * 3 / (2 * 3 + 1 + 2) = 2/3.
    [Fact]
    public void OperatingPoint_Counts_GivePrecisionRecallAndF1()
    {
        var point = new OperatingPoint(0.5f, 3, 1, 2);

        Assert.Equal((0.75, 0.6, 2.0 / 3), (point.Precision, point.Recall, point.F1));
        Assert.Equal((double.NaN, double.NaN, double.NaN), (new OperatingPoint(0, 0, 0, 0).Precision, new OperatingPoint(0, 0, 0, 0).Recall, new OperatingPoint(0, 0, 0, 0).F1));
    }

    [Fact]
    public void Compute_BoxThatIsNotANumber_IsAnObjectNeverFound()
    {
        var metrics = Evaluate([new(s_box, 0), new(new(float.NaN, 0, 10, 10), 0)], [new(s_box, 0, 0.9f), new(new(float.NaN, 0, 10, 10), 0, 0.8f)]);

        Assert.Equal(new OperatingPoint(0.25f, 1, 1, 1), metrics.Classes[0].AtScoreThreshold);
        Assert.Equal(0.5, metrics.MeanAveragePrecisionVoc2010, tolerance: 1e-12);
        Assert.Equal(51.0 / 101, metrics.MeanAveragePrecisionCoco50, tolerance: 1e-12);
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
        string[] lines = Evaluate([new(s_box, 0)], [new(s_box, 0, 0.75f), new(s_far, 1, 0.5f)],
            new() { DetectionThreshold = 0.005f }).ToString().Split('\n');

        Assert.Equal("class  truths  difficult  detections  VOC07  VOC10   COCO   AP50   AP75  precision  recall  at score", lines[0]);
        Assert.Equal("a           1          0           1  100.0  100.0  100.0  100.0  100.0      100.0   100.0     0.750", lines[1]);
        Assert.Equal("b           0          0           1      -      -      -      -      -          -       -         -", lines[2]);
        Assert.Equal("mean        1          0           2  100.0  100.0  100.0  100.0  100.0", lines[4]);
        Assert.Equal("COCO AP by size: small -, medium -, large 100.0", lines[5]);
        Assert.Equal("COCO AR: AR1 100.0, AR10 100.0, AR100 100.0; small -, medium -, large 100.0", lines[6]);
        Assert.Equal("Left out of the means, since they have no ground truth: b, c.", lines[7]);
    }

    // Not known: the lowest score stands for the threshold, as it is at 0.05 and at 0.01.
    [Theory]
    [InlineData(0.05f, null, "The averages may be too low: the lowest score of a detection is 0.050.")]
    [InlineData(0.01f, null, null)]
    [InlineData(0.05f, 0.05f, "The averages are too low: the score threshold of the detections is 0.05.")]
    [InlineData(0.75f, 0.005f, null)]
    public void Warnings_DetectionsThatEndHigh_SaySo(float lowest, float? threshold, string? expected)
    {
        var metrics = Evaluate([new(s_box, 0)], [new(s_box, 0, 0.9f), new(s_far, 0, lowest)], new() { DetectionThreshold = threshold });

        Assert.Equal(expected is null ? 0 : 1, metrics.Warnings.Count);
        Assert.All(metrics.Warnings, warning => Assert.Equal(
            $"{expected} Average precision needs low scores, too: detect with ScoreThreshold = 0.005 to evaluate.", warning));
    }

    [Fact]
    public void Warnings_NoDetection_SaysThatTheThresholdIsNotKnown() =>
        Assert.StartsWith("There is no detection, and the score threshold is not known.", Assert.Single(
            Evaluate([new(s_box, 0)], []).Warnings), StringComparison.Ordinal);

    [Fact]
    public void ToString_Crowds_AreCounted()
    {
        string text = Evaluate([new(s_box, 0), new(s_far, 0, Crowd: true), new(s_far, 1, Crowd: true)], []).ToString();

        Assert.Contains("\nCrowds, not among the truths: 2. Detections in them count neither way.\n", text, StringComparison.Ordinal);
    }

    // Boxes 40 wide in a crowd of 200 x 100: IoU 0.08 each, but all of their area lies in it. One in a crowd of another class is a miss,
    // ranked first:
    // miss, hit of one object.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.5)]
    public void Compute_DetectionsInACrowd_CountNeitherWayIfItIsOfTheirClass(int crowdClass, double expected)
    {
        var first = new Detection(new(5, 5, 45, 45), 0, 0.9f);

        var metrics = Evaluate(
            [new(new(0, 0, 200, 100), crowdClass, Crowd: true), new(s_far, 0)],
            crowdClass == 0 ? [first, new(new(60, 5, 100, 45), 0, 0.8f), new(s_far, 0, 0.5f)] : [first, new(s_far, 0, 0.5f)]);

        Assert.Equal(expected, metrics.Classes[0].AveragePrecisionVoc2010, tolerance: 1e-12);
        Assert.Equal(expected, metrics.Classes[0].AveragePrecisionCoco50, tolerance: 1e-12);
        var c = metrics.Classes[0];
        Assert.Equal((1, 0, 1 - crowdClass), (c.TruthCount, c.DifficultCount, c.CrowdCount));
    }

    // The crowd's overlap with the detection is 1, the object's IoU 0.8: the object is found all the same. The duplicate lies in the crowd.
    [Fact]
    public void Compute_ObjectInsideACrowd_IsFoundFirst()
    {
        var metrics = Evaluate(
            [new(new(0, 0, 500, 500), 0, Crowd: true), new(s_box, 0)],
            [new(new(0, 0, 100, 80), 0, 0.9f), new(s_box, 0, 0.8f)]);

        Assert.Equal(new OperatingPoint(0.25f, 1, 0, 0), metrics.Classes[0].AtScoreThreshold);
        Assert.Equal(1, metrics.MeanAveragePrecisionVoc2010, tolerance: 1e-12);
        Assert.Equal(1, metrics.MeanAveragePrecisionCoco50, tolerance: 1e-12);
    }

    // Half of the detection's pixels lie in the crowd, exactly the threshold: 60 of 120 columns, or 61 of 122 with VOC's extra pixel.
    [Theory]
    [InlineData(-61, true, 0)]
    [InlineData(-62, true, 1)]
    [InlineData(-60, false, 0)]
    [InlineData(-61, false, 1)]
    public void Compute_PartOfADetectionInACrowd_IsIgnoredFromTheThresholdOn(int left, bool inclusivePixels, int falsePositives)
    {
        var metrics = Evaluate(
            [new(s_box, 0, Crowd: true), new(s_far, 0)], [new(new(left, 0, 60, 50), 0, 0.9f)], new() { InclusivePixels = inclusivePixels });

        Assert.Equal(falsePositives, metrics.Classes[0].AtScoreThreshold.FalsePositives);
    }

    // A crowd is no difficult object, even if it is marked as both.
    [Fact]
    public void Compute_CrowdMarkedDifficult_IsACrowd()
    {
        var metrics = Evaluate(
            [new(new(0, 0, 200, 100), 0, Difficult: true, Crowd: true), new(s_far, 0)],
            [new(new(5, 5, 45, 45), 0, 0.9f), new(s_far, 0, 0.5f)]);

        Assert.Equal(1, metrics.MeanAveragePrecisionVoc2010, tolerance: 1e-12);
        Assert.Equal((1, 0, 1), (metrics.Classes[0].TruthCount, metrics.Classes[0].DifficultCount, metrics.Classes[0].CrowdCount));
        Assert.Empty(metrics.Errors);
    }

    // Boxes of 100 x 100 are large, but their labels give areas of a small and a medium object. Both limits belong to both ranges.
    [Fact]
    public void Compute_AreaOfTheLabel_DecidesTheSize()
    {
        GroundTruth[] truths = [new(s_box, 0, Area: 1024), new(s_box, 1, Area: 9216), new(s_box, 2, Area: 500)];

        var metrics = Evaluate(truths, [.. truths.Select(truth => new Detection(truth.Box, truth.ClassIndex, 0.9f))]);

        Assert.Equal([1, double.NaN, 1], metrics.Classes.Select(c => c.AveragePrecisionCocoSmall));
        Assert.Equal([1, 1, double.NaN], metrics.Classes.Select(c => c.AverageRecallCocoMedium));
        Assert.Equal([double.NaN, 1, double.NaN], metrics.Classes.Select(c => c.AverageRecallCocoLarge));
    }

    // Twelve objects of one class, each found exactly, by falling score: 1, 10 and 12 of 12. maxDets is per image and class: the class
    // beside it does not matter.
    [Fact]
    public void Compute_TwelveObjectsFound_RecallsOneTenAndAll()
    {
        GroundTruth[] truths = [.. Enumerable.Range(0, 12).Select(i => new GroundTruth(new(20 * i, 0, 20 * i + 10, 10), 0)), new(s_far, 1)];

        var metrics = Evaluate(truths, [.. truths.Select((truth, i) => new Detection(truth.Box, truth.ClassIndex, 0.5f + i / 100f))]);

        Assert.Equal(1.0 / 12, metrics.Classes[0].AverageRecallCoco1, tolerance: 1e-12);
        Assert.Equal(10.0 / 12, metrics.Classes[0].AverageRecallCoco10, tolerance: 1e-12);
        Assert.Equal(1, metrics.Classes[0].AverageRecallCoco100, tolerance: 1e-12);
        Assert.Equal((1.0 / 12 + 1) / 2, metrics.MeanAverageRecallCoco1, tolerance: 1e-12);
    }

    // The best detection finds nothing but takes the one place of AR1, even if it lies in a crowd and is ignored.
    [Fact]
    public void Compute_IgnoredDetectionIsTheBest_TakesThePlaceOfAr1()
    {
        var metrics = Evaluate([new(s_box, 0, Crowd: true), new(s_far, 0)], [new(s_box, 0, 0.9f), new(s_far, 0, 0.8f)]);

        Assert.Equal((0, 1), (metrics.MeanAverageRecallCoco1, metrics.MeanAverageRecallCoco10));
    }

    // The case of the bug report: in each image three detections in a crowd above the one of the object, whose IoU reaches COCO's
    // thresholds up to 0.80.
    [Fact]
    public void Compute_CrowdAboveTheObject_LeavesTheObjectsPrecision()
    {
        var evaluator = new DetectionEvaluator(["disc", "box"]);
        for (int i = 0; i < 4; i++)
        {
            evaluator.Add(
                [new(new(0, 0, 128, 44), 0, Crowd: true, Area: 5632), new(new(40 + i, 75, 78 + i, 113), 0, Area: 1444)],
                [
                    .. Enumerable.Range(0, 3).Select(k => new Detection(new(3 + 42 * k, 3, 41 + 42 * k, 41), 0, 0.9f)),
                    new(new(40 + i, 75, 78 + i, 75 + 38 * 0.82f), 0, 0.5f),
                ]);
        }

        var metrics = evaluator.Compute();

        Assert.Equal(0.7, metrics.MeanAveragePrecisionCoco, tolerance: 1e-12);
        Assert.Equal(1, metrics.MeanAveragePrecisionCoco50, tolerance: 1e-12);
        Assert.Equal(1, metrics.MeanAveragePrecisionVoc2010, tolerance: 1e-12);
    }

    private static DetectionMetrics Evaluate(GroundTruth[] truths, Detection[] detections, EvaluationOptions? options = null)
    {
        var evaluator = new DetectionEvaluator(["a", "b", "c"], options);
        evaluator.Add(truths, detections);
        return evaluator.Compute();
    }
}
