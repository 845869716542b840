using Microsoft.ML.Data;
using SkiaSharp;
using Xunit;
using Yolo.MLNet.Seam;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.MLNet.Tests.Seam;

public sealed class MLImagesTests
{
    [Fact]
    public void Read_FieldThatAnotherVersionLacks_NamesTheVersionAndTheWayOut()
    {
        var error = Assert.Throws<NotSupportedException>(() => MLNetFields.Read<int, int>(
            0, _ => throw new MissingFieldException(), "the pixels of an image"));

        Assert.Matches(@"^Microsoft\.ML \d+\.\d+\.\d+ keeps the pixels of an image elsewhere", error.Message);
        Assert.EndsWith("Take Microsoft.ML 5.0 or a later Yolo.MLNet.", error.Message, StringComparison.Ordinal);
    }

    private const int Width = 200, Height = 130, InputWidth = 96, InputHeight = 64;

    [Theory]
    [InlineData(MLPixelFormat.Rgba32, PixelOrder.Rgba)]
    [InlineData(MLPixelFormat.Bgra32, PixelOrder.Bgra)]
    public void PixelView_EitherFormat_GivesTheTensorOfTheSameBitmap(MLPixelFormat format, PixelOrder order)
    {
        using var folder = new TemporaryFolder();
        TestImages.Save(folder.Combine("a.png"), Width, Height, seed: 4);
        using var bitmap = SKBitmap.Decode(folder.Combine("a.png")).Copy(SKColorType.Rgba8888);
        using var image = TestImages.Noise(Width, Height, seed: 4, format);

        var view = image.PixelView();

        Assert.Equal(order, view.Order);
        Assert.Equal(Fill(bitmap.Pixels()), Fill(view));
    }

    // No intermediate image and no buffer of its own: the least of some rounds, since a collection may empty the shared pool in between.
    [Theory]
    [InlineData(MLPixelFormat.Rgba32)]
    [InlineData(MLPixelFormat.Bgra32)]
    public void PixelView_ToTensor_AllocatesNothing(MLPixelFormat format)
    {
        using var image = TestImages.Noise(Width, Height, seed: 4, format);
        float[] input = new float[3 * InputWidth * InputHeight];
        long least = long.MaxValue;

        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ImagePreprocessor.Fill(image.PixelView(), ResizeMode.Letterbox, InputWidth, InputHeight, input);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static float[] Fill(PixelView view)
    {
        float[] input = new float[3 * InputWidth * InputHeight];
        ImagePreprocessor.Fill(view, ResizeMode.Stretch, InputWidth, InputHeight, input);
        return input;
    }
}
