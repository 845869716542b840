using Xunit;
using Yolo.Model.Processes.Mpi;

namespace Yolo.Model.Tests.Processes;

public sealed class MpiSumTests
{
    // By hand: bfloat16 keeps seven bits after the first. 1 + 2^-8 lies between 1 and 1 + 2^-7 and goes to the even one, 1; 1 + 3 * 2^-8 to 1 + 2^-6.
    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(-2f, 0xC000)]
    [InlineData(1.00390625f, 0x3F80)]
    [InlineData(1.01171875f, 0x3F82)]
    [InlineData(float.PositiveInfinity, 0x7F80)]
    public void ToBFloat16_Number_RoundsToTheNearestEven(float value, int expected) => Assert.Equal(expected, MpiSum.ToBFloat16(value));

    [Fact]
    public void ToBFloat16_NotANumber_StaysNone() => Assert.True(float.IsNaN(MpiSum.FromBFloat16(MpiSum.ToBFloat16(float.NaN))));

    [Fact]
    public void FromBFloat16_AfterTo_GivesNumbersOfSevenBits() => Assert.Equal(0.15625f, MpiSum.FromBFloat16(MpiSum.ToBFloat16(0.15625f)));
}
