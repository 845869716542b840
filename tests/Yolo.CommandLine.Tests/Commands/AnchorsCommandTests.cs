using Xunit;
using Yolo.MLNet.Tests;

namespace Yolo.CommandLine.Tests.Commands;

public sealed class AnchorsCommandTests
{
    // By hand: 104 x 104 pixels of a 208 x 208 image are half of it, 6.5 of 13 grid cells; 52 x 104 are 3.25 x 6.5.
    [Fact]
    public async Task Anchors_TwoShapes_AreFoundExactlyAndPlotted()
    {
        using var folder = new TemporaryFolder();
        var voc = new SyntheticVoc(folder.Path);
        for (int i = 0; i < 3; i++)
            voc.Add($"{i}", 208, 208, ("cat", new(i, i, 104 + i, 104 + i), false), ("dog", new(i, i, 52 + i, 104 + i), false));

        var run = await CommandRun.Of("anchors", "--data", folder.Path, "--count", "2");

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Contains("anchors=3.2500,6.5000, 6.5000,6.5000", run.Lines);
        var sweep = await CommandRun.Of("anchors", "--data", folder.Path, "--count", "2", "--sweep", "2", "-o", folder.Combine("plots"));
        sweep.ShouldExitWith(ExitCodes.Success);
        Assert.Contains("anchors=3.2500,6.5000, 6.5000,6.5000", sweep.Lines);
        Assert.Equal(["average-iou.svg", "shapes.svg"], Directory.EnumerateFiles(folder.Combine("plots")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("2 anchors for 416 x 416; average IoU of a box with its best one 1.000", run.Lines);
    }
}
