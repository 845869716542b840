using System.Text.Json;
using Xunit;
using Yolo.Model.Data.Coco;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Data.Coco;

public sealed class CocoSegmentationTests
{
    // By hand. The masks of 4 rows and 5 columns are counted down the columns: 5 outside, then 2 inside, are rows 1 and 2 of column 1.
    [Theory]
    [InlineData("[[1, 2, 5, 2, 5, 8]]", 1, 2, 5, 8)]
    [InlineData("[[1, 2, 5, 2, 5, 8], [7, 1, 9, 1, 9, 3]]", 1, 1, 9, 8)]
    [InlineData("[1, 2, 5, 2, 5, 8]", 1, 2, 5, 8)]
    [InlineData("[[\"1\", \"2\", \"5\", \"8\"]]", 1, 2, 5, 8)]
    [InlineData("[[[1, 2], [5, 8]]]", 1, 2, 5, 8)]
    [InlineData("[[], [1, 2, 5, 8]]", 1, 2, 5, 8)]
    [InlineData("""{"size": [4, 5], "counts": [5, 2, 13]}""", 1, 1, 2, 3)]
    [InlineData("""{"size": [4, 5], "counts": [5, 2, 3, 1, 9]}""", 1, 1, 3, 3)]
    [InlineData("""{"size": [4, 5], "counts": [6, 3, 11]}""", 1, 0, 3, 4)]
    [InlineData("""{"size": [4, 5], "counts": [0, 20]}""", 0, 0, 5, 4)]
    [InlineData("""{"size": ["4", "5"], "counts": ["5", "2", "13"]}""", 1, 1, 2, 3)]
    // Compressed: 5, 2 and 13 are the characters '0' + value. The fourth run, 1, is 1 - 2 = -1: '0' + 31 = 'O'; the fifth, 9, is 9 - 3 = 6.
    [InlineData("""{"size": [4, 5], "counts": "52="}""", 1, 1, 2, 3)]
    [InlineData("""{"size": [4, 5], "counts": "523O6"}""", 1, 1, 3, 3)]
    // 40 = 8 + 1 * 32: the low five bits with "more", '0' + 40 = 'X', then '1'. Rows of 100: 40 to 59 of column 0.
    [InlineData("""{"size": [100, 1], "counts": "X1d0X1"}""", 0, 40, 1, 60)]
    public void Bounds_Segmentation_IsTheBoxAroundIt(string json, float left, float top, float right, float bottom)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal(new BoundingBox(left, top, right, bottom), CocoSegmentation.Bounds(document.RootElement));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[[]]")]
    [InlineData("[[1, 2, 3]]")]
    [InlineData("[[1, 2], [3]]")]
    [InlineData("[[1, \"x\"]]")]
    [InlineData("[{\"x\": 1}]")]
    [InlineData("[1, [2, 3]]")]
    [InlineData("1")]
    [InlineData("""{"size": [4, 5]}""")]
    [InlineData("""{"size": [4], "counts": [5, 2]}""")]
    [InlineData("""{"size": [0, 5], "counts": [5, 2]}""")]
    [InlineData("""{"size": [4, 5], "counts": [5, -2]}""")]
    [InlineData("""{"size": [4, 5], "counts": [5, 16]}""")]
    [InlineData("""{"size": [4, 5], "counts": [20]}""")]
    [InlineData("""{"size": [4, 5], "counts": [5, 9223372036854775807]}""")]
    [InlineData("""{"size": [4, 5], "counts": "5X"}""")]
    [InlineData("""{"size": [4, 5], "counts": "XXXXXXXXXXXXXXXXXXXX1"}""")]
    [InlineData("""{"size": [4, 5], "counts": "5 2"}""")]
    public void Bounds_NoSegmentation_IsNull(string json)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Null(CocoSegmentation.Bounds(document.RootElement));
    }
}
