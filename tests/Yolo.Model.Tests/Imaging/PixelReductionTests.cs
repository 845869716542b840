using Xunit;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

public sealed class PixelReductionTests
{
    // 5 x 3 pixels, red = 10 * row + column, green = 255, blue = 0 or 1 by column. Squares of 2 x 2; the last column and row are dropped.
    // Red: (0 + 1 + 10 + 11) / 4 = 5.5 -> 6 and (2 + 3 + 12 + 13) / 4 = 7.5 -> 8. Blue: (0 + 1 + 0 + 1) / 4 = 0.5 -> 1.
    [Fact]
    public void Reduce_ByTwo_AveragesSquares()
    {
        byte[] rgb = [.. Enumerable.Range(0, 15).SelectMany(i => new[] { (byte)(10 * (i / 5) + i % 5), (byte)255, (byte)(i % 5 % 2) })];
        byte[] means = new byte[PixelReduction.Length(5, 3, 2)];

        PixelReduction.Reduce(PackedPixels.Rgb24(rgb, 5, 3), 2, means);

        Assert.Equal<byte>([6, 255, 1, 8, 255, 1], means);
    }

    // Every mean is exact, rounded half up, in whatever lane of a vector it lies.
    [Theory]
    [InlineData(3, 40, 7)]
    [InlineData(7, 150, 31)]
    [InlineData(255, 513, 256)]
    [InlineData(256, 512, 257)]
    public void Reduce_Noise_EqualsThePlainMean(int factor, int width, int height)
    {
        byte[] bgra = ImagePreprocessorTests.Noise(4 * width * height, seed: factor);
        byte[] means = new byte[PixelReduction.Length(width, height, factor)];

        PixelReduction.Reduce(new(new PixelView(bgra, width, height, 4 * width, PixelOrder.Bgra)), factor, means);

        for (int i = 0; i < means.Length; i++)
        {
            int x = i / 3 % (width / factor) * factor, y = i / 3 / (width / factor) * factor;
            long sum = 0;
            for (int k = 0; k < factor * factor; k++)
                sum += bgra[4 * ((y + k / factor) * width + x + k % factor) + 2 - i % 3];
            Assert.Equal(Math.Floor(sum / (double)(factor * factor) + 0.5), means[i]);
        }
    }

    [Fact]
    public void Reduce_WhiteByTheLargestFactor_StaysWhite()
    {
        byte[] white = new byte[4 * 256 * 256], means = new byte[3];
        Array.Fill(white, byte.MaxValue);

        PixelReduction.Reduce(new(new PixelView(white, 256, 256, 1024, PixelOrder.Rgba)), 256, means);

        Assert.Equal<byte>([255, 255, 255], means);
    }

    // 4 times the input and more, on both axes; 4000 / 832 = 4.8 and 3000 / 832 = 3.6.
    [Theory]
    [InlineData(ResizeFilter.Antialiased, 4000, 3000, 3)]
    [InlineData(ResizeFilter.Antialiased, 3000, 4000, 3)]
    [InlineData(ResizeFilter.Antialiased, 1664, 1664, 2)]
    [InlineData(ResizeFilter.Antialiased, 1663, 9000, 1)]
    [InlineData(ResizeFilter.Antialiased, 10, 10, 1)]
    [InlineData(ResizeFilter.Antialiased, 1_000_000, 2_000_000, 256)]
    [InlineData(ResizeFilter.Darknet, 4000, 3000, 1)]
    public void Factor_Size_LeavesTwiceTheInput(ResizeFilter filter, int width, int height, int expected) =>
        Assert.Equal(expected, PixelReduction.Factor(filter, width, height, 416, 416));
}
