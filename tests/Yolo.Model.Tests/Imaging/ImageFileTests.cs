using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using SkiaSharp;
using Xunit;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

public sealed class ImageFileTests
{
    private static readonly Dictionary<char, SKColor> Colors = new()
    {
        ['R'] = SKColors.Red,
        ['G'] = SKColors.Lime,
        ['B'] = SKColors.Blue,
        ['W'] = SKColors.White,
    };

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(6, true)]
    public void IsTurned_Orientation_IsReadFromTheHead(byte orientation, bool expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Combine("a.jpg"), WithOrientation(Quadrants(SKEncodedImageFormat.Jpeg), orientation));

        Assert.Equal(expected, ImageFile.IsTurned(folder.Combine("a.jpg")));
    }

    [Fact]
    public void Decode_PngWithAlpha_KeepsTheColoursAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("a.png");
        using (var original = new SKBitmap(new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul)))
        {
            byte[] pixels = [200, 100, 50, 128, 1, 2, 3, 255];
            Marshal.Copy(pixels, 0, original.GetPixels(), pixels.Length);
            using var stream = File.Create(path);
            original.Encode(stream, SKEncodedImageFormat.Png, 100);
        }

        using var bitmap = ImageFile.Decode(path);

        Assert.Equal<byte>([200, 100, 50, 128, 1, 2, 3, 255], bitmap.Bytes);
        Assert.Equal((2, 1), ImageFile.ReadSize(path));
    }

    [Fact]
    public void Decode_Stream_IsLeftOpenForAnotherReading()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 2, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        using var stream = new MemoryStream(png.ToArray());

        Assert.Equal((3, 2), ImageFile.ReadSize(stream));

        stream.Position = 0;
        using var decoded = ImageFile.Decode(stream);
        Assert.Equal((3, 2), (decoded.Width, decoded.Height));
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void Decode_StreamThatCannotSeek_IsReadAndLeftOpen()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 2, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        using var stream = new TrickleStream(png.ToArray());

        using var decoded = ImageFile.Decode(stream);

        Assert.Equal((3, 2), (decoded.Width, decoded.Height));
        Assert.True(stream.CanRead);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    [InlineData(SKEncodedImageFormat.Png)]
    public void Decode_KnownFormats_GiveTheirPixels(SKEncodedImageFormat format)
    {
        byte[] file = Quadrants(format);

        using var bitmap = ImageFile.Decode(new MemoryStream(file));

        Assert.Equal("RGBW", Read(bitmap));
        Assert.Equal(PixelOrder.Rgba, bitmap.Pixels().Order);
    }

    // EXIF 2.3, tag 0x112: where the stored row 0 and column 0 lie in the upright picture. Stored quadrants: red green / blue white.
    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "WBGR")]
    [InlineData(4, "BWRG")]
    [InlineData(5, "RBGW")]
    [InlineData(6, "BRWG")]
    [InlineData(7, "WGBR")]
    [InlineData(8, "GWRB")]
    public void Decode_JpegWithExifOrientation_IsTurnedUprightOrLeft(byte orientation, string upright)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("a.jpg");
        File.WriteAllBytes(path, WithOrientation(Quadrants(SKEncodedImageFormat.Jpeg), orientation));

        using var turned = ImageFile.Decode(path);
        using var stored = ImageFile.Decode(path, ImageOrientation.AsStored);

        Assert.Equal(upright, Read(turned));
        Assert.Equal("RGBW", Read(stored));
        Assert.Equal((turned.Width, turned.Height), ImageFile.ReadSize(path));
        Assert.Equal(orientation < 5 ? (64, 32) : (32, 64), (turned.Width, turned.Height));
        Assert.Equal((64, 32), ImageFile.ReadSize(path, ImageOrientation.AsStored));
    }

    [Fact]
    public void InFolder_HiddenFiles_DoNotCount()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["b.jpg", "._b.jpg", ".a.png", "a.PNG", "c.txt", ".jpg"])
            File.WriteAllText(folder.Combine(name), "");

        Assert.Equal(["a.PNG", "b.jpg"], ImageFile.InFolder(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Decode_MissingFile_Throws() => Assert.Throws<FileNotFoundException>(() => ImageFile.Decode(Path.Combine(Path.GetTempPath(), "no-such-file.png")));

    // 58 bytes that claim 20,000 x 20,000 pixels: a BMP of 24 bits.
    [Fact]
    public void Decode_MorePixelsThanAllowed_IsRefusedBeforeMemoryIsTaken()
    {
        byte[] bomb = new byte[58];
        "BM"u8.CopyTo(bomb);
        BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(2), 1_200_000_054);
        bomb[10] = 54;
        bomb[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(18), 20_000);
        BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(22), 20_000);
        bomb[26] = 1;
        bomb[28] = 24;

        var exception = Assert.Throws<InvalidDataException>(() => ImageFile.Decode(new MemoryStream(bomb), "bomb.bmp"));

        Assert.Equal("bomb.bmp: expected at most 100000000 pixels, found 20000 x 20000.", exception.Message);
    }

    // The head of a whole file, made to claim other sides: what follows does not matter.
    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 60_000, "expected at most 100000000 pixels, found 60000 x 60000.")]
    [InlineData(SKEncodedImageFormat.Jpeg, 60_000, "expected at most 100000000 pixels, found 60000 x 60000.")]
    [InlineData(SKEncodedImageFormat.Png, 9_000, "expected at least a byte for every 10000 pixels, found 9000 x 9000 pixels in ")]
    [InlineData(SKEncodedImageFormat.Jpeg, 9_000, "expected at least a byte for every 10000 pixels, found 9000 x 9000 pixels in ")]
    [InlineData(SKEncodedImageFormat.Webp, 16_000, "expected at most 100000000 pixels, found 16000 x 16000.")]
    [InlineData(SKEncodedImageFormat.Webp, 9_000, "expected at least a byte for every 10000 pixels, found 9000 x 9000 pixels in ")]
    public void Decode_HeadThatClaimsTooMuch_IsRefusedBeforeMemoryIsTaken(SKEncodedImageFormat format, int side, string message)
    {
        byte[] bomb = format switch { SKEncodedImageFormat.Png => PngOf(side), SKEncodedImageFormat.Jpeg => JpegOf(side), _ => WebpOf(side) };

        var exception = Assert.Throws<InvalidDataException>(() => ImageFile.Decode(new MemoryStream(bomb), "bomb"));

        Assert.StartsWith("bomb: " + message, exception.Message, StringComparison.Ordinal);
        Assert.Equal(exception.Message, Assert.Throws<InvalidDataException>(() => ImageFile.ReadSize(new MemoryStream(bomb), "bomb")).Message);
    }

    // Found by fuzzing: SkiaSharp's wrapper of streams takes an array of two gigabytes for the first, and for the second ends the process with an OverflowException in a callback of native code.
    [Theory]
    [InlineData(0x7FFF_FFC0)]
    [InlineData(0xFFFF_FF00)]
    public void Decode_PixelsThatLieFarBehindTheEnd_IsRefusedBeforeMemoryIsTaken(uint offset)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("bomb.bmp");
        byte[] bomb = new byte[102];
        "BM"u8.CopyTo(bomb);
        BinaryPrimitives.WriteUInt32LittleEndian(bomb.AsSpan(10), offset);
        (bomb[14], bomb[18], bomb[22], bomb[26], bomb[28]) = (40, 4, 4, 1, 24);
        File.WriteAllBytes(path, bomb);
        long before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var read in (Action[])
            [() => ImageFile.Decode(new MemoryStream(bomb), path), () => ImageFile.Decode(path), () => ImageFile.Decode(new TrickleStream(bomb), path)])
            Assert.StartsWith(path + ": ", Assert.Throws<InvalidDataException>(read).Message, StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    // One colour packs as well as anything: 16 million pixels of it in a true file are read.
    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void ReadSize_LargeImageOfOneColour_IsNoLie(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(4_000, 4_000, SKColorType.Gray8));
        using var file = new MemoryStream();
        bitmap.Encode(file, format, quality: 50);
        file.Position = 0;

        Assert.Equal((4_000, 4_000), ImageFile.ReadSize(file));
    }

    [Fact]
    public void Pixels_BitmapOfAnotherKind_IsRefused()
    {
        using var bitmap = new SKBitmap(2, 2, SKColorType.Gray8, SKAlphaType.Opaque);

        var exception = Assert.Throws<ArgumentException>(() => { _ = bitmap.Pixels(); });

        Assert.Contains("found Gray8", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A PNG whose IHDR (PNG specification, 11.2.2: sides at 16 and 20, checksum at 29) claims other sides.</summary>
    private static byte[] PngOf(int side)
    {
        byte[] png = Quadrants(SKEncodedImageFormat.Png);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), side);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32(png.AsSpan(12, 17)));
        return png;
    }

    /// <summary>The checksum of a PNG's chunk: its type and data.</summary>
    internal static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }
        return ~crc;
    }

    /// <summary>A JPEG whose frame header (ITU T.81, B.2.2: marker FFC0, length, precision, lines, samples) claims other sides.</summary>
    private static byte[] JpegOf(int side)
    {
        byte[] jpeg = Quadrants(SKEncodedImageFormat.Jpeg);
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), (ushort)side);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), (ushort)side);
        return jpeg;
    }

    /// <summary>A WebP whose frame header (RFC 6386, 9.1: start code 9D 01 2A, 14 bits of width, 14 of height) claims other sides.</summary>
    private static byte[] WebpOf(int side)
    {
        byte[] webp = Quadrants(SKEncodedImageFormat.Webp);
        int start = webp.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]);
        BinaryPrimitives.WriteUInt16LittleEndian(webp.AsSpan(start + 3), (ushort)side);
        BinaryPrimitives.WriteUInt16LittleEndian(webp.AsSpan(start + 5), (ushort)side);
        return webp;
    }

    /// <summary>64 x 32 pixels: red green / blue white.</summary>
    internal static byte[] Quadrants(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(64, 32);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            foreach (var (letter, x, y) in new[] { ('R', 0, 0), ('G', 32, 0), ('B', 0, 16) })
            {
                using var paint = new SKPaint { Color = Colors[letter] };
                canvas.DrawRect(x, y, 32, 16, paint);
            }
        }
        using var stream = new MemoryStream();
        bitmap.Encode(stream, format, 95);
        return stream.ToArray();
    }

    /// <summary>Inserts an APP1 segment with a TIFF header (big-endian) and one directory entry: orientation, type 3 (short), count 1.</summary>
    internal static byte[] WithOrientation(byte[] jpeg, byte orientation) =>
    [
        .. jpeg.AsSpan(0, 2),
        0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        .. jpeg.AsSpan(2),
    ];

    /// <summary>The nearest colour in the middle of each quadrant.</summary>
    private static string Read(SKBitmap bitmap)
    {
        var text = new StringBuilder();
        foreach (var (x, y) in new[] { (1, 1), (3, 1), (1, 3), (3, 3) })
        {
            var pixel = bitmap.GetPixel(bitmap.Width * x / 4, bitmap.Height * y / 4);
            text.Append(Colors.MinBy(pair => Difference(pair.Value, pixel)).Key);
        }
        return text.ToString();

        static int Difference(SKColor a, SKColor b) => Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue);
    }
}
