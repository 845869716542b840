using CsCheck;
using SkiaSharp;
using Xunit;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

public sealed class ImageFilePropertyTests
{
    private static readonly Gen<(int Width, int Height, byte[] Rgb)> s_images = Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int, (width, height, seed) =>
    {
        byte[] rgb = new byte[3 * width * height];
        new Random(seed).NextBytes(rgb);
        return (width, height, rgb);
    });

    [Fact]
    public void Decode_OfAnyPng_GivesItsPixels() =>
        s_images.Sample(
            image =>
            {
                using var stream = new MemoryStream(Encode(image, SKEncodedImageFormat.Png));

                Assert.Equal((image.Width, image.Height), ImageFile.ReadSize(stream));
                stream.Position = 0;
                using var bitmap = ImageFile.Decode(stream);

                Assert.Equal(image.Rgb, Rgb(bitmap));
            },
            iter: 300, threads: 1);

    // Half a JPEG, its lower rows grey, is used with a warning, as libjpeg does. Half of another format is refused.
    [Fact]
    public void Decode_OfTheBeginningOfAnyFile_RefusesWarnsOrGivesTheWholePicture() =>
        Gen.Select(s_images, Properties.OneOf(SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp), Gen.Double[0, 1]).Sample(
            (image, format, part) =>
            {
                byte[] file = Encode(image, format);
                using var whole = ImageFile.Decode(new MemoryStream(file));
                try
                {
                    int length = (int)(part * file.Length);
                    string? warning = null;
                    using var bitmap = ImageFile.Decode(new MemoryStream(file, 0, length), "cut.file", warn: text => warning = text);

                    Assert.Equal((whole.Width, whole.Height), (bitmap.Width, bitmap.Height));
                    if (format == SKEncodedImageFormat.Jpeg && length < file.Length)
                        Assert.StartsWith("cut.file: the JPEG ends early", warning, StringComparison.Ordinal);
                    else
                        Assert.Equal(Rgb(whole), Rgb(bitmap));
                }
                catch (InvalidDataException error)
                {
                    Assert.StartsWith("cut.file", error.Message, StringComparison.Ordinal);
                }
            },
            iter: 600, threads: 1);

    private static byte[] Encode((int Width, int Height, byte[] Rgb) image, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int i = 0; i < image.Width * image.Height; i++)
            bitmap.SetPixel(i % image.Width, i / image.Width, new(image.Rgb[3 * i], image.Rgb[3 * i + 1], image.Rgb[3 * i + 2]));
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    private static byte[] Rgb(SKBitmap bitmap) => [.. bitmap.Pixels.SelectMany(pixel => (byte[])[pixel.Red, pixel.Green, pixel.Blue])];
}
