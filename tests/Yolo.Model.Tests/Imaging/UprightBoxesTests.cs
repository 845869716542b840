using SkiaSharp;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

public sealed class UprightBoxesTests
{
    // By hand, from the EXIF standard (JEITA CP-3451, tag 0x0112): orientation 6 shows the first stored row on the right and the first
    // stored column on top, and so on.
    // The stored picture is 40 x 30, the box 1 to 11 across and 2 to 7 down: distances to the sides are left 1, right 29, top 2, bottom 23.
    [Theory]
    [InlineData(1, 40, 30, 1, 2, 11, 7)]
    [InlineData(2, 40, 30, 29, 2, 39, 7)]
    [InlineData(3, 40, 30, 29, 23, 39, 28)]
    [InlineData(4, 40, 30, 1, 23, 11, 28)]
    [InlineData(5, 30, 40, 2, 1, 7, 11)]
    [InlineData(6, 30, 40, 23, 1, 28, 11)]
    [InlineData(7, 30, 40, 23, 29, 28, 39)]
    [InlineData(8, 30, 40, 2, 29, 7, 39)]
    public void Turn_Orientation_MovesTheBoxWithThePicture(int orientation, int width, int height, float left, float top, float right,
        float bottom)
    {
        var origin = (SKEncodedOrigin)orientation;

        Assert.Equal((width, height), UprightBoxes.Size(40, 30, origin));
        Assert.Equal(new BoundingBox(left, top, right, bottom), UprightBoxes.Turn(new(1, 2, 11, 7), 40, 30, origin));
    }
}
