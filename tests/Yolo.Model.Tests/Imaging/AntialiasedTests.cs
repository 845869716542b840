using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

/// <summary><see cref="ResizeFilter.Antialiased"/>: its numbers.</summary>
public sealed class AntialiasedTests
{
    // Pillow 9.4.0, mode F: image[y][x] = (37 x + 91 y + 13 x y) % 256; Image.resize((width, height), Image.BILINEAR), rows one after the
    // other.
    public static TheoryData<int, int, int, int, float[]> PillowsNumbers => new()
    {
        { 7, 5, 3, 2, [109.7533f, 140.3797f, 141.1818f, 122.039f, 144.3797f, 136.8961f] },
        {
            3, 2, 5, 4,
            [0, 14.8f, 37, 59.2f, 74, 22.75f, 38.85f, 63, 87.15f, 103.25f, 68.25f, 86.95f, 115, 143.05f, 161.75f, 91, 111, 141, 171, 191]
        },
        {
            9, 4, 4, 6,
            [
                30.6571f, 105.5854f, 171.6829f, 60.5429f, 81.5429f, 138.4146f, 135.1219f, 127.0571f, 140.8571f, 163.4553f, 109.2683f,
                    181.6095f,
                174.5714f, 132.3008f, 152.0975f, 133.7619f, 131.4857f, 147.9756f, 151.2195f, 111.5143f, 79.9714f, 171.439f, 139.6341f,
                    101.2286f,
            ]
        },
    };

