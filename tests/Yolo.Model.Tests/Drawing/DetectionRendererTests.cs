using SkiaSharp;
using Xunit;
using Yolo.Model.Drawing;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Drawing;

public sealed class DetectionRendererTests
{
    private static readonly DetectionRenderer Renderer = new(["cat", "dog"]);

    [Fact]
    public void Draw_Box_LinesLieOnItsInnerEdgeInTheColourOfItsClass()
    {
        using var picture = Blank(100, 100, SKColors.White);

        Renderer.Draw(picture, [new(new(20, 40, 60, 90), 1, 0.5f)]);

        var color = ClassPalette.ColorOf(1);
        foreach (var (x, y) in new[] { (40, 40), (40, 89), (20, 70), (59, 70), (59, 89) })
            Assert.Equal(color, picture.GetPixel(x, y));
        foreach (var (x, y) in new[] { (40, 70), (15, 70), (65, 70), (40, 95), (99, 99) })
            Assert.Equal(SKColors.White, picture.GetPixel(x, y));
    }

    // The whole picture is of the class's own colour: a rim of black or white still shows box and letters.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Draw_OnItsOwnColour_IsStillSeen(int classIndex)
    {
        var color = ClassPalette.ColorOf(classIndex);
        using var picture = Blank(100, 100, color);

        Renderer.Draw(picture, [new(new(20, 40, 60, 90), classIndex, 0.5f)]);

        Assert.NotEqual(color, picture.GetPixel(19, 70));
        Assert.Contains(ClassPalette.ContrastTo(color), Pixels(picture, new(20, 20, 90, 40)));
    }

