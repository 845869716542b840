using SkiaSharp;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Drawing;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Drawing;

public sealed class EncodingRendererTests
{
    private static readonly SKColor s_ground = new(100, 100, 100);

    // The notebook's image: 486 x 500, a person at (174, 101)-(349, 351), its network with a grid of 13 x 13. The middle, (261.5, 226), is at (6.99, 5.88) cells; a cell is
    // 37.4 x 38.5 pixels. The shape, 4.68 x 6.5 cells, is most like anchor 3, 5.49 x 8.11.
    [Fact]
    public void Draw_NotebooksPerson_ShowsCellBoxAndAnchor()
    {
        using var picture = Blank(486, 500);

        var encoded = new EncodingRenderer(YoloV2Network.Notebook, Names(20)).Draw(picture, [new(new(174, 101, 349, 351), 14)]);

        Assert.Equal((5, 6, 3), (encoded.Targets[0].Row, encoded.Targets[0].Column, encoded.Targets[0].Anchor));
        var color = ClassPalette.ColorOf(14);
        // Inside the responsible cell, beside its lines and the cross, and in its left neighbour.
        Assert.True(IsLike(picture.GetPixel(230, 200), color, 0.43), "The cell is tinted.");
        Assert.Equal(s_ground, picture.GetPixel(205, 210));
        // The object's sides, and those of the anchor, 5.48 x 37.4 / 2 = 102.5 left of the middle, dashed.
        Assert.Equal(color, picture.GetPixel(174, 240));
        Assert.Contains(color, Enumerable.Range(180, 60).Select(y => picture.GetPixel(159, y)));
        Assert.Contains(s_ground, Enumerable.Range(180, 60).Select(y => picture.GetPixel(155, y)));
        // The cross in the middle.
        Assert.Equal(color, picture.GetPixel(261, 226));
        // A grid line between cells 1 and 2 of the columns: 2 * 37.38 = 74.8.
        Assert.NotEqual(s_ground, picture.GetPixel(75, 420));
        Assert.Equal(s_ground, picture.GetPixel(94, 420));
    }

    // A letterbox puts the wide image in the middle half of the grid: a cell is as large as the image's width allows, and rows begin a quarter of the grid above the image.
    [Fact]
    public void Draw_Letterbox_DrawsTheGridAsTheNetworkSeesIt()
    {
        using var picture = Blank(800, 400);

        var encoded = new EncodingRenderer(Square(grid: 8), ["a"], ResizeMode.Letterbox).Draw(picture, [new(new(10, 10, 90, 90), 0)]);

        // 64 pixels for 800: the image takes rows 2 to 5, a cell is 100 x 100 pixels.
        Assert.Equal((2, 0), (encoded.Targets[0].Row, encoded.Targets[0].Column));
        Assert.NotEqual(s_ground, picture.GetPixel(500, 350));
        Assert.NotEqual(s_ground, picture.GetPixel(450, 200));
        Assert.Equal(s_ground, picture.GetPixel(450, 350));
    }

    [Fact]
    public void Draw_TwoObjectsInOneCellAndAnchor_DrawsBothAndReturnsTheLast()
    {
        using var picture = Blank(400, 400);

        var encoded = new EncodingRenderer(Square(grid: 8), ["a", "b"]).Draw(picture, [new(new(110, 110, 150, 150), 0), new(new(115, 115, 165, 165), 1), new(new(500, 0, 600, 10), 0)]);

        Assert.Equal(1, Assert.Single(encoded.Targets).ClassIndex);
        Assert.Equal((2, 1), (encoded.Objects.Count, encoded.Dropped));
        Assert.Equal(ClassPalette.ColorOf(0), picture.GetPixel(110, 140));
        Assert.Equal(ClassPalette.ColorOf(1), picture.GetPixel(164, 140));
    }

    [Fact]
    public void Draw_ClassWithoutName_IsRefused()
    {
        using var picture = Blank(40, 40);

        Assert.Throws<ArgumentException>(() => new EncodingRenderer(Square(grid: 8), ["a"]).Draw(picture, [new(new(1, 1, 20, 20), 1)]));
        Assert.Equal(s_ground, picture.GetPixel(20, 20));
    }

    private static NetworkDefinition Square(int grid) => new(new(3, 8 * grid, 8 * grid),
    [
        new ConvolutionalLayer(4, 3, 8, 1, false, Activation.Linear),
        new ConvolutionalLayer(6, 1, 1, 0, false, Activation.Linear),
        new RegionLayer(new AnchorSet(new BoxShape(1, 1)), Classes: 1),
    ]);

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"class {i}")];

    private static SKBitmap Blank(int width, int height)
    {
        var picture = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        picture.Erase(s_ground);
        return picture;
    }

    /// <summary>Whether a pixel is the ground under a share of a colour.</summary>
    private static bool IsLike(SKColor pixel, SKColor color, double share) =>
        Near(pixel.Red, s_ground.Red, color.Red, share) && Near(pixel.Green, s_ground.Green, color.Green, share) && Near(pixel.Blue, s_ground.Blue, color.Blue, share);

    private static bool Near(byte pixel, byte ground, byte color, double share) => Math.Abs(pixel - (ground + share * (color - ground))) < 3;
}
