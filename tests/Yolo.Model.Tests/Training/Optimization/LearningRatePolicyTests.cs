using Xunit;
using Yolo.Model.Training;

namespace Yolo.Model.Tests.Training.Optimization;

public sealed class LearningRatePolicyTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1.5, 0.5)]
    [InlineData(3, 1)]
    [InlineData(40, 1)]
    public void Constant_AfterAStraightBurnIn_StaysAtOne(double epoch, double expected) =>
        Assert.Equal(expected, new ConstantPolicy { BurnInEpochs = 3 }.Factor(epoch, 80), 1e-12);

    // Darknet, network.c, get_current_rate: learning_rate * pow(batch_num / burn_in, power), power 4. (1/2)^4 = 1/16.
    [Fact]
    public void Constant_BurnInPowerFour_RisesAsDarknetDoes() =>
        Assert.Equal(1.0 / 16, new ConstantPolicy { BurnInEpochs = 2, BurnInPower = 4 }.Factor(1, 10), 1e-12);

    // The paper (section 2, "Training for detection"): 160 epochs, divided by 10 at epochs 60 and 90.
    [Theory]
    [InlineData(59.99, 1)]
    [InlineData(60, 0.1)]
    [InlineData(89.99, 0.1)]
    [InlineData(90, 0.01)]
    [InlineData(160, 0.01)]
    public void Steps_ThePapersSchedule_DividesAtSixtyAndNinety(double epoch, double expected) =>
        Assert.Equal(expected, new StepsPolicy([60.0 / 160, 90.0 / 160]).Factor(epoch, 160), 1e-12);

    // By hand, no burn-in, final 0.1: 0.1 + 0.9 (1 + cos(pi p)) / 2 = 1 at p = 0, 0.775 at 1/3, 0.55 at 1/2, 0.1 at 1.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 0.775)]
    [InlineData(15, 0.55)]
    [InlineData(30, 0.1)]
    public void Cosine_WithoutBurnIn_FollowsHalfACosine(double epoch, double expected) =>
        Assert.Equal(expected, new CosinePolicy { BurnInEpochs = 0, Final = 0.1 }.Factor(epoch, 30), 1e-12);

    // A fifth of 2 epochs is 0.4: half of the rise at 0.2, all of it at 0.4, the final factor at the end.
    [Theory]
    [InlineData(0.2, 0.5)]
    [InlineData(0.4, 1)]
    [InlineData(2, 0.01)]
    public void Cosine_RunShorterThanBurnIn_RisesInAFifthOfTheRun(double epoch, double expected) =>
        Assert.Equal(expected, new CosinePolicy { BurnInEpochs = 3 }.Factor(epoch, 2), 1e-12);

    [Fact]
    public void Final_AboveOne_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosinePolicy { Final = 1.5 });
}