    [Theory]
    [MemberData(nameof(PillowsNumbers))]
    public void Fill_Antialiased_EqualsPillow(int width, int height, int inputWidth, int inputHeight, float[] expected)
    {
        byte[] pixels = new byte[4 * width * height];
        for (int i = 0; i < width * height; i++)
        {
            int x = i % width, y = i / width;
            byte value = (byte)((37 * x + 91 * y + 13 * x * y) % 256);
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]) = (value, (byte)(255 - value), 51);
        }
        float[] input = new float[3 * inputWidth * inputHeight];

        ImagePreprocessor.Fill(View(pixels, width, height), ResizeMode.Stretch, ResizeFilter.Antialiased, inputWidth, inputHeight, input);

        float[] planes = [.. expected.Select(value => value / 255), .. expected.Select(value => 1 - value / 255),
            .. expected.Select(_ => 0.2f)];
        ImagePreprocessorTests.AssertClose(planes, input, 1e-6f);
    }

    // Sizes around every special case: one pixel, one row, one column, up, down, both; and the last three are averaged over squares of 2, 6
    // and 3 first.
    [Theory]
    [InlineData(1, 1, 5, 3)]
    [InlineData(1, 7, 4, 9)]
    [InlineData(9, 1, 3, 2)]
    [InlineData(2, 2, 32, 32)]
    [InlineData(50, 40, 32, 64)]
    [InlineData(131, 77, 36, 32)]
    [InlineData(31, 300, 96, 160)]
    [InlineData(131, 129, 32, 32)]
    [InlineData(1001, 803, 32, 64)]
    [InlineData(397, 299, 64, 41)]
    public void Fill_AnySize_EqualsThePlainVersion(int width, int height, int inputWidth, int inputHeight)
    {
        byte[] pixels = ImagePreprocessorTests.Noise(4 * width * height, seed: width);
        float[] input = new float[3 * inputWidth * inputHeight];
        foreach (var resize in (ResizeMode[])[ResizeMode.Stretch, ResizeMode.Letterbox])
        {
            ImagePreprocessor.Fill(View(pixels, width, height), resize, ResizeFilter.Antialiased, inputWidth, inputHeight, input);

            var mapping = ImageMapping.Create(resize, width, height, inputWidth, inputHeight);
            float[] expected = PlainTriangle.Resize(
                pixels, width, height, Math.Max(1, Math.Min(width / (2 * inputWidth), height / (2 * inputHeight))),
                SampledAxis.Whole(width, mapping.OffsetX, mapping.InnerWidth), SampledAxis.Whole(height, mapping.OffsetY,
                    mapping.InnerHeight), inputWidth, inputHeight);
            ImagePreprocessorTests.AssertClose(expected, input, 1e-6f);
        }
    }

    // Windows inside of the image, beyond it on either side, and wholly beside it; mirrored and not; of all pixels and of means.
    [Theory]
    [InlineData(1, 10, 40, false)]
    [InlineData(1, 10, 40, true)]
    [InlineData(1, -30, 150, true)]
    [InlineData(1, 60, 90, false)]
    [InlineData(1, 200, 20, false)]
    [InlineData(3, -20, 77, true)]
    [InlineData(3, 37, 80, false)]
    public void Sample_Window_EqualsThePlainVersion(int reduction, int start, int length, bool mirrored)
    {
        const int width = 101, height = 83, inputWidth = 40, inputHeight = 36;
        byte[] pixels = ImagePreprocessorTests.Noise(4 * width * height, seed: length);
        SampledAxis horizontal = new(width, start, length, Offset: 3, Length: 31, mirrored), vertical = new(height, start / 2, length,
            Offset: 0, Length: 36, !mirrored);
        float[] input = new float[3 * inputWidth * inputHeight];
        var whole = new PackedPixels(View(pixels, width, height));
        byte[] means = new byte[PixelReduction.Length(width, height, reduction)];
        PixelReduction.Reduce(whole, reduction, means);

        TriangleSampler.Sample(new(PackedPixels.Rgb24(means, width / reduction, height / reduction), width, height, reduction), horizontal,
            vertical, inputWidth, inputHeight, input);

        ImagePreprocessorTests.AssertClose(PlainTriangle.Resize(pixels, width, height, reduction, horizontal, vertical, inputWidth,
            inputHeight), input, 1e-6f);
    }

    [Theory]
    [InlineData(ResizeFilter.Darknet, 61, 47)]
    [InlineData(ResizeFilter.Antialiased, 61, 47)]
    [InlineData(ResizeFilter.Antialiased, 3, 2)]
    [InlineData(ResizeFilter.Antialiased, 301, 207)]
    public void Fill_OtherOrdersOfBytes_GiveTheSameBits(ResizeFilter filter, int width, int height)
    {
        const int inputWidth = 35, inputHeight = 24;
        byte[] rgb = ImagePreprocessorTests.Noise(3 * width * height, seed: 9);
        int rowBytes = 4 * width + 8;
        byte[] rgba = new byte[rowBytes * height], bgra = new byte[rowBytes * height];
        for (int i = 0; i < width * height; i++)
        {
            int to = i / width * rowBytes + i % width * 4;
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], (byte)i);
            (bgra[to], bgra[to + 1], bgra[to + 2]) = (rgb[3 * i + 2], rgb[3 * i + 1], rgb[3 * i]);
        }
        float[] first = new float[3 * inputWidth * inputHeight], second = new float[first.Length], third = new float[first.Length];

        ImagePreprocessor.Fill(new PixelView(rgba, width, height, rowBytes, PixelOrder.Rgba), ResizeMode.Letterbox, filter, inputWidth,
            inputHeight, first);
        ImagePreprocessor.Fill(new PixelView(bgra, width, height, rowBytes, PixelOrder.Bgra), ResizeMode.Letterbox, filter, inputWidth,
            inputHeight, second);
        ImagePreprocessor.FillFrom(new ImagePixels(PackedPixels.Rgb24(rgb, width, height), width, height, 1), ResizeMode.Letterbox, filter,
            inputWidth, inputHeight, third);

        Assert.Equal(first, second);
        Assert.Equal(first, third);
    }

    [Fact]
    public void Fill_AntialiasedInputOfTheImagesSize_IsPixelOver255()
    {
        const int width = 37, height = 23;
        byte[] pixels = ImagePreprocessorTests.Noise(4 * width * height, seed: 1);
        float[] input = new float[3 * width * height];

        ImagePreprocessor.Fill(View(pixels, width, height), ResizeMode.Stretch, ResizeFilter.Antialiased, width, height, input);

        for (int i = 0; i < input.Length; i++)
            Assert.Equal(pixels[i % (width * height) * 4 + i / (width * height)] / 255f, input[i]);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(300)]
    public void Fill_AntialiasedWarm_AllocatesNothing(int side)
    {
        byte[] pixels = ImagePreprocessorTests.Noise(4 * side * side, seed: 3);
        float[] input = new float[3 * 32 * 32];
        ImagePreprocessor.Fill(View(pixels, side, side), ResizeMode.Stretch, ResizeFilter.Antialiased, 32, 32, input);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ImagePreprocessor.Fill(View(pixels, side, side), ResizeMode.Stretch, ResizeFilter.Antialiased, 32, 32, input);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static PixelView View(byte[] rgba, int width, int height) => new(rgba, width, height, 4 * width, PixelOrder.Rgba);
}
