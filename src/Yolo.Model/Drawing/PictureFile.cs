using SkiaSharp;
using Yolo.Model.Files;

namespace Yolo.Model.Drawing;

/// <summary>Pictures to be drawn into, and their way into files.</summary>
internal static class PictureFile
{
    /// <exception cref="ArgumentException">The picture is empty or immutable.</exception>
    public static void CheckDrawable(SKBitmap picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (picture.IsEmpty || picture.IsImmutable)
            throw new ArgumentException("Expected a picture with pixels that may change.", nameof(picture));
    }

    /// <summary>Writes a file whole or not at all.</summary>
    public static void Save(SKBitmap picture, string path, SKEncodedImageFormat format, int quality)
    {
        ArgumentNullException.ThrowIfNull(picture);
        AtomicFile.Write(path, stream => Encode(picture, stream, format, quality));
    }

    /// <summary>Encodes a picture; JPEG knows no transparency, so there it is laid on white.</summary>
    /// <exception cref="ArgumentException">The picture cannot be encoded.</exception>
    public static void Encode(SKBitmap picture, Stream stream, SKEncodedImageFormat format, int quality)
    {
        using var opaque = format == SKEncodedImageFormat.Jpeg && picture is { IsEmpty: false, AlphaType: not SKAlphaType.Opaque } ? OnWhite(picture) : null;
        if (!(opaque ?? picture).Encode(stream, format, quality))
            throw new ArgumentException($"A picture of {picture.Width} x {picture.Height} {picture.ColorType} pixels cannot be encoded.", nameof(picture));
    }

    private static SKBitmap OnWhite(SKBitmap picture)
    {
        var opaque = new SKBitmap(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(opaque);
        canvas.Clear(SKColors.White);
        canvas.DrawBitmap(picture, 0, 0);
        return opaque;
    }
}
