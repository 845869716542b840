using SkiaSharp;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.Model.Drawing;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Tests.Scoring;

public sealed class DetectedObjectDrawingTests
{
    private readonly DetectionRenderer _renderer = new(["ant", "bee"]);

    [Fact]
    public void Draw_DetectedObjects_IsThatOfTheirClassIndices()
    {
        using SKBitmap expected = new(200, 100), drawn = new(200, 100);

        _renderer.Draw(
            drawn, [new DetectedObject("bee", 0.5f, new(20, 30, 80, 90)), new DetectedObject("ant", 0.75f, new(60, 40, 150, 80))]);
        _renderer.Draw(expected, [new Detection(new(20, 30, 80, 90), 1, 0.5f), new Detection(new(60, 40, 150, 80), 0, 0.75f)]);

        Assert.Equal(expected.Bytes, drawn.Bytes);
        Assert.Contains(drawn.Bytes, value => value != 0);
    }

    [Fact]
    public void Draw_ClassOfAnotherModel_NamesIt()
    {
        using var picture = new SKBitmap(20, 10);

        var error = Assert.Throws<ArgumentException>(() => _renderer.Draw(picture, [new DetectedObject("cat", 0.5f, new(2, 3, 8, 9))]));

        Assert.StartsWith("Expected classes among ant, bee, found 'cat'.", error.Message, StringComparison.Ordinal);
    }
}
