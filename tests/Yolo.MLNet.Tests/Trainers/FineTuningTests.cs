using Xunit;
using Yolo.MLNet.Trainers;

namespace Yolo.MLNet.Tests.Trainers;

public sealed class FineTuningTests
{
    // By hand: 20 images in batches of 4 are 5 steps, and 800 / 5 is 160; 30 are 8 steps, 100; 160 are 40, 20; 2,000 are 500, of which 2 would do.
    [Theory]
    [InlineData(20, 4, 160)]
    [InlineData(30, 4, 100)]
    [InlineData(160, 4, 20)]
    [InlineData(2000, 4, 20)]
    [InlineData(1, 64, 800)]
    public void EpochsFor_Images_Take800StepsAndAtLeast20Epochs(int images, int batchSize, int expected) =>
        Assert.Equal(expected, FineTuning.EpochsFor(images, batchSize));
}
