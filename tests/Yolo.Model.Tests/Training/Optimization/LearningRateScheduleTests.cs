using Xunit;
using Yolo.Model.Training;
using Yolo.Model.Training.Optimization;

namespace Yolo.Model.Tests.Training.Optimization;

public sealed class LearningRateScheduleTests
{
    // 10 epochs of 4 steps, burn-in 2 epochs, 8 steps: step k has (k + 1) / 8 of the rate, the eighth all of it.
    [Theory]
    [InlineData(0, 0.125)]
    [InlineData(3, 0.5)]
    [InlineData(7, 1)]
    [InlineData(39, 1)]
    public void At_DuringBurnIn_CountsTheStepItself(long step, double expected) =>
        Assert.Equal(0.02 * expected, Schedule(new ConstantPolicy { BurnInEpochs = 2 }, epochs: 10).At(step, 10), 1e-12);

    // Darknet's rate changes in the batch whose number, from 1, is that of the step: half of 10 epochs of 4 steps is number 20, index 19.
    [Theory]
    [InlineData(18, 1)]
    [InlineData(19, 0.1)]
    public void At_PointOfTheSteps_ChangesInTheStepOfThatNumber(long step, double expected) =>
        Assert.Equal(0.02 * expected, Schedule(new StepsPolicy([0.5]) { BurnInEpochs = 0 }, epochs: 10).At(step, 10), 1e-12);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void At_DefaultPolicyWithFewEpochs_NearlyReachesTheRateAndNeverStandsStill(int epochs)
    {
        var schedule = new LearningRateSchedule(new() { Epochs = epochs }, 100);

        double[] rates = [.. Enumerable.Range(0, 100 * epochs).Select(step => schedule.At(step, epochs))];

        Assert.Equal(1e-3, rates.Max(), 1e-9);
        Assert.All(rates, rate => Assert.InRange(rate, 1e-5, 1e-3));
    }

    // The first step of a run of this kind once had the rate 0 and was lost.
    [Fact]
    public void Train_FirstStepOfABurnIn_LearnsWithItsShare()
    {
        var rates = new List<double>();

        var options = Squares.Plain with { Epochs = 5, BatchSize = 2, LearningRatePolicy = new ConstantPolicy { BurnInEpochs = 1 } };

        new DetectorTrainer(Squares.Network(batchNormalize: true), options).Train(
            Squares.Images(4), progress: new Steps(progress => rates.Add(progress.LearningRate)),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([5e-4, 1e-3, 1e-3], rates.Take(3));
    }

    [Fact]
    public void ShareOf_BackboneOfTwo_IsItsFactor()
    {
        var schedule = new LearningRateSchedule(new() { BackboneLayers = 2, BackboneRateFactor = 0.25 }, 4);

        Assert.Equal([0.25, 0.25, 1, 1], Enumerable.Range(0, 4).Select(convolution => schedule.ShareOf(convolution, step: 3)));
    }

    // Three epochs of 4 steps: step 11 is the last one of them.
    [Theory]
    [InlineData(null, 11, 2)]
    [InlineData(null, 39, 2)]
    [InlineData(3, 11, 2)]
    [InlineData(3, 12, 0)]
    public void FrozenAt_FreezeEpochs_ThawsWithTheFirstStepAfterThem(int? epochs, long step, int expected)
    {
        var schedule = new LearningRateSchedule(new() { Epochs = 10, FreezeLayers = 2, FreezeEpochs = epochs }, 4);

        Assert.Equal(expected, schedule.FrozenAt(step));
        Assert.Equal(expected == 0 ? 1 : 0, schedule.ShareOf(convolution: 1, step));
        Assert.Equal(1, schedule.ShareOf(convolution: 2, step));
    }

    [Fact]
    public void Check_WhatTheNetworkHasNot_IsRefused()
    {
        var network = Squares.Network(batchNormalize: true);
        void Refused(string message, TrainingOptions options)
        {
            var error = Assert.Throws<ArgumentException>(() => LearningRateSchedule.Check(options, network));
            Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        }

        Refused("4 of 4 convolutions are to be frozen", new() { FreezeLayers = 4, FreezeEpochs = 1 });
        Refused("The backbone is to have 5 convolutions; the network has 4.", new() { BackboneLayers = 5 });
        Refused("Nesterov looks ahead", new() { Nesterov = true, Momentum = 0 });
        LearningRateSchedule.Check(new() { FreezeLayers = 3, BackboneLayers = 4, Nesterov = true }, network);
    }

    private static LearningRateSchedule Schedule(LearningRatePolicy policy, int epochs) =>
        new(new() { Epochs = epochs, LearningRate = 0.02, LearningRatePolicy = policy }, 4);

    private sealed class Steps(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
