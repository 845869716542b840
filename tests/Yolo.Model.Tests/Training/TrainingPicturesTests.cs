using SkiaSharp;
using Xunit;
using Yolo.Model.Drawing;
using Yolo.Model.Geometry;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Losses;

namespace Yolo.Model.Tests.Training;

public sealed class TrainingPicturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private TrainingPictures Pictures => new(_folder.Combine("new", "pictures"), classes: 2, ["red"]);

    // Five inputs of 64 x 64, each five times as large in its square, in two rows: the square of the first is where its box says.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SaveBatch_FirstSteps_DrawsInputsWithTheirBoxes(bool bytes)
    {
        var images = Squares.Images(5);
        var options = Squares.Plain with { BatchSize = 5, Subdivisions = 2, Augmentation = null, Epochs = 4 };
        var network = Squares.Network(batchNormalize: false);
        var loader = new BatchLoader(
            new(new TrainingImageList([.. images])), new(network, options), options, RegionLoss.Create(options, network),
            bytes ? BatchFormat.Bytes : BatchFormat.Floats, workers: 1, BatchShard.Whole);
        long step = 0;
        GroundTruth first = default;
        foreach (var parts in loader.Load(0, TestContext.Current.CancellationToken))
        {
            if (step == 0)
            {
                var item = Assert.Single(parts[0].Targets.BoxesOf(0));
                first = item with { Box = item.Box.Scale(PictureSheet.Side, PictureSheet.Side) };
            }
            Pictures.SaveBatch(step++, parts);
            foreach (var part in parts)
                part.Dispose();
        }

        var files = Directory.GetFiles(_folder.Combine("new", "pictures")).Select(Path.GetFileName);
        Assert.Equal(["batch-1.jpg", "batch-2.jpg", "batch-3.jpg"], files.Order());
        using var sheet = SKBitmap.Decode(_folder.Combine("new", "pictures", "batch-1.jpg"));
        Assert.Equal((4 * PictureSheet.Side, 2 * PictureSheet.Side), (sheet.Width, sheet.Height));
        var inside = sheet.GetPixel((int)first.Box.CenterX, (int)first.Box.CenterY);
        Assert.InRange(first.ClassIndex == 0 ? inside.Red : inside.Blue, 220, 255);
        Assert.InRange(first.ClassIndex == 0 ? inside.Blue : inside.Red, 70, 130);
        // Two images' worth of squares are empty.
        Assert.Equal(SKColors.White, sheet.GetPixel(3 * PictureSheet.Side, (3 * PictureSheet.Side / 2)));
    }

    // An image that is stored at a quarter: 320 x 160 of 80 x 40, at its own size on the sheet, in the middle of its square.
    [Fact]
    public void Validation_ReducedImage_DrawsDetectionsWhereTheyAre()
    {
        byte[] black = new byte[3 * 80 * 40];
        var image = new TrainingImage(black, 320, 160, [new(new(200, 20, 300, 140), 1)]) { Reduction = 4 };
        using (var sheet = Pictures.OfValidation(images: 20))
        {
            sheet.Add(image, [new(new(40, 40, 120, 120), 0, 0.9f), new(new(150, 40, 190, 120), 0, 0.1f)]);
            sheet.Save();
        }

        using var picture = SKBitmap.Decode(_folder.Combine("new", "pictures", "validation.jpg"));

        Assert.Equal((4 * PictureSheet.Side, 4 * PictureSheet.Side), (picture.Width, picture.Height));
        Assert.True(Bright(40, 80 + 80), "The left side of the detection is drawn.");
        Assert.True(Bright(120, 80 + 80), "The right side of the detection is drawn.");
        Assert.False(Bright(80, 80 + 80), "Nothing is drawn inside of the detection.");
        Assert.False(Bright(150, 80 + 80), "A low score is not drawn.");
        Assert.True(Enumerable.Range(30, 100).Count(y => Bright(200, 80 + y)) is > 20 and < 95, "The object is drawn dashed.");

        bool Bright(int x, int y) => Enumerable.Range(-1, 3).Select(offset => picture.GetPixel(x + offset, y))
            .Any(pixel => pixel.Red + pixel.Green + pixel.Blue > 120);
    }

    [Fact]
    public void Add_MoreThanSixteen_KeepsTheFirstSixteen()
    {
        using var sheet = new PictureSheet(40);
        using var picture = new SKBitmap(10, 20);
        int drawn = 0;

        for (int i = 0; i < 40; i++)
            sheet.Add(picture, (fitted, scale) =>
            {
                drawn++;
                Assert.Equal((160, 320, 16f), (fitted.Width, fitted.Height, scale));
            });

        Assert.True(sheet.IsFull);
        Assert.Equal(16, drawn);
    }

    public void Dispose() => _folder.Dispose();
}
