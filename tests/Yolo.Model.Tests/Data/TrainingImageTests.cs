using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;

namespace Yolo.Model.Tests.Data;

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
}
