using SkiaSharp;
using Xunit;
using Yolo.Model.Drawing;

namespace Yolo.Model.Tests.Drawing;

public sealed class CaptionLayoutTests
{
    private static readonly SKSize Caption = new(40, 10);

    [Theory]
    [InlineData(20, 30, 60, 60, 20, 20)] // room above
    [InlineData(20, 4, 60, 60, 20, 0)] // none above: moved down to the picture's edge
    [InlineData(80, 30, 99, 60, 60, 20)] // moved left
    [InlineData(-5, 30, 20, 60, 0, 20)] // moved right
    public void Place_FirstCaption_LiesAboveItsBoxInsideThePicture(float left, float top, float right, float bottom, float expectedLeft, float expectedTop)
    {
        var place = new CaptionLayout(100, 100).Place(new(left, top, right, bottom), Caption);

        Assert.Equal(SKRect.Create(expectedLeft, expectedTop, 40, 10), place);
    }

    // Four boxes in the same place: above, inside at the top, inside at the bottom, below; the fifth has to cover the first.
    [Fact]
    public void Place_SeveralInOnePlace_TakeTurnsAroundTheBox()
    {
        var layout = new CaptionLayout(100, 100);
        var box = new SKRect(20, 30, 60, 80);

        float[] tops = [.. Enumerable.Range(0, 5).Select(_ => layout.Place(box, Caption).Top)];

        Assert.Equal([20, 30, 70, 80, 20], tops);
    }

    [Fact]
    public void Place_LeftCornerIsTaken_TakesTheRightOne()
    {
        var layout = new CaptionLayout(200, 100);
        layout.Place(new(10, 30, 50, 60), Caption);

        Assert.Equal(SKRect.Create(80, 20, 40, 10), layout.Place(new(30, 30, 120, 60), Caption));
    }

    // Only the picture's height of two captions is there. Both places of the second box's left side are covered by 20 and 30 of 40 pixels.
    [Fact]
    public void Place_EveryPlaceIsTaken_CoversTheLeast()
    {
        var layout = new CaptionLayout(100, 20);
        layout.Place(new(0, 10, 40, 10), Caption);
        layout.Place(new(10, 10, 50, 10), Caption);

        Assert.Equal(SKRect.Create(20, 0, 40, 10), layout.Place(new(20, 10, 60, 10), Caption));
    }

    [Fact]
    public void Place_CaptionOfThePicturesWidth_StartsAtItsEdge()
    {
        var place = new CaptionLayout(40, 10).Place(new(10, 2, 30, 8), Caption);

        Assert.Equal(SKRect.Create(0, 0, 40, 10), place);
    }
}
