using Xunit;
using Yolo.Model.Data.Coco;

namespace Yolo.Model.Tests.Data.Coco;

public sealed class ChunkedListTests
{
    // Around the length of a chunk, 1,024.
    [Theory]
    [InlineData(0)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(5000)]
    public void Add_Many_GivesThemInTheirOrder(int count)
    {
        var list = new ChunkedList<int>();
        for (int i = 0; i < count; i++)
            list.Add(7 * i);

        Assert.Equal(Enumerable.Range(0, count).Select(i => 7 * i), list);
        Assert.Equal(count, list.Count);
        if (count > 0)
            Assert.Equal(7 * (count - 1), list[count - 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[count]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[-1]);
    }
}
