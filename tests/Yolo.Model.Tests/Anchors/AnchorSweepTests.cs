using System.Xml.Linq;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Reports;

namespace Yolo.Model.Tests.Anchors;

public sealed class AnchorSweepTests
{
    private static readonly BoxShape[] s_shapes = [.. Enumerable.Range(1, 40).Select(i => new BoxShape(0.3f * i, 0.2f * i + i % 5))];

    [Fact]
    public void Run_Counts_ClustersOncePerCountAsTheClusteringItself()
    {
        var sweep = AnchorSweep.Run(s_shapes, [5, 2, 5], seed: 7);

        Assert.Equal([2, 5], sweep.Clusters.Select(clusters => clusters.Anchors.Count));
        Assert.Equal(AnchorKMeans.Cluster(s_shapes, 5, seed: 7), sweep.Clusters[1]);
        Assert.Equal(s_shapes, sweep.Shapes);
    }

    [Fact]
    public void Run_MoreThanThereAreShapes_EndsWithAsManyAsThereAre()
    {
        var sweep = AnchorSweep.Run([new(1, 2), new(1, 2), new(2, 3), new(5, 5)], Enumerable.Range(1, 6), seed: 0);

        Assert.Equal([1, 2, 3], sweep.Clusters.Select(clusters => clusters.Anchors.Count));
        Assert.StartsWith("6 anchors were asked for", sweep.Clusters[^1].Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoCount_Throws() => Assert.Throws<ArgumentException>(() => AnchorSweep.Run(s_shapes, [], seed: 0));

    [Fact]
    public void SavePlots_Sweep_WritesSvgWithTheNumbers()
    {
        using var folder = new TemporaryFolder();
        var sweep = AnchorSweep.Run(s_shapes, [1, 2, 3], seed: 0);

        sweep.SaveAverageIoUPlot(folder.Combine("iou.svg"));
        sweep.SaveShapesPlot(folder.Combine("shapes.svg"), 3);

        string[] iou = Texts(folder.Combine("iou.svg"));
        Assert.All(sweep.Clusters, clusters => Assert.Contains(FormattableString.Invariant($"{clusters.AverageIoU:F3}"), iou));
        string[] shapes = Texts(folder.Combine("shapes.svg"));
        Assert.All(sweep.Clusters[2].Anchors, (shape, i) => Assert.Contains(FormattableString.Invariant($"{i + 1}: {shape.Width:F2} x {shape.Height:F2}"), shapes));
    }

    [Fact]
    public void SaveShapesPlot_CountNotSwept_NamesThoseThatAre()
    {
        var error = Assert.Throws<ArgumentException>(() => AnchorSweep.Run(s_shapes, [1, 2], seed: 0).SaveShapesPlot("x.svg", 3));

        Assert.Contains("has 1, 2 anchors, not 3", error.Message, StringComparison.Ordinal);
    }

    private static string[] Texts(string path) =>
        [.. XDocument.Load(path).Descendants(XName.Get("text", "http://www.w3.org/2000/svg")).Select(text => text.Value)];
}
