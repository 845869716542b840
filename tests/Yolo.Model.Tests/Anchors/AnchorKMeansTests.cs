using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Data.Voc;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Anchors;

public sealed class AnchorKMeansTests
{
    // By hand. Two groups far apart; medians 2 x 4 and 10 x 6. IoU of 2 x 4 with 2 x 3 is 6/8, with 2 x 5 8/10; of 10 x 6 with 8 x 6 48/60, with 12 x 6 60/72.
    private static readonly BoxShape[] TwoGroups = [new(12, 6), new(2, 3), new(10, 6), new(2, 4), new(8, 6), new(2, 5)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    public void Cluster_TwoGroups_GivesTheirMediansByAreaAndTheAverageIoU(int seed)
    {
        var clusters = AnchorKMeans.Cluster(TwoGroups, 2, seed);

        Assert.Equal([new BoxShape(2, 4), new BoxShape(10, 6)], clusters.Anchors);
        Assert.Equal((6.0 / 8 + 1 + 8.0 / 10 + 48.0 / 60 + 1 + 60.0 / 72) / 6, clusters.AverageIoU, 1e-6);
    }

    // By hand: medians of 9, 10, 11 and of 11, 9, 10, which no shape has both. IoU with 9 x 11 is 90/109, with 10 x 9 90/100, with 11 x 10 100/110: more than any of the shapes has.
    [Fact]
    public void Cluster_OneAnchor_IsTheMedianOfWidthsAndOfHeights()
    {
        var clusters = AnchorKMeans.Cluster([new(9, 11), new(10, 9), new(11, 10)], 1, seed: 0);

        Assert.Equal([new BoxShape(10, 10)], clusters.Anchors);
        Assert.Equal((90.0 / 109 + 90.0 / 100 + 100.0 / 110) / 3, clusters.AverageIoU, 1e-6);
    }

    // By hand: the medians, 8 x 8, have an IoU of 1/8 with all; each shape 1 with its like and 1/15 with the others. Wherever a start ends, the best seen on its way counts.
    [Fact]
    public void Cluster_MediansWorseThanAShape_KeepsTheShape()
    {
        var clusters = AnchorKMeans.Cluster([new(1, 8), new(8, 1), new(1, 8), new(8, 1)], 1, seed: 0);

        Assert.Equal((1 + 1.0 / 15) / 2, clusters.AverageIoU, 1e-6);
    }

    [Fact]
    public void Cluster_AsManyAnchorsAsDistinctShapes_FindsEachOfThem()
    {
        BoxShape[] shapes = [new(1, 1), new(1, 1), new(1, 1), new(9, 1), new(1, 9), new(1, 1)];

        var clusters = AnchorKMeans.Cluster(shapes, 3, 7);

        Assert.Equal([new BoxShape(1, 1), new BoxShape(1, 9), new BoxShape(9, 1)], clusters.Anchors);
        Assert.Equal(1, clusters.AverageIoU, 1e-12);
    }

    // Every third of 300,000 shapes is clustered: those of the first group, whose only shape is the anchor; the others do not count, nor does their order.
    [Fact]
    public void Cluster_MoreThanTheMaximum_TakesEverySoManyth()
    {
        BoxShape[] shapes = [.. Enumerable.Range(0, 3 * AnchorKMeans.MaximumShapes).Select(i => i % 3 == 0 ? new BoxShape(2, 4) : new BoxShape(9, 9))];

        var clusters = AnchorKMeans.Cluster(shapes, 1, seed: 0);

        Assert.Equal([new BoxShape(2, 4)], clusters.Anchors);
        Assert.Equal(1, clusters.AverageIoU, 1e-6);
    }

    [Fact]
    public void Cluster_SampleWithTooFewDistinctShapes_TakesAll()
    {
        BoxShape[] shapes = [.. Enumerable.Range(0, 2 * AnchorKMeans.MaximumShapes).Select(i => i % 2 == 0 ? new BoxShape(2, 4) : new BoxShape(9, 9))];

        var clusters = AnchorKMeans.Cluster(shapes, 2, seed: 0);

        Assert.Equal([new BoxShape(2, 4), new BoxShape(9, 9)], clusters.Anchors);
    }

    [Fact]
    public void Cluster_AsManyAsTheMaximum_TakesAll()
    {
        BoxShape[] shapes = [.. Enumerable.Range(0, AnchorKMeans.MaximumShapes).Select(i => i == AnchorKMeans.MaximumShapes - 1 ? new BoxShape(9, 9) : new BoxShape(2, 4))];

        Assert.Equal([new BoxShape(2, 4), new BoxShape(9, 9)], AnchorKMeans.Cluster(shapes, 2, seed: 0).Anchors);
    }

    [Fact]
    public void Cluster_FewerDistinctShapesThanAnchors_GivesAsManyAsThereAreAndSaysSo()
    {
        var clusters = AnchorKMeans.Cluster([new(1, 2), new(1, 2), new(2, 3)], 3, 0);

        Assert.Equal([new BoxShape(1, 2), new BoxShape(2, 3)], clusters.Anchors);
        Assert.Equal(1, clusters.AverageIoU);
        Assert.Equal("3 anchors were asked for, but the 3 boxes have 2 distinct shapes: there are 2 anchors.", clusters.Warning);
        Assert.Null(AnchorKMeans.Cluster([new(1, 2), new(1, 2), new(2, 3)], 2, 0).Warning);
    }

    [Fact]
    public void Cluster_OneShapeButForRounding_GivesOneAnchor() =>
        Assert.Single(AnchorKMeans.Cluster([new(1.3f, 2), new(1.3000001f, 2), new(1.3f, 2.0000002f)], 3, 0).Anchors);

    [Fact]
    public void Cluster_NoShape_Throws() => Assert.Throws<ArgumentException>(() => AnchorKMeans.Cluster([], 3, 0));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Cluster_ShapeThatIsNone_NamesIt(float width)
    {
        var error = Assert.Throws<ArgumentException>(() => AnchorKMeans.Cluster([new(1, 1), new(width, 2)], 1, 0));

        Assert.StartsWith("Shape 1 is ", error.Message, StringComparison.Ordinal);
    }

    // The prototype clustered BCCD's boxes into five anchors with an average IoU of 0.85.
    [Fact]
    public void Cluster_Bccd_ReachesAnAverageIoUOf085AndRepeatsItself()
    {
        var images = VocDataset.Load(TestPaths.Shared("data/BCCD"), "trainval");
        var shapes = images.SelectMany(image => image.Objects.Select(item => new BoxShape(item.Box.Width / image.Width * 13, item.Box.Height / image.Height * 13))).ToList();

        var clusters = AnchorKMeans.Cluster(shapes, 5, 1);

        Assert.InRange(clusters.AverageIoU, 0.845, 0.86);
        Assert.Equal(clusters, AnchorKMeans.Cluster(shapes, 5, 1));
        // The average, found again through the anchors themselves.
        Assert.Equal(shapes.Average(shape => (double)clusters.Anchors.BestMatch(shape).IoU), clusters.AverageIoU, 1e-6);
    }
}
