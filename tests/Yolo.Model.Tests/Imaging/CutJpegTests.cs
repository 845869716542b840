using SkiaSharp;
using Xunit;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

public sealed class CutJpegTests
{
    private const string EndsEarly = "x.jpg: the JPEG ends early; what is there is used.";

    // half.png: what djpeg of libjpeg-turbo 2.1.5 and Pillow 9.4 with LOAD_TRUNCATED_IMAGES make of half.jpg, without a difference between
    // the two.
    [Fact]
    public void Decode_HalfAJpeg_GivesThePixelsOfLibjpeg()
    {
        var warnings = new List<string>();
        string path = TestPaths.Golden("images/half.jpg");

        using var actual = ImageFile.Decode(path, warn: warnings.Add);

        using var expected = ImageFile.Decode(TestPaths.Golden("images/half.png"));
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.InRange(expected.Bytes.Zip(actual.Bytes, (a, b) => Math.Abs(a - b)).Max(), 0, 2);
        Assert.Equal([$"{path}: the JPEG ends early; what is there is used."], warnings);
    }

    [Fact]
    public void Decode_JpegWithoutItsEndMarker_GivesAllPixels()
    {
        byte[] file = ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg);

        var (whole, cut) = (Decode(file), Decode(file[..^2]));

        Assert.Equal(whole.Pixels, cut.Pixels);
        Assert.Equal((null, EndsEarly), (whole.Warning, cut.Warning));
    }

    // Every length, so that cuts lie in markers, lengths, tables, headers and scans.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_JpegOfAnyLength_IsUsedWithAWarningOrRefusedInWords(bool progressive)
    {
        byte[] file = progressive
            ? File.ReadAllBytes(TestPaths.Golden("images/progressive.jpg"))
            : ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg);
        using var whole = ImageFile.Decode(new MemoryStream(file));
        int firstScan = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        firstScan += 2 + file[firstScan + 3];

        for (int length = 0; length < file.Length; length++)
        {
            var warnings = new List<string>();
            try
            {
                using var bitmap = ImageFile.Decode(new MemoryStream(file, 0, length), "x.jpg", warn: warnings.Add);

                Assert.True(length > firstScan, $"{length} bytes hold no pixel.");
                Assert.Equal([EndsEarly], warnings);
                Assert.Equal((whole.Width, whole.Height), (bitmap.Width, bitmap.Height));
                Assert.Equal((whole.Width, whole.Height), ImageFile.ReadSize(new MemoryStream(file, 0, length)));
            }
            catch (InvalidDataException error)
            {
                // Of the first scan the end of a byte FF may be missing, which alone is nothing.
                Assert.True(length <= firstScan + 1, $"{length} bytes: {error.Message}");
                Assert.Matches("^x.jpg: (the file is empty|expected a JPEG|the JPEG( image)? ends before its pixels)", error.Message);
            }
        }
    }

    // What comes early is in the picture: the upper rows of half a file are those of the whole.
    [Fact]
    public void Decode_JpegThatEndsLate_HasTheUpperRowsOfTheWhole()
    {
        byte[] file = Noise(64, 64);

        var (whole, part) = (Decode(file), Decode(file[..(file.Length * 3 / 4)]));

        Assert.Equal(whole.Pixels[..(64 * 24)], part.Pixels[..(64 * 24)]);
        Assert.NotEqual(whole.Pixels[^64..], part.Pixels[^64..]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_BytesAfterTheEnd_AreIgnoredWithAWarning(bool fromAFile)
    {
        using var folder = new TemporaryFolder();
        byte[] file = ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg), longer = [.. file, .. "and more"u8];
        string path = folder.Combine("x.jpg"), name = fromAFile ? path : "x.jpg";
        File.WriteAllBytes(path, longer);
        var warnings = new List<string>();

        using var bitmap = fromAFile
            ? ImageFile.Decode(path, warn: warnings.Add)
            : ImageFile.Decode(new MemoryStream(longer), name, warn: warnings.Add);

        Assert.Equal(Decode(file).Pixels, bitmap.Pixels);
        Assert.Equal([$"{name}: other bytes follow after the end of the JPEG; they are ignored."], warnings);
    }

    // A broken length of the tables before a later scan of a progressive file: libjpeg gives up, the scans before are there.
    [Fact]
    public void Decode_ProgressiveJpegDamagedAfterItsFirstScan_IsUsedAsFarAsItGoes()
    {
        byte[] file = File.ReadAllBytes(TestPaths.Golden("images/progressive.jpg"));
        int scan = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        int tables = scan + 2 + file.AsSpan(scan + 2).IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC4]);
        file[tables + 3] = 3;

        var (pixels, warning) = Decode(file);

        Assert.Equal("x.jpg: the JPEG is damaged; what is there is used.", warning);
        Assert.True(pixels.Distinct().Count() > 5);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, "PNG")]
    [InlineData(SKEncodedImageFormat.Webp, "WEBP")]
    public void Decode_OtherFormatThatIsCutOff_IsRefusedByName(SKEncodedImageFormat format, string name)
    {
        byte[] file = ImageFileTests.Quadrants(format)[..^20];

        var exception = Assert.Throws<InvalidDataException>(() => ImageFile.Decode(new MemoryStream(file), "cut"));

        Assert.Equal($"cut: the {name} image ends early, so it cannot be decoded completely; copy or download it again.", exception.Message);
    }

    private static (SKColor[] Pixels, string? Warning) Decode(byte[] file)
    {
        string? warning = null;
        using var bitmap = ImageFile.Decode(new MemoryStream(file), "x.jpg", warn: text => warning = text);
        return (bitmap.Pixels, warning);
    }

    private static byte[] Noise(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        var random = new Random(1);
        for (int i = 0; i < width * height; i++)
            bitmap.SetPixel(i % width, i / width, new((uint)random.Next() | 0xFF000000));
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }
}
