using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.CommandLine.Tests.Detectors;

public sealed class CellAdviceTests
{
    // Of three anchors the middle one decides: its side is the root of its area, 1.41 and 1.58 cells.
    [Theory]
    [InlineData("yolov2-resnet18", 2, 1, true)]
    [InlineData("yolov2-resnet18", 2.5, 1, false)]
    [InlineData("yolov2-resnet18-stride16", 2, 1, false)]
    public void For_TheMiddleAnchor_AdvisesFinerCellsIfItIsSmall(string network, double width, double height, bool expected)
    {
        BoxShape[] anchors = [new(9, 9), new((float)width, (float)height), new(0.5f, 0.5f)];

        string? advice = Yolo.CommandLine.Detectors.CellAdvice.For(YoloV2Network.Get(network), anchors);

        Assert.Equal(expected, advice is not null);
        if (expected)
            Assert.StartsWith("Half of the anchors are smaller than 48 pixels of the input", advice, StringComparison.Ordinal);
    }
}
