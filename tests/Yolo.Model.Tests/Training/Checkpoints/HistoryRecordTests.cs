using Xunit;
using Yolo.Model.Training.Checkpoints;

namespace Yolo.Model.Tests.Training.Checkpoints;

public sealed class HistoryRecordTests
{
    // By hand: 25 steps of 10 an epoch are two epochs and a half; with 4 an epoch that is 10 steps, and the sums of 5 steps become those of 2.
    [Fact]
    public void InStepsOf_OtherNumberOfProcesses_KeepsEpochsAndTheShareOfTheLast()
    {
        var record = new HistoryRecord(25, [10, 5], [], TimeSpan.FromHours(1));

        var converted = record.InStepsOf(before: 10, now: 4);

        Assert.Equal(10, converted.Steps);
        Assert.Equal([4, 2], converted.Sums);
        Assert.Equal(TimeSpan.FromHours(1), converted.Elapsed);
    }

    [Fact]
    public void InStepsOf_BetweenEpochs_KeepsTheSums()
    {
        var record = new HistoryRecord(20, [10, 5], [], default);

        var converted = record.InStepsOf(before: 10, now: 3);

        Assert.Equal(6, converted.Steps);
        Assert.Equal([10, 5], converted.Sums);
    }
}
