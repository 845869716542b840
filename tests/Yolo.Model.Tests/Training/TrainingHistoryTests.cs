using Xunit;
using Yolo.Model.Training;
using Yolo.Model.Training.Checkpoints;

namespace Yolo.Model.Tests.Training;

public sealed class TrainingHistoryTests
{
    // Two of ten epochs took 20 seconds: 45 seconds allow for four and a half, that is four.
    [Fact]
    public void PlannedEpochs_TimeForSome_AreAsManyAsFit() => Assert.Equal(4, After(2, TimeSpan.FromSeconds(20), maximum: TimeSpan.FromSeconds(45)).PlannedEpochs);

    [Fact]
    public void PlannedEpochs_TimeForAll_AreThoseAskedFor() => Assert.Equal(10, After(2, TimeSpan.FromSeconds(20), maximum: TimeSpan.FromHours(1)).PlannedEpochs);

    [Theory]
    [InlineData(4, 40, true)]
    [InlineData(3, 30, false)]
    public void IsAtEnd_AnEpochDone_AsksWhetherAnotherOneFits(int epochs, int seconds, bool expected) =>
        Assert.Equal(expected, After(epochs, TimeSpan.FromSeconds(seconds), maximum: TimeSpan.FromSeconds(45)).IsAtEnd);

    [Fact]
    public void Train_TimeForOneEpoch_EndsWithItsWeightsAtTheEndOfTheSchedule()
    {
        var options = Squares.Plain with { Epochs = 50, MaxDuration = TimeSpan.FromTicks(1), LearningRatePolicy = new CosinePolicy { BurnInEpochs = 0 } };

        var result = new DetectorTrainer(Squares.Network(batchNormalize: true), options).Train(Squares.Images(8), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Single(result.History);
        Assert.Equal(1, result.Epoch);
        // The second of two steps; a run of fifty epochs would hardly have begun to slow down.
        Assert.InRange(result.History[0].LearningRate, 0, 0.6 * options.LearningRate);
    }

    private static TrainingHistory After(int epochs, TimeSpan elapsed, TimeSpan maximum)
    {
        var report = new TrainingProgress(1, 10, 3, 3, 0.1, 1, [], elapsed, elapsed);
        var history = new TrainingHistory(10, 3, [], maximum);
        history.ContinueFrom(new HistoryRecord(3 * epochs, [0], [.. Enumerable.Repeat(report, epochs)], elapsed));
        return history;
    }
}
