using Xunit;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Geometry;

public sealed class BoundingBoxTests
{
    private static readonly BoundingBox Unit = new(0, 0, 10, 10);

    // By hand: intersections 100, 50 and 25 over unions 100, 100 and 175; then disjoint, touching and crossed boxes.
    [Theory]
    [InlineData(0, 0, 10, 10, 1)]
    [InlineData(0, 0, 5, 10, 0.5)]
    [InlineData(5, 5, 15, 15, 25.0 / 175)]
    [InlineData(20, 20, 30, 30, 0)]
    [InlineData(10, 0, 20, 10, 0)]
    [InlineData(8, 8, 2, 2, 0)]
    public void IoU_WithATenByTenBox_IsIntersectionOverUnion(float left, float top, float right, float bottom, double expected)
    {
        var box = new BoundingBox(left, top, right, bottom);

        Assert.Equal(expected, Unit.IoU(box), 1e-6);
        Assert.Equal(expected, box.IoU(Unit), 1e-6);
    }

    [Fact]
    public void ToString_AnyCulture_GivesTheCorners() =>
        Assert.Equal("(10, 20.5) to (110.25, 220)", new BoundingBox(10, 20.5f, 110.25f, 220).ToString());

    [Fact]
    public void IoU_OfTwoEmptyBoxes_IsZeroRatherThanNaN() => Assert.Equal(0, new BoundingBox(3, 3, 3, 3).IoU(new(3, 3, 3, 3)));

    [Fact]
    public void Clip_BoxAcrossTheBorder_KeepsWhatIsInside() => Assert.Equal(new(0, 2, 8, 6), new BoundingBox(-5, 2, 20, 9).Clip(8, 6));

    [Fact]
    public void Offset_Box_MovesAllCorners() => Assert.Equal(new(4, -3, 8, 1), new BoundingBox(1, 2, 5, 6).Offset(3, -5));

    [Fact]
    public void FromCenter_CenterAndSize_GivesTheCorners() => Assert.Equal(new(3, 1, 7, 9), BoundingBox.FromCenter(5, 5, 4, 8));

    // By hand: shapes that share a centre, 2 x 4 and 4 x 2: intersection 4, union 12.
    [Theory]
    [InlineData(2, 4, 4, 2, 1.0 / 3)]
    [InlineData(2, 4, 2, 4, 1)]
    [InlineData(2, 4, 0, 3, 0)]
    public void ShapeIoU_SharingACentre_IsIntersectionOverUnion(float width, float height, float otherWidth, float otherHeight, double expected) =>
        Assert.Equal(expected, new BoxShape(width, height).IoU(new(otherWidth, otherHeight)), 1e-6);
}
