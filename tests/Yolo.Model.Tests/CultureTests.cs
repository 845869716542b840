using System.Globalization;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Reports;

namespace Yolo.Model.Tests;

/// <summary>Texts and pictures in a culture that writes 0,5.</summary>
public sealed class CultureTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    // Made here: an application, and these tests, may run without the data of cultures.
    public CultureTests()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _before;

    [Fact]
    public void ToString_ValuesWithNumbers_WritesPoints()
    {
        var box = new BoundingBox(0.5f, 1, 2, 3);

        Assert.Equal("Detection { Box = (0.5, 1) to (2, 3), ClassIndex = 1, Score = 0.25 }", new Detection(box, 1, 0.25f).ToString());
        Assert.Equal("GroundTruth { Box = (0.5, 1) to (2, 3), ClassIndex = 1, Difficult = True, Crowd = False, Area = 1.5 }",
            new GroundTruth(box, 1, Difficult: true, Area: 1.5f).ToString());
        Assert.Equal("LabelledObject { ClassName = cat, Box = (0.5, 1) to (2, 3), Difficult = False, Crowd = True, Area = 1.5 }",
            new LabelledObject("cat", box, Crowd: true, Area: 1.5f).ToString());
        Assert.Equal("BoxShape { Width = 1.5, Height = 2.5 }", new BoxShape(1.5f, 2.5f).ToString());
        Assert.Equal("CenterBox { X = 0.5, Y = 1.5, Width = 2.5, Height = 3.5 }", new CenterBox(0.5f, 1.5f, 2.5f, 3.5f).ToString());
        Assert.Equal(
            "OperatingPoint { ScoreThreshold = 0.25, TruePositives = 1, FalsePositives = 1, FalseNegatives = 1, Precision = 0.5, Recall = 0.5, F1 = 0.5 }",
            new OperatingPoint(0.25f, 1, 1, 1).ToString());
    }

    [Fact]
    public void SavePlot_AxisLabels_HavePoints()
    {
        using var folder = new TemporaryFolder();
        BoxShape[] shapes = [new(1, 1), new(2, 3), new(4, 1.5f), new(6, 6)];

        AnchorSweep.Run(shapes, [1, 2], seed: 1).SaveAverageIoUPlot(folder.Combine("plot.svg"));

        string svg = File.ReadAllText(folder.Combine("plot.svg"));
        Assert.Contains(">0.9</text>", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(">0,9</text>", svg, StringComparison.Ordinal);
    }
}
