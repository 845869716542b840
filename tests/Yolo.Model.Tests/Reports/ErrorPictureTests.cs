using SkiaSharp;
using Xunit;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Reports;

namespace Yolo.Model.Tests.Reports;

public sealed class ErrorPictureTests
{
    // A box of 20 in an image of 1000 x 600: five times the box is less than 160, so 160 x 160 around its middle (510, 310) is shown, at 400 / 160 = 2.5.
    [Fact]
    public void Draw_SmallBox_ShowsItsSurroundingsEnlarged()
    {
        using var image = Blank(1000, 600);
        using var picture = Draw(new(DetectionErrorKind.FalsePositive, 0, new(new(500, 300, 520, 320), 0, 0.9f), null, 0), image);

        Assert.Equal((400, 400), (picture.Width, picture.Height));
        // From 430 the box's edges come to (500 - 430) * 2.5 = 175 and 225.
        Assert.True(IsDrawn(picture, 176, 200) && IsDrawn(picture, 223, 200), "The box's sides are drawn.");
        Assert.False(IsDrawn(picture, 200, 200) || IsDrawn(picture, 150, 200) || IsDrawn(picture, 250, 200), "Nothing else is.");
    }

    // The middle of the two boxes is near the corner: the part is moved into the image instead of being cut.
    [Fact]
    public void Draw_AtTheCorner_KeepsInsideTheImage()
    {
        using var image = Blank(1000, 600);
        using var picture = Draw(new(DetectionErrorKind.Missed, 0, null, new GroundTruth(new(0, 0, 40, 40), 0), 0), image);

        Assert.Equal((400, 400), (picture.Width, picture.Height));
        // The part is 200 wide, so the box ends at 40 * 2 = 80.
        Assert.True(Enumerable.Range(20, 50).Any(y => IsDrawn(picture, 78, y)), "The dashed side is drawn.");
        Assert.False(Enumerable.Range(0, 400).Any(y => IsDrawn(picture, 300, y)), "Nothing else is.");
    }

    [Fact]
    public void Draw_BoxAsLargeAsTheImage_ShowsTheWholeImage()
    {
        using var image = Blank(1000, 600);
        using var picture = Draw(new(DetectionErrorKind.FalsePositive, 0, new(new(-50, 0, 1000, 700), 0, 0.9f), null, 0), image);

        Assert.Equal((400, 240), (picture.Width, picture.Height));
    }

    // 2000 x 2 becomes 400 x 1, less than the width of a line.
    [Fact]
    public void Draw_ImageLikeALine_IsDrawn()
    {
        using var image = Blank(2000, 2);
        using var picture = Draw(new(DetectionErrorKind.FalsePositive, 0, new(new(0, 0, 2000, 2), 0, 0.9f), null, 0), image);

        Assert.Equal((400, 1), (picture.Width, picture.Height));
    }

    [Fact]
    public void Choose_ManyErrors_TakesTheWorstOfEachKind()
    {
        DetectionError[] errors =
        [
            Missed(image: 0, side: 10), False(image: 1, 0.3f), False(image: 2, 0.9f), Missed(image: 3, side: 30), False(image: 4, 0.6f), Missed(image: 5, side: 20),
        ];

        Assert.Equal([2, 4, 3, 5], WorstErrors.Choose(errors, 2).Select(error => error.Image));
    }

    private static DetectionError Missed(int image, float side) => new(DetectionErrorKind.Missed, image, null, new GroundTruth(new(0, 0, side, side), 0), 0);

    private static DetectionError False(int image, float score) => new(DetectionErrorKind.FalsePositive, image, new(new(0, 0, 9, 9), 0, score), null, 0);

    private static SKBitmap Draw(DetectionError error, SKBitmap image) => SKBitmap.Decode(ErrorPicture.Draw(error, "x", image, ["a"], 400).Jpeg);

    private static SKBitmap Blank(int width, int height)
    {
        var image = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        image.Erase(SKColors.White);
        return image;
    }

    private static bool IsDrawn(SKBitmap picture, int x, int y) => picture.GetPixel(x, y) is { Blue: < 150 };
}
