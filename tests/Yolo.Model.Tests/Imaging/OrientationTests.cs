using System.Buffers.Binary;
using SkiaSharp;
using Xunit;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

/// <summary>EXIF orientation of PNG, and of JPEGs with odd EXIF data. A 64 x 32 picture turned by 5 to 8 is 32 x 64.</summary>
public sealed class OrientationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // A JPEG of the same orientation is turned by SkiaSharp: it says what is right.
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Decode_PngWithExif_IsTurnedAsTheJpeg(bool little, bool afterThePixels)
    {
        for (int orientation = 0; orientation <= 10; orientation++)
        {
            byte[] png = WithChunk(ImageFileTests.Quadrants(SKEncodedImageFormat.Png), Exif(orientation, little), afterThePixels);
            byte[] jpeg = ImageFileTests.WithOrientation(ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg), (byte)orientation);

            AssertTurned(png, jpeg);
        }
    }

    // Of 211,000 bytes. Chunks of 8,192 bytes, as libpng writes them, and of few, are found from the end; long ones by a walk from the
    // front.
    [Theory]
    [InlineData(8_192, 6)]
    [InlineData(100, 6)]
    [InlineData(150_000, 6)]
    [InlineData(8_192, 1)]
    public void Decode_LargePngWithExifAfterItsPixels_IsTurned(int chunk, int orientation)
    {
        byte[] png = WithChunk(Split(Noise(300, 200), chunk), Exif(orientation, little: false), afterThePixels: true);
        File.WriteAllBytes(_folder.Combine("a.png"), png);

        Assert.Equal(orientation == 6 ? (200, 300) : (300, 200), ImageFile.ReadSize(_folder.Combine("a.png")));
        Assert.Equal((300, 200), ImageFile.ReadSize(_folder.Combine("a.png"), ImageOrientation.AsStored));
        using var bitmap = ImageFile.Decode(new MemoryStream(png));
        Assert.Equal(orientation == 6 ? (200, 300) : (300, 200), (bitmap.Width, bitmap.Height));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(21)]
    public void Decode_PngWithCutExif_IsLeftAsItIs(int length)
    {
        byte[] png = WithChunk(ImageFileTests.Quadrants(SKEncodedImageFormat.Png), Exif(6, little: false)[..length], afterThePixels: false);

        Assert.Equal((64, 32), ImageFile.ReadSize(new MemoryStream(png)));
    }

    // A length that leads beyond the file, and a directory that does.
    [Fact]
    public void Decode_PngWithExifThatLies_IsLeftAsItIs()
    {
        byte[] exif = Exif(6, little: false);
        BinaryPrimitives.WriteUInt32BigEndian(exif.AsSpan(4), 0xFFFF_FFF0);
        byte[] png = ImageFileTests.Quadrants(SKEncodedImageFormat.Png), far = [.. png, 0xFF, 0xFF, 0xFF, 0xFF, .. "eXIf"u8];

        Assert.Equal((64, 32), ImageFile.ReadSize(new MemoryStream(WithChunk(png, exif, afterThePixels: false))));
        Assert.Equal((64, 32), ImageFile.ReadSize(new MemoryStream(far)));
    }

    [Fact]
    public void Decode_JpegWithOddSegments_IsTurnedByTheFirstExif()
    {
        byte[] jpeg = ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg), turned = ImageFileTests.WithOrientation(jpeg, 6);
        // XMP, multi-picture data and a color profile before the EXIF data, which come last.
        byte[] odd = [.. turned[..2], 0xFF, 0xE1, 0, 9, .. "http://"u8, 0xFF, 0xE2, 0, 6, .. "MPF\0"u8, .. turned[2..]];

        AssertTurned(odd, turned);
    }

    [Fact]
    public void Decode_JpegWithCutExif_IsLeftAsItIs()
    {
        byte[] jpeg = ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg);
        byte[] odd = [.. jpeg[..2], 0xFF, 0xE1, 0, 20, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, .. jpeg[2..]];

        AssertTurned(odd, jpeg);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The size, whether it is turned, and the pixels agree with each other and with another file.</summary>
    private void AssertTurned(byte[] actual, byte[] expected)
    {
        string path = _folder.Combine("actual"), other = _folder.Combine("expected");
        File.WriteAllBytes(path, actual);
        File.WriteAllBytes(other, expected);
        using var bitmap = ImageFile.Decode(path);
        using var right = ImageFile.Decode(other);

        Assert.Equal((right.Width, right.Height), (bitmap.Width, bitmap.Height));
        Assert.Equal((right.Width, right.Height), ImageFile.ReadSize(path));
        Assert.Equal(ImageFile.IsTurned(other), ImageFile.IsTurned(path));
        Assert.Equal(ImageFile.ReadHeader(other), ImageFile.ReadHeader(path));
        Assert.InRange(bitmap.Bytes.Zip(right.Bytes, (a, b) => Math.Abs(a - b)).Average(), 0, 5);
    }

    private static byte[] Exif(int orientation, bool little)
    {
        byte value = (byte)orientation;
        return little
            ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0]
            : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] WithChunk(byte[] png, byte[] exif, bool afterThePixels)
    {
        int at = afterThePixels ? png.Length - 12 : 33;
        return [.. png[..at], .. Chunk([.. "eXIf"u8, .. exif]), .. png[at..]];
    }

    private static byte[] Chunk(byte[] typeAndData)
    {
        byte[] chunk = [0, 0, 0, 0, .. typeAndData, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, typeAndData.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), ImageFileTests.Crc32(typeAndData));
        return chunk;
    }

    /// <summary>A PNG whose pixels lie in chunks of a size.</summary>
    private static byte[] Split(byte[] png, int size)
    {
        using var pixels = new MemoryStream();
        var head = new List<byte>(png[..33]);
        for (int at = 33; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
                pixels.Write(png, at + 8, length);
            at += 12 + length;
        }
        foreach (byte[] part in pixels.ToArray().Chunk(size))
            head.AddRange(Chunk([.. "IDAT"u8, .. part]));
        return [.. head, .. Chunk([.. "IEND"u8])];
    }

    private static byte[] Noise(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        var random = new Random(1);
        for (int i = 0; i < width * height; i++)
            bitmap.SetPixel(i % width, i / width, new((uint)random.Next() | 0xFF000000));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
