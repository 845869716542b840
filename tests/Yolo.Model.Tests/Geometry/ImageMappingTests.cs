using Xunit;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Geometry;

public sealed class ImageMappingTests
{
    // Printed in the notebook (2007_000027.jpg): 486 x 500 to 416 x 416; it cuts the result down to whole pixels.
    [Fact]
    public void ToInput_NotebooksPerson_GivesItsResizedBox()
    {
        var box = ImageMapping.Create(ResizeMode.Stretch, 486, 500, 416, 416).ToInput(new(174, 101, 349, 351));

        Assert.Equal((148, 84, 298, 292), ((int)box.Left, (int)box.Top, (int)box.Right, (int)box.Bottom));
    }

    // By hand, as letterbox_image does it: 416 / 768 < 416 / 576, so the inner image is 416 x (576 * 416 / 768 = 312), 52 pixels from the top.
    // Upright, 300 x 601: 300 * 416 / 601 = 207.65, cut to 207; (416 - 207) / 2 = 104.5, cut to 104.
    [Theory]
    [InlineData(768, 576, 416, 312, 0, 52)]
    [InlineData(300, 601, 207, 416, 104, 0)]
    [InlineData(601, 300, 416, 207, 0, 104)]
    [InlineData(416, 416, 416, 416, 0, 0)]
    [InlineData(5000, 1, 416, 1, 0, 207)]
    public void Create_Letterbox_RoundsAsDarknetDoes(int width, int height, int innerWidth, int innerHeight, int offsetX, int offsetY)
    {
        var mapping = ImageMapping.Create(ResizeMode.Letterbox, width, height, 416, 416);

        Assert.Equal((innerWidth, innerHeight, offsetX, offsetY), (mapping.InnerWidth, mapping.InnerHeight, mapping.OffsetX, mapping.OffsetY));
    }

    // correct_region_boxes divides by 2., letterbox_image by 2: with 209 columns of bars a box is mapped by 104.5 of them, the image drawn at 104.
    [Fact]
    public void ToImage_OddBars_MovesByHalfAPixelAsDarknetDoes()
    {
        var mapping = ImageMapping.Create(ResizeMode.Letterbox, 300, 601, 416, 416);

        var box = mapping.ToImage(new(104.5f, 0, 208, 416));

        Assert.Equal(0, box.Left, 1e-4f);
        Assert.Equal(150, box.Right, 1e-4f);
    }

    // By hand: 416 / 768 = 13 / 24 as large and 52 down: 96 * 13 / 24 = 52, 192 * 13 / 24 + 52 = 156, 288 * 13 / 24 = 156, 384 * 13 / 24 + 52 = 260.
    [Fact]
    public void ToInput_Letterbox_ScalesAndMoves()
    {
        var box = ImageMapping.Create(ResizeMode.Letterbox, 768, 576, 416, 416).ToInput(new(96, 192, 288, 384));

        Assert.Equal(new(52, 156, 156, 260), box);
    }

    [Theory]
    [InlineData(ResizeMode.Stretch)]
    [InlineData(ResizeMode.Letterbox)]
    public void ToImage_OfToInput_GivesTheBoxBack(ResizeMode mode)
    {
        var mapping = ImageMapping.Create(mode, 353, 500, 608, 416);
        var box = new BoundingBox(-3, 10.5f, 200, 499);

        var back = mapping.ToImage(mapping.ToInput(box));

        Assert.Equal(box.Left, back.Left, 1e-3f);
        Assert.Equal(box.Top, back.Top, 1e-3f);
        Assert.Equal(box.Right, back.Right, 1e-3f);
        Assert.Equal(box.Bottom, back.Bottom, 1e-3f);
    }

    [Fact]
    public void Create_EmptyImage_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageMapping.Create(ResizeMode.Stretch, 0, 10, 416, 416));
}
