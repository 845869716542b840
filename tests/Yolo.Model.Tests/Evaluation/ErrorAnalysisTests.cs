using Xunit;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Evaluation;

public sealed class ErrorAnalysisTests
{
    private const int A = 0, B = 1, Background = 2;

    private static readonly BoundingBox s_box = new(0, 0, 100, 100);
    private static readonly BoundingBox s_far = new(300, 300, 400, 400);

    [Fact]
    public void Compute_RightDetection_StandsOnTheDiagonalAndIsNoError()
    {
        var metrics = Evaluate([new(s_box, A)], [new(s_box, A, 0.9f)]);

        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 0], Counts(metrics));
        Assert.Empty(metrics.Errors);
    }

    [Fact]
    public void Compute_ObjectTakenForAnotherClass_IsOneError()
    {
        var metrics = Evaluate([new(s_box, A)], [new(s_box, B, 0.9f)]);

        Assert.Equal(1, metrics.Confusion[A, B]);
        Assert.Equal(1, Counts(metrics).Sum());
        Assert.Equal(new DetectionError(DetectionErrorKind.WrongClass, 0, new(s_box, B, 0.9f), new GroundTruth(s_box, A), 1), Assert.Single(metrics.Errors));
    }

    // The wrong class has the higher score and takes the object first; the right one finds it taken.
    [Fact]
    public void Compute_WrongClassScoresHigher_TakesTheObjectAndTheRightOneIsADuplicate()
    {
        var metrics = Evaluate([new(s_box, A)], [new(s_box, A, 0.8f), new(s_box, B, 0.9f)]);

        Assert.Equal((1, 1), (metrics.Confusion[A, B], metrics.Confusion[Background, A]));
        Assert.Equal([DetectionErrorKind.WrongClass, DetectionErrorKind.Duplicate], metrics.Errors.Select(error => error.Kind));
    }

    // Two labels on one box: each detection takes the object of its own class, whichever is listed first.
    [Fact]
    public void Compute_EqualOverlaps_TakesTheObjectOfItsOwnClass()
    {
        var metrics = Evaluate([new(s_box, A), new(s_box, B)], [new(s_box, B, 0.9f), new(s_box, A, 0.8f)]);

        Assert.Equal((1, 1), (metrics.Confusion[A, A], metrics.Confusion[B, B]));
        Assert.Empty(metrics.Errors);
    }

    // IoU 0.4 with VOC's extra pixel: 101 * 41 / (101 * 101) = 0.406. Below 0.5, so the matrix counts a detection of background and an undetected object; one error.
    [Fact]
    public void Compute_TooLittleOverlap_IsBadlyLocalisedAndExplainsTheMiss()
    {
        var metrics = Evaluate([new(s_box, A)], [new(new(0, 0, 100, 40), A, 0.9f)]);

        Assert.Equal((1, 1), (metrics.Confusion[Background, A], metrics.Confusion[A, Background]));
        var error = Assert.Single(metrics.Errors);
        Assert.Equal(DetectionErrorKind.BadLocalization, error.Kind);
        Assert.Equal(41.0 / 101, error.IoU, tolerance: 1e-12);
    }

    // The same overlap with an object that is found: a detection too many.
    [Fact]
    public void Compute_TooLittleOverlapWithAFoundObject_IsFalse()
    {
        var metrics = Evaluate([new(s_box, A)], [new(s_box, A, 0.9f), new(new(0, 0, 100, 40), A, 0.8f)]);

        Assert.Equal(new DetectionError(DetectionErrorKind.FalsePositive, 0, new(new(0, 0, 100, 40), A, 0.8f), null, 0), Assert.Single(metrics.Errors));
    }

    [Fact]
    public void Compute_TooLittleOverlapWithAnotherClass_IsFalseAndTheObjectMissed()
    {
        var metrics = Evaluate([new(s_box, A)], [new(new(0, 0, 100, 40), B, 0.9f)]);

        Assert.Equal([DetectionErrorKind.FalsePositive, DetectionErrorKind.Missed], metrics.Errors.Select(error => error.Kind));
        Assert.Equal(new DetectionError(DetectionErrorKind.Missed, 0, null, new GroundTruth(s_box, A), 0), metrics.Errors[1]);
    }

    [Fact]
    public void Compute_DifficultObjects_AreNeitherMissedNorFound()
    {
        var metrics = Evaluate([new(s_box, A, Difficult: true), new(s_far, A, Difficult: true)], [new(s_box, A, 0.9f), new(s_box, B, 0.8f)]);

        Assert.Equal(0, Counts(metrics).Sum());
        Assert.Empty(metrics.Errors);
    }

    // A crowd that nothing lies in is not missed, and two small detections inside of the other are no errors.
    [Fact]
    public void Compute_Crowds_AreNeitherMissedNorFound()
    {
        var metrics = Evaluate(
            [new(s_box, A, Crowd: true), new(s_far, A, Crowd: true)], [new(new(5, 5, 25, 25), A, 0.9f), new(new(50, 5, 70, 25), A, 0.8f)]);

        Assert.Equal(0, Counts(metrics).Sum());
        Assert.Empty(metrics.Errors);
    }

    [Fact]
    public void Compute_DetectionInACrowdOfAnotherClass_IsFalse()
    {
        var metrics = Evaluate([new(s_box, A, Crowd: true)], [new(s_box, B, 0.9f)]);

        Assert.Equal(1, metrics.Confusion[Background, B]);
        Assert.Equal(DetectionErrorKind.FalsePositive, Assert.Single(metrics.Errors).Kind);
    }

    // A "b" in a crowd of them, on a labelled "a": it is one of the crowd and leaves the "a" to the next detection.
    [Fact]
    public void Compute_DetectionInACrowdOnAnObjectOfAnotherClass_LeavesTheObject()
    {
        var metrics = Evaluate([new(new(0, 0, 300, 300), B, Crowd: true), new(s_box, A)], [new(s_box, B, 0.9f), new(s_box, A, 0.8f)]);

        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 0], Counts(metrics));
        Assert.Empty(metrics.Errors);
    }

    [Fact]
    public void Compute_ObjectInACrowdOfItsClass_IsFoundOrMissedAsAnyOther()
    {
        GroundTruth[] truths = [new(new(0, 0, 300, 300), A, Crowd: true), new(s_box, A)];

        Assert.Equal(1, Evaluate(truths, [new(s_box, A, 0.9f)]).Confusion[A, A]);
        Assert.Equal(DetectionErrorKind.Missed, Assert.Single(Evaluate(truths, []).Errors).Kind);
    }

    [Theory]
    [InlineData(0.5f, 1)]
    [InlineData(0.51f, 0)]
    public void Compute_ScoreThreshold_IncludesTheScoreItself(float threshold, int found)
    {
        var metrics = Evaluate([new(s_box, A)], [new(s_box, A, 0.5f)], new() { ScoreThreshold = threshold });

        Assert.Equal((found, 1 - found), (metrics.Confusion[A, A], metrics.Confusion[A, Background]));
        Assert.Equal(new OperatingPoint(threshold, found, 0, 1 - found), metrics.AtScoreThreshold);
        // Average precision regards every score.
        Assert.Equal(1, metrics.MeanAveragePrecisionVoc2010, tolerance: 1e-12);
    }

    [Fact]
    public void Compute_SecondImage_IsNamedByItsPlace()
    {
        var evaluator = new DetectionEvaluator(["a", "b"]);
        evaluator.Add([new(s_box, A)], [new(s_box, A, 0.9f)]);
        evaluator.Add([], [new(s_box, B, 0.7f)]);

        Assert.Equal(new DetectionError(DetectionErrorKind.FalsePositive, 1, new(s_box, B, 0.7f), null, 0), Assert.Single(evaluator.Compute().Errors));
    }

    // Whatever the matching, every object that counts stands in one cell of its row.
    [Fact]
    public void Compute_ManyDetections_CountsEveryObjectOnce()
    {
        var random = new Random(3);
        GroundTruth[] truths = [.. Enumerable.Range(0, 40).Select(i => new GroundTruth(RandomBox(random), i % 2, Difficult: i % 7 == 0))];
        Detection[] detections = [.. Enumerable.Range(0, 120).Select(i => new Detection(RandomBox(random), i % 2, random.NextSingle()))];

        var metrics = Evaluate(truths, detections);

        for (int c = 0; c < 2; c++)
            Assert.Equal(truths.Count(truth => truth.ClassIndex == c && !truth.Difficult), metrics.Confusion[c, A] + metrics.Confusion[c, B] + metrics.Confusion[c, Background]);
    }

    private static BoundingBox RandomBox(Random random)
    {
        int left = random.Next(80), top = random.Next(80);
        return new(left, top, left + random.Next(10, 60), top + random.Next(10, 60));
    }

    private static int[] Counts(DetectionMetrics metrics) =>
        [.. Enumerable.Range(0, 9).Select(i => metrics.Confusion[i / 3, i % 3])];

    private static DetectionMetrics Evaluate(GroundTruth[] truths, Detection[] detections, EvaluationOptions? options = null)
    {
        var evaluator = new DetectionEvaluator(["a", "b"], options);
        evaluator.Add(truths, detections);
        return evaluator.Compute();
    }
}
