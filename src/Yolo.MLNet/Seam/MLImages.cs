using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using SkiaSharp;
using Yolo.Model.Imaging;

namespace Yolo.MLNet.Seam;

/// <summary>ML.NET's images to the pixels that this library works on, and back.</summary>
internal static class MLImages
{
    /// <summary>The pixels of an image, without copying them; valid while the image lives.</summary>
    /// <remarks><c>MLImage.Pixels</c> throws MissingMethodException in applications that bring SkiaSharp 3, as ScottPlot does, so the bitmap itself is read.</remarks>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static PixelView PixelView(this MLImage image) => image.AsBitmap().Pixels();

    /// <summary>The image itself, for drawing from; it lives as long as <paramref name="image"/> and must not be changed or disposed.</summary>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    /// <exception cref="NotSupportedException">The application brings a version of ML.NET that keeps the pixels elsewhere.</exception>
    public static SKBitmap AsBitmap(this MLImage image) => MLNetFields.Read(image, static image => Bitmap(image), "the pixels of an image")
        ?? throw new ObjectDisposedException(nameof(MLImage));

    /// <summary>Decodes a file; the caller disposes the image. Its tag is the path.</summary>
    public static MLImage Decode(string path, ImageOrientation orientation, Action<string>? warn = null)
    {
        using var bitmap = ImageFile.Decode(path, orientation, warn);
        var image = MLImage.CreateFromPixels(bitmap.Width, bitmap.Height, MLPixelFormat.Rgba32, bitmap.Pixels().Pixels);
        image.Tag = path;
        return image;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_image")]
    private static extern ref SKBitmap? Bitmap(MLImage image);
}
