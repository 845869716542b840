using Xunit;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Weights;

public sealed class BackboneInputTests
{
    // Red, green and blue of 0.1, 0.2 and 0.3 by hand: (25.5 - 10) / 2, (51 - 20) / 5, (76.5 - 30) / 4.
    [Theory]
    [InlineData(false, 7.75, 6.2, 11.625)]
    [InlineData(true, 11.625, 6.2, 7.75)]
    public void ToConvolution_OfAPixel_GivesWhatTheBackboneExpects(bool blueFirst, double first, double second, double third)
    {
        var convolution = new BackboneInput(blueFirst, Range: 255, new(10, 20, 30), new(2, 5, 4)).ToConvolution();

        for (int channel = 0; channel < 3; channel++)
        {
            var row = convolution.Kernel.AsSpan(3 * channel, 3);
            Assert.Equal(new[] { first, second, third }[channel], row[0] * 0.1 + row[1] * 0.2 + row[2] * 0.3 + convolution.Biases[channel], tolerance: 1e-5);
        }
    }
}