    [Fact]
    public void Draw_BoxBeyondThePicture_IsDrawnAlongItsEdgeWithTheCaptionInside()
    {
        using var picture = Blank(200, 200, SKColors.White);

        Renderer.Draw(picture, [new(new(-50, -50, 250, 250), 0, 0.99f)]);

        // The box is cut to the picture, so its caption goes inside, at the top left.
        Assert.Equal(ClassPalette.ColorOf(0), picture.GetPixel(199, 199));
        Assert.Equal(ClassPalette.ColorOf(0), picture.GetPixel(0, 100));
        Assert.Contains(ClassPalette.ContrastTo(ClassPalette.ColorOf(0)), Pixels(picture, new(0, 0, 60, 12)));
        Assert.Equal(SKColors.White, picture.GetPixel(100, 100));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 9)]
    [InlineData(300, 4)]
    public void Draw_TinyPicture_IsDrawn(int width, int height)
    {
        using var picture = Blank(width, height, SKColors.White);

        new DetectionRenderer(["a class with a very long name"]).Draw(picture, [new(new(0, 0, width, height), 0, 1)]);

        Assert.NotEqual(SKColors.White, picture.GetPixel(0, 0));
    }

    [Fact]
    public void Draw_UnknownClass_IsRefusedBeforeAnythingIsDrawn()
    {
        using var picture = Blank(20, 20, SKColors.White);

        var exception = Assert.Throws<ArgumentException>(() => Renderer.Draw(picture, [new(new(0, 0, 20, 20), 0, 1), new(default, 2, 0.5f)]));

        Assert.Contains("class indices below 2, found 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal(SKColors.White, picture.GetPixel(0, 0));
    }

    [Fact]
    public void SavePng_Picture_IsReadBackPixelForPixel()
    {
        using var folder = new TemporaryFolder();
        using var picture = Blank(30, 20, new SKColor(10, 20, 30));
        Renderer.Draw(picture, [new(new(2, 2, 20, 18), 0, 1)]);

        DetectionRenderer.SavePng(picture, folder.Combine("a.png"));

        using var saved = ImageFile.Decode(folder.Combine("a.png"));
        Assert.Equal(picture.Pixels, saved.Pixels);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    // JPEG rounds: within 6 of 255 at quality 90 on a plain ground.
    [Fact]
    public void SaveJpeg_TransparentPicture_LiesOnWhite()
    {
        using var folder = new TemporaryFolder();
        using var picture = Blank(48, 32, SKColors.Transparent);
        picture.Erase(new SKColor(200, 30, 60), new SKRectI(0, 0, 24, 32));

        DetectionRenderer.SaveJpeg(picture, folder.Combine("a.jpg"));

        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(folder.Combine("a.jpg"))[..2]);
        using var saved = ImageFile.Decode(folder.Combine("a.jpg"));
        Assert.Equal((48, 32), (saved.Width, saved.Height));
        Assert.True(saved.GetPixel(40, 16) is { Red: > 249, Green: > 249, Blue: > 249 }, $"{saved.GetPixel(40, 16)} is not white.");
        var red = saved.GetPixel(8, 16);
        Assert.True(Math.Abs(red.Red - 200) < 7 && Math.Abs(red.Green - 30) < 7 && Math.Abs(red.Blue - 60) < 7, $"{red} is another colour.");
        Assert.Equal(0, picture.GetPixel(40, 16).Alpha);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void SaveJpeg_QualityOutOfRange_IsRefused(int quality)
    {
        using var picture = Blank(4, 4, SKColors.White);

        Assert.Throws<ArgumentOutOfRangeException>(() => DetectionRenderer.SaveJpeg(picture, "never.jpg", quality));
    }

    // The line of an object is interrupted, that of a detection is not.
    [Fact]
    public void DrawTruths_Box_IsDashed()
    {
        using var truths = Blank(200, 200, SKColors.White);
        using var detections = Blank(200, 200, SKColors.White);

        Renderer.DrawTruths(truths, [new(new(20, 60, 180, 180), 1)]);
        Renderer.Draw(detections, [new(new(20, 60, 180, 180), 1, 0.5f)]);

        int inTruths = Enumerable.Range(60, 120).Count(y => truths.GetPixel(20, y) == ClassPalette.ColorOf(1));
        int inDetections = Enumerable.Range(60, 120).Count(y => detections.GetPixel(20, y) == ClassPalette.ColorOf(1));
        Assert.Equal(120, inDetections);
        Assert.InRange(inTruths, 50, 90);
    }

    [Fact]
    public void ColorOf_NeighbouringClasses_Differ()
    {
        var colors = Enumerable.Range(0, 80).Select(ClassPalette.ColorOf).ToArray();

        Assert.Equal(80, colors.Distinct().Count());
        for (int i = 1; i < colors.Length; i++)
            Assert.True(Difference(colors[i], colors[i - 1]) > 150, $"Classes {i - 1} and {i}.");

        static int Difference(SKColor a, SKColor b) => Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue);
    }

    // WCAG 2: white on pure blue is 8.6 : 1, black on yellow 19.6 : 1, black on mid grey (128) 5.3 : 1 against 3.9 : 1.
    [Fact]
    public void ContrastTo_KnownColours_IsTheMoreReadable()
    {
        Assert.Equal(SKColors.White, ClassPalette.ContrastTo(SKColors.Blue));
        Assert.Equal(SKColors.Black, ClassPalette.ContrastTo(SKColors.Yellow));
        Assert.Equal(SKColors.Black, ClassPalette.ContrastTo(SKColors.Gray));
    }

    [Fact]
    public void Typeface_WithoutFontsOfTheSystem_IsTheEmbeddedOne()
    {
        Assert.Equal("DejaVu Sans", DrawingFont.Typeface.FamilyName);
        using var stream = DrawingFont.OpenStream();
        Assert.Equal(759_720, stream.Length);
    }

    private static SKBitmap Blank(int width, int height, SKColor color)
    {
        var picture = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        picture.Erase(color);
        return picture;
    }

    private static IEnumerable<SKColor> Pixels(SKBitmap picture, SKRectI area)
    {
        for (int y = area.Top; y < area.Bottom; y++)
        {
            for (int x = area.Left; x < area.Right; x++)
                yield return picture.GetPixel(x, y);
        }
    }
}
