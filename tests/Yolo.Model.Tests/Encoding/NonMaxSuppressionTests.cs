using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Encoding;

public sealed class NonMaxSuppressionTests
{
    // By hand: Wide is 10 x 10, Shifted the same moved by 2: intersection 80, union 120, IoU 2/3. Far touches neither.
    private static readonly BoundingBox Wide = new(0, 0, 10, 10), Shifted = new(2, 0, 12, 10), Far = new(50, 50, 60, 60);

    [Fact]
    public void Apply_OverlapsOfOneClass_KeepsTheBestInOrder()
    {
        List<Detection> list = [new(Far, 0, 0.3f), new(Shifted, 0, 0.6f), new(Wide, 0, 0.9f)];

        NonMaxSuppression.Apply(list, 0.5f, classAgnostic: false, 100);

        Assert.Equal([new(Wide, 0, 0.9f), new(Far, 0, 0.3f)], list);
    }

    // Printed in the notebook: the boxes of its example above the high threshold, and the two that its suppression leaves.
    [Fact]
    public void Apply_NotebooksExample_LeavesItsTwoObjects()
    {
        const int Person = 14, Bicycle = 1;
        List<Detection> list =
        [
            new(new(183, 39, 292, 276), Person, 0.082f), new(new(181, 25, 291, 293), Person, 0.090f), new(new(180, 43, 251, 299), Person, 0.033f),
            new(new(186, 26, 286, 314), Person, 0.518f), new(new(178, 31, 291, 312), Person, 0.865f), new(new(62, 144, 174, 260), Bicycle, 0.045f),
            new(new(76, 135, 219, 283), Bicycle, 0.368f), new(new(68, 132, 235, 289), Bicycle, 0.315f),
        ];

        NonMaxSuppression.Apply(list, 0.45f, classAgnostic: false, 100);

        Assert.Equal([new(new(178, 31, 291, 312), Person, 0.865f), new(new(76, 135, 219, 283), Bicycle, 0.368f)], list);
    }

    [Theory]
    [InlineData(0.66f, 1)]
    [InlineData(0.67f, 2)]
    public void Apply_AroundTheirIoU_DropsAboveTheThresholdOnly(float threshold, int kept)
    {
        List<Detection> list = [new(Wide, 0, 0.9f), new(Shifted, 0, 0.6f)];

        NonMaxSuppression.Apply(list, threshold, classAgnostic: false, 100);

        Assert.Equal(kept, list.Count);
    }

    [Fact]
    public void Apply_IoUEqualToTheThreshold_KeepsBoth()
    {
        // Half of a box: IoU exactly 0.5.
        List<Detection> list = [new(Wide, 0, 0.9f), new(new(0, 0, 5, 10), 0, 0.6f)];

        NonMaxSuppression.Apply(list, 0.5f, classAgnostic: false, 100);

        Assert.Equal(2, list.Count);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void Apply_OverlapOfTwoClasses_SuppressesWhenClassAgnosticOnly(bool classAgnostic, int kept)
    {
        List<Detection> list = [new(Wide, 3, 0.9f), new(Shifted, 1, 0.6f)];

        NonMaxSuppression.Apply(list, 0.5f, classAgnostic, 100);

        Assert.Equal(kept, list.Count);
        Assert.Equal(3, list[0].ClassIndex);
    }

    [Fact]
    public void Apply_DroppedBox_SuppressesNothingItself()
    {
        // Third overlaps Shifted by 2/3 but Wide by 6/14 only: greedy suppression keeps it.
        var third = new BoundingBox(4, 0, 14, 10);
        List<Detection> list = [new(Wide, 0, 0.9f), new(Shifted, 0, 0.8f), new(third, 0, 0.7f)];

        NonMaxSuppression.Apply(list, 0.5f, classAgnostic: false, 100);

        Assert.Equal([Wide, third], list.Select(item => item.Box));
    }

    [Fact]
    public void Apply_EqualScores_KeepTheirOrder()
    {
        List<Detection> list = [.. Enumerable.Range(0, 100).Select(i => new Detection(new(20 * i, 0, 20 * i + 10, 10), i % 3, i == 50 ? 0.9f : 0.5f))];
        var expected = list.OrderByDescending(item => item.Score).ToArray();

        NonMaxSuppression.Apply(list, 0.5f, classAgnostic: false, 200);

        Assert.Equal(expected, list);
    }

    [Fact]
    public void Apply_EqualBoxesAndScores_KeepsTheFirst()
    {
        List<Detection> list = [new(Shifted, 0, 0.5f), new(Wide, 0, 0.5f)];

        NonMaxSuppression.Apply(list, 0.5f, classAgnostic: false, 100);

        Assert.Equal(Shifted, Assert.Single(list).Box);
    }

    [Fact]
    public void Apply_MoreThanTheMaximum_KeepsTheBestOfThem()
    {
        List<Detection> list = [.. Enumerable.Range(0, 10).Select(i => new Detection(new(20 * i, 0, 20 * i + 10, 10), i, (i + 1) / 10f))];

        NonMaxSuppression.Apply(list, 0.5f, classAgnostic: false, 3);

        Assert.Equal([9, 8, 7], list.Select(item => item.ClassIndex));
    }

    [Fact]
    public void Apply_NoDetections_LeavesNone()
    {
        List<Detection> list = [];

        NonMaxSuppression.Apply(list, 0.5f, classAgnostic: false, 100);

        Assert.Empty(list);
    }

    // Scores of 30 values make ties; lengths around those of vectors; classes of very different size.
    [Theory]
    [InlineData(1, false, 0.45f, 300)]
    [InlineData(7, false, 0.1f, 300)]
    [InlineData(16, true, 0.45f, 300)]
    [InlineData(33, true, 1, 300)]
    [InlineData(500, false, 0, 300)]
    [InlineData(500, true, 0.3f, 300)]
    [InlineData(2000, false, 0.45f, 5000)]
    [InlineData(2000, false, 0.45f, 100)]
    public void Apply_RandomDetections_EqualsThePlainAlgorithm(int count, bool classAgnostic, float iouThreshold, int maxDetections)
    {
        var random = new Random(count);
        List<Detection> list = [.. Enumerable.Range(0, count).Select(_ => new Detection(
            BoundingBox.FromCenter(random.Next(60), random.Next(60), random.Next(40), random.Next(40)), Math.Min(random.Next(8), random.Next(8)), random.Next(-5, 25) / 25f))];
        var expected = PlainDetection.Suppress(list, iouThreshold, classAgnostic, maxDetections);

        NonMaxSuppression.Apply(list, iouThreshold, classAgnostic, maxDetections);

        Assert.Equal(expected, list);
    }

    [Fact]
    public void Apply_ScoreThatIsNotANumber_IsDropped()
    {
        List<Detection> list = [new(Wide, 0, float.NaN), new(Shifted, 0, 0.5f)];

        NonMaxSuppression.Apply(list, 0.5f, classAgnostic: false, 100);

        Assert.Equal([new(Shifted, 0, 0.5f)], list);
    }

    [Fact]
    public void Apply_NegativeClass_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NonMaxSuppression.Apply([new(Wide, -1, 0.5f)], 0.5f, classAgnostic: false, 100));
}
