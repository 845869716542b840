using Xunit;
using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

public sealed class ImageSignatureTests
{
    [Theory]
    [InlineData("II*\0\b\0\0\0", "a TIFF or camera raw image; convert it to JPEG or PNG.")]
    [InlineData("MM\0*\0\0\0\b", "a TIFF or camera raw image; convert it to JPEG or PNG.")]
    [InlineData("\0\0\0\x1C" + "ftypavif", "an AVIF image; convert it to JPEG or PNG.")]
    [InlineData("\0\0\0\x18" + "ftypheic", "a HEIC image; convert it to JPEG or PNG.")]
    [InlineData("\0\0\0\x18" + "ftypmif1", "a HEIC or AVIF image; convert it to JPEG or PNG.")]
    [InlineData("\0\0\0\x18" + "ftypisom", "a video (MP4 or MOV); save its frames as JPEG or PNG.")]
    [InlineData("8BPS\0\u0001", "a Photoshop document (PSD); convert it to JPEG or PNG.")]
    [InlineData("%PDF-1.7", "a PDF document; save its pages as JPEG or PNG.")]
    [InlineData("\0\0\0\fjP  \r\n", "a JPEG 2000 image; convert it to JPEG or PNG.")]
    [InlineData("\0\0\0\fJXL \r\n", "a JPEG XL image; convert it to JPEG or PNG.")]
    [InlineData("\u00FF\n\u0001", "a JPEG XL image; convert it to JPEG or PNG.")]
    [InlineData("\u00EF\u00BB\u00BF<?xml version='1.0'?>\n<svg/>", "an SVG drawing; convert it to JPEG or PNG.")]
    [InlineData("\n<!DOCTYPE html><html>404</html>", "an HTML page; download it again.")]
    [InlineData("<html>404</html>", "an HTML page; download it again.")]
    [InlineData("{\"error\": 403}", "text; download it again.")]
    [InlineData("P6\n2 2\n255\n", "a PNM image; convert it to JPEG or PNG.")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS; run: git lfs pull.")]
    [InlineData("PK\u0003\u0004", "a ZIP archive; unpack it first.")]
    [InlineData("\0\u0005\u0016\u0007\0", "data that macOS keeps beside a file (AppleDouble); delete it.")]
    [InlineData("\u00FF\u00D8\u00FF\u00F7\0\u000B\u0008\0\u0001\0\u0001", "a JPEG of a kind that cannot be decoded (JPEG-LS); convert it to an ordinary JPEG or to PNG.")]
    public void Decode_OtherKindOfFile_IsNamedWithWhatToDo(string content, string found) =>
        Assert.Equal("x.jpg: expected a JPEG, PNG, BMP, WebP or GIF image, found " + found, Message(content));

    [Theory]
    [InlineData("", "the file is empty.")]
    [InlineData("\0\0\0\0\0\0\0\0", "the file begins with nothing but zeros, so it holds no image; copy or download it again.")]
    [InlineData("\u0001\u0002\u0003\u0004", "expected a JPEG, PNG, BMP, WebP or GIF image, found none of them.")]
    [InlineData("\u00FF\u00D8\u00FF\u00E0\0\u0010JFIF", "the JPEG image ends before its pixels; copy or download it again.")]
    [InlineData("\u0089PNG\r\n\u001A\n\0\0", "the PNG image ends before its pixels; copy or download it again.")]
    public void Decode_NoUsableImage_SaysWhy(string content, string why) => Assert.Equal("x.jpg: " + why, Message(content));

    [Fact]
    public void Decode_Folder_SaysSo()
    {
        using var folder = new TemporaryFolder();

        var exception = Assert.Throws<InvalidDataException>(() => ImageFile.Decode(folder.Path));

        Assert.Equal($"{folder.Path}: expected an image file, found a folder.", exception.Message);
    }

    private static string Message(string content)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(content);
        string message = Assert.Throws<InvalidDataException>(() => ImageFile.Decode(new MemoryStream(bytes), "x.jpg")).Message;
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => ImageFile.ReadSize(new MemoryStream(bytes), "x.jpg")).Message);
        return message;
    }
}
