using Xunit;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Tests.Training.Images;

public sealed class BatchShardTests
{
    // Every image once, in order, whatever the number of processes.
    [Theory]
    [InlineData(32, 4)]
    [InlineData(7, 3)]
    [InlineData(3, 8)]
    [InlineData(0, 2)]
    public void Of_AllRanks_CoverTheStepOnce(int images, int size)
    {
        var covered = Enumerable.Range(0, size).Select(rank => new BatchShard(rank, size).Of(images)).SelectMany(run => Enumerable.Range(run.Start, run.Count));

        Assert.Equal(Enumerable.Range(0, images), covered);
    }

    [Fact]
    public void Of_SevenImagesForThree_DiffersByOneAtMost() =>
        Assert.Equal([2, 2, 3], Enumerable.Range(0, 3).Select(rank => new BatchShard(rank, 3).Of(7).Count));
}
