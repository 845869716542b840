using Xunit;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Tests.Training.Images;

public sealed class HsvDistortionTests
{
    // (0.8, 0.4, 0.2) is h = (0.4 - 0.2) / 0.6 = 1/3 of a sixth, s = 0.6 / 0.8 = 0.75, v = 0.8. A twelfth more hue: h = 5/6 of a sixth; s = 0.6; v = 0.88.
    // Back: red = v, green = v (1 - s (1 - h)) = 0.88 * 0.9, blue = v (1 - s).
    // Exposure 1.5: v = 1.2, green 1.2 * (1 - 0.75 * 2/3), blue 1.2 * 0.25; red is clamped. Saturation 2: s = 1.5, green 0.8 * (1 - 1.5 * 2/3), blue is clamped.
    // Pure red, a twelfth less hue: half way to magenta. A third more: green. Half a turn: cyan. Grey has no hue to turn.
    [Theory]
    [InlineData(0.8f, 0.4f, 0.2f, 1f / 12, 0.8f, 1.1f, 0.88f, 0.792f, 0.352f)]
    [InlineData(0.8f, 0.4f, 0.2f, 0, 1, 1.5f, 1, 0.6f, 0.3f)]
    [InlineData(0.8f, 0.4f, 0.2f, 0, 2, 1, 0.8f, 0, 0)]
    [InlineData(1, 0, 0, -1f / 12, 1, 1, 1, 0, 0.5f)]
    [InlineData(1, 0, 0, 1f / 3, 1, 1, 0, 1, 0)]
    [InlineData(1, 0, 0, 0.5f, 1, 1, 0, 1, 1)]
    [InlineData(0, 0, 1, 1f / 3, 1, 1, 1, 0, 0)]
    [InlineData(0.5f, 0.5f, 0.5f, 0.1f, 1.5f, 1.2f, 0.6f, 0.6f, 0.6f)]
    [InlineData(0, 0, 0, 0.1f, 1.5f, 1.5f, 0, 0, 0)]
    [InlineData(1, 1, 1, 0.1f, 1.5f, 1.5f, 1, 1, 1)]
    public void Apply_OneColour_EqualsHandArithmetic(
        float red, float green, float blue, float hue, float saturation, float value, float expectedRed, float expectedGreen, float expectedBlue)
    {
        // 19 pixels: full vectors and a rest, whatever the width of a vector.
        float[] reds = Filled(red), greens = Filled(green), blues = Filled(blue);

        new HsvDistortion(hue, saturation, value).Apply(reds, greens, blues);

        Assert.All(reds, actual => Assert.Equal(expectedRed, actual, 1e-6f));
        Assert.All(greens, actual => Assert.Equal(expectedGreen, actual, 1e-6f));
        Assert.All(blues, actual => Assert.Equal(expectedBlue, actual, 1e-6f));
    }

    [Fact]
    public void Apply_RandomColours_EqualsThePlainConversion()
    {
        var random = new Random(5);
        float[] red = Noise(), green = Noise(), blue = Noise();
        var pixels = Enumerable.Range(0, red.Length).Select(i => Plain(red[i], green[i], blue[i], -0.07, 1.3, 0.8)).ToArray();

        new HsvDistortion(-0.07f, 1.3f, 0.8f).Apply(red, green, blue);

        for (int i = 0; i < red.Length; i++)
        {
            Assert.Equal(pixels[i].Red, red[i], 2e-6);
            Assert.Equal(pixels[i].Green, green[i], 2e-6);
            Assert.Equal(pixels[i].Blue, blue[i], 2e-6);
        }

        // Multiples of 1/7, so that equal channels and greys occur.
        float[] Noise() => [.. Enumerable.Range(0, 1000).Select(_ => random.Next(8) / 7f)];
    }

    private static float[] Filled(float value)
    {
        float[] pixels = new float[19];
        pixels.AsSpan().Fill(value);
        return pixels;
    }

    /// <summary>The textbook conversion by sectors of the hue, in double.</summary>
    private static (double Red, double Green, double Blue) Plain(double red, double green, double blue, double hue, double saturation, double exposure)
    {
        double largest = Math.Max(red, Math.Max(green, blue)), range = largest - Math.Min(red, Math.Min(green, blue));
        double sixths = range == 0 ? 0 : red == largest ? (green - blue) / range : green == largest ? 2 + (blue - red) / range : 4 + (red - green) / range;
        double h = (sixths / 6 + hue + 2) % 1 * 6, s = largest == 0 ? 0 : range / largest * saturation, v = largest * exposure;
        double f = h - Math.Floor(h), p = v * (1 - s), q = v * (1 - s * f), t = v * (1 - s * (1 - f));
        var (r, g, b) = (int)h switch { 0 => (v, t, p), 1 => (q, v, p), 2 => (p, v, t), 3 => (p, q, v), 4 => (t, p, v), _ => (v, p, q) };
        return (Math.Clamp(r, 0, 1), Math.Clamp(g, 0, 1), Math.Clamp(b, 0, 1));
    }
}
