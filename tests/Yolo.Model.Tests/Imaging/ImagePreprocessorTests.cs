using System.Runtime.InteropServices;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

public sealed class ImagePreprocessorTests
{
    // The golden file is what Darknet (AlexeyAB) itself makes of dog.png, 768 x 576.
    [Fact]
    public void Fill_Dog_EqualsDarknetsOwnResize()
    {
        using var bitmap = ImageFile.Decode(TestPaths.Shared("golden/images/dog.png"));
        byte[] golden = File.ReadAllBytes(TestPaths.Shared("golden/images/dog.darknet_resized_416x416.input.f32.bin"));
        float[] input = new float[3 * 416 * 416];

        ImagePreprocessor.Fill(bitmap.Pixels(), ResizeMode.Stretch, 416, 416, input);

        AssertClose(MemoryMarshal.Cast<byte, float>(golden), input, 5e-7f);
    }

    [Theory]
    [InlineData(PixelOrder.Rgba)]
    [InlineData(PixelOrder.Bgra)]
    public void Fill_InputOfTheImagesSize_IsPixelOver255(PixelOrder order)
    {
        const int width = 37, height = 23, rowBytes = 160;
        byte[] pixels = Noise(rowBytes * height, seed: 1);
        float[] input = new float[3 * width * height];

        ImagePreprocessor.Fill(new(pixels, width, height, rowBytes, order), ResizeMode.Stretch, width, height, input);

        for (int c = 0; c < 3; c++)
        {
            int channel = order == PixelOrder.Rgba ? c : 2 - c;
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    Assert.Equal(pixels[y * rowBytes + 4 * x + channel] / 255f, input[(c * height + y) * width + x]);
            }
        }
    }

    // Sizes around every special case: one pixel, one row, one column, up, down, both.
    [Theory]
    [InlineData(1, 1, 5, 3)]
    [InlineData(1, 7, 4, 9)]
    [InlineData(9, 1, 3, 2)]
    [InlineData(2, 2, 32, 32)]
    [InlineData(50, 40, 32, 64)]
    [InlineData(131, 77, 32, 32)]
    [InlineData(31, 300, 96, 160)]
    public void Fill_AnySize_EqualsThePlainVersion(int width, int height, int inputWidth, int inputHeight)
    {
        byte[] pixels = Noise(4 * width * height, seed: width);
        float[] input = new float[3 * inputWidth * inputHeight];

        ImagePreprocessor.Fill(new(pixels, width, height, 4 * width, PixelOrder.Rgba), ResizeMode.Stretch, inputWidth, inputHeight, input);

        AssertClose(PlainResize(pixels, width, height, inputWidth, inputHeight), input, 1e-6f);
    }

    // 415 * (239f / 415) is a trifle less than 239, so that Darknet leaves the last row black (case voc20-small of Golden/darknet shows it); 415 * (499f / 415) is 499 or a trifle more.
    [Theory]
    [InlineData(240, 0)]
    [InlineData(500, 1)]
    public void Fill_HeightThatDarknetRoundsDown_HasABlackLastRow(int height, float lastRow)
    {
        byte[] white = new byte[4 * 3 * height];
        white.AsSpan().Fill(byte.MaxValue);
        float[] input = new float[3 * 2 * 416];

        ImagePreprocessor.Fill(new(white, 3, height, 12, PixelOrder.Rgba), ResizeMode.Stretch, 2, 416, input);

        for (int c = 0; c < 3; c++)
        {
            var plane = input.AsSpan(2 * 416 * c, 2 * 416);
            Assert.Equal([1, 1, lastRow, lastRow], plane[^4..].ToArray());
        }
    }

    // A 3 x 1 image in a 4 x 4 input: four pixels wide, one high, a row of grey above and two below ((4 - 1) / 2 = 1). Columns 0, 2/3, 4/3, 2 of
    // (0, 90, 255): 0, 60, 145, 255.
    [Fact]
    public void Fill_Letterbox_PadsWithGrey()
    {
        byte[] pixels = [0, 0, 0, 0, 90, 90, 90, 0, 255, 255, 255, 0];
        float[] input = new float[3 * 16];

        ImagePreprocessor.Fill(new(pixels, 3, 1, 12, PixelOrder.Rgba), ResizeMode.Letterbox, 4, 4, input);

        for (int c = 0; c < 3; c++)
        {
            var plane = input.AsSpan(16 * c, 16);
            AssertClose([0.5f, 0.5f, 0.5f, 0.5f, 0, 60 / 255f, 145 / 255f, 1, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f], plane, 1e-6f);
        }
    }

    // A 1 x 3 image: one column wide, and of a single column the middle is shown, here the only one.
    [Fact]
    public void Fill_LetterboxOfATallImage_PadsLeftAndRight()
    {
        byte[] pixels = [0, 0, 0, 0, 90, 90, 90, 0, 255, 255, 255, 0];
        float[] input = new float[3 * 9];

        ImagePreprocessor.Fill(new(pixels, 1, 3, 4, PixelOrder.Bgra), ResizeMode.Letterbox, 3, 3, input);

        AssertClose([0.5f, 0, 0.5f, 0.5f, 90 / 255f, 0.5f, 0.5f, 1, 0.5f], input.AsSpan(0, 9), 1e-6f);
    }

    [Fact]
    public void Fill_DestinationOfAnotherLength_Throws()
    {
        byte[] pixels = new byte[4];

        var exception = Assert.Throws<ArgumentException>(
            () => ImagePreprocessor.Fill(new(pixels, 1, 1, 4, PixelOrder.Rgba), ResizeMode.Stretch, 2, 2, new float[13]));

        Assert.Contains("needs 12 floats, found 13", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_Warm_AllocatesNothing()
    {
        byte[] pixels = Noise(4 * 64 * 64, seed: 3);
        float[] input = new float[3 * 32 * 32];
        ImagePreprocessor.Fill(new(pixels, 64, 64, 256, PixelOrder.Rgba), ResizeMode.Stretch, 32, 32, input);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ImagePreprocessor.Fill(new(pixels, 64, 64, 256, PixelOrder.Rgba), ResizeMode.Stretch, 32, 32, input);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    internal static byte[] Noise(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(MathF.Abs(expected[i] - actual[i]) <= tolerance))
                Assert.Fail($"Element {i}: expected {expected[i]}, found {actual[i]}.");
        }
    }

    /// <summary>The definition a pixel at a time, in double but for the position, which is float as in Darknet: source x = column * ((w - 1) / (W - 1)),
    /// the last one w - 1.</summary>
    private static float[] PlainResize(byte[] rgba, int width, int height, int inputWidth, int inputHeight)
    {
        float[] result = new float[3 * inputWidth * inputHeight];
        float xScale = (float)(width - 1) / (inputWidth - 1), yScale = (float)(height - 1) / (inputHeight - 1);
        for (int c = 0; c < 3; c++)
        {
            for (int y = 0; y < inputHeight; y++)
            {
                for (int x = 0; x < inputWidth; x++)
                {
                    float sx = x == inputWidth - 1 ? width - 1 : x * xScale, sy = y == inputHeight - 1 ? height - 1 : y * yScale;
                    int left = (int)sx, top = (int)sy, right = Math.Min(left + 1, width - 1), bottom = Math.Min(top + 1, height - 1);
                    double upper = At(left, top) + (At(right, top) - At(left, top)) * (sx - left);
                    double lower = At(left, bottom) + (At(right, bottom) - At(left, bottom)) * (sx - left);
                    result[(c * inputHeight + y) * inputWidth + x] = (float)((upper + (lower - upper) * (sy - top)) / 255);
                }
            }
            double At(int x, int y) => rgba[4 * (y * width + x) + c];
        }
        return result;
    }
}
