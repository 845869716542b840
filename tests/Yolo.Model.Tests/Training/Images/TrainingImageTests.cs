using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
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

    // 5 x 3 pixels, red = 10 * row + column, green = 255, blue = 0 or 1 by column. Squares of 2 x 2; the last column and row are dropped.
    // Red: (0 + 1 + 10 + 11) / 4 = 5.5 -> 6 and (2 + 3 + 12 + 13) / 4 = 7.5 -> 8. Blue: (0 + 1 + 0 + 1) / 4 = 0.5 -> 1.
    [Fact]
    public void Shrink_ByTwo_AveragesSquares()
    {
        byte[] rgb = [.. Enumerable.Range(0, 15).SelectMany(i => new[] { (byte)(10 * (i / 5) + i % 5), (byte)255, (byte)(i % 5 % 2) })];
        var image = new TrainingImage(rgb, 5, 3, [new(new(1, 0, 3, 2), 7, Difficult: true), new(new(4.5f, 0, 5, 3), 1)]);

        var small = image.Shrink(2);

        Assert.Equal((2, 1), (small.Width, small.Height));
        Assert.Equal<byte>([6, 255, 1, 8, 255, 1], small.Rgb);
        Assert.Equal([new(new(0.5f, 0, 1.5f, 1), 7, Difficult: true)], small.Objects);
    }

    [Fact]
    public void Shrink_ByOne_IsTheImageItself()
    {
        var image = new TrainingImage(new byte[12], 2, 2, []);

        Assert.Same(image, image.Shrink(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Shrink_FactorOutOfRange_Throws(int factor) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingImage(new byte[24], 4, 2, []).Shrink(factor));
}
