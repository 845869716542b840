using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Tests.Imaging;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Tests.Training.Images;

public sealed class TrainingImageTests
{
    [Theory]
    [InlineData(PixelOrder.Rgba, new byte[] { 1, 2, 3, 11, 12, 13, 21, 22, 23, 31, 32, 33 })]
    [InlineData(PixelOrder.Bgra, new byte[] { 3, 2, 1, 13, 12, 11, 23, 22, 21, 33, 32, 31 })]
    public void Create_RowsWithGaps_PacksRedGreenBlue(PixelOrder order, byte[] expected)
    {
        byte[] pixels = [1, 2, 3, 255, 11, 12, 13, 255, 0, 0, 21, 22, 23, 255, 31, 32, 33, 255];
        GroundTruth[] objects = [new(new(0, 0, 1, 1), 0)];

        var image = TrainingImage.Create(new(pixels, 2, 2, 10, order), objects);

        Assert.Equal(expected, image.Rgb);
        Assert.Equal((2, 2), (image.Width, image.Height));
        Assert.Same(objects, image.Objects);
    }

    // 9 x 8 pixels for an input of 2 x 2: squares of 2 x 2, four by four of them; the image and its boxes keep their size.
    [Fact]
    public void AtStoredSize_ReducedImage_HasItsPixelsAndBoxesInThem()
    {
        var image = new TrainingImage(new byte[3 * 50 * 25], 201, 100, [new(new(20, 40, 100, 80), 1)]) { Reduction = 4 };

        var stored = image.AtStoredSize();

        Assert.Equal((50, 25, 1), (stored.Width, stored.Height, stored.Reduction));
        Assert.Equal([new(new(5, 10, 25, 20), 1)], stored.Objects);
        Assert.Same(stored, stored.AtStoredSize());
    }

    [Fact]
    public void Create_ForASmallInput_KeepsTheMeansOfSquares()
    {
        GroundTruth[] objects = [new(new(1, 0, 9, 8), 7, Difficult: true)];
        byte[] pixels = [.. Enumerable.Repeat((byte)77, 4 * 9 * 8)];

        var image = TrainingImage.Create(new(pixels, 9, 8, 36, PixelOrder.Rgba), objects, ResizeFilter.Antialiased, 2, 2);

        Assert.Equal((9, 8, 2), (image.Width, image.Height, image.Reduction));
        Assert.Equal(Enumerable.Repeat((byte)77, 3 * 4 * 4), image.Rgb);
        Assert.Same(objects, image.Objects);
        Assert.Same(image, image.Reduced(ResizeFilter.Antialiased, 2, 2));
    }

    [Fact]
    public void Reduced_WholeImage_HoldsWhatIsReadReduced()
    {
        byte[] pixels = ImagePreprocessorTests.Noise(4 * 9 * 8, seed: 1);
        var whole = TrainingImage.Create(new(pixels, 9, 8, 36, PixelOrder.Bgra), []);

        var reduced = whole.Reduced(ResizeFilter.Antialiased, 2, 2);

        Assert.Equal(TrainingImage.Create(new(pixels, 9, 8, 36, PixelOrder.Bgra), [], ResizeFilter.Antialiased, 2, 2).Rgb, reduced.Rgb);
        Assert.Equal(2, reduced.Reduction);
        Assert.Same(whole, whole.Reduced(ResizeFilter.Darknet, 2, 2));
        Assert.Same(whole, whole.Reduced(ResizeFilter.Antialiased, 3, 2));
    }
}
