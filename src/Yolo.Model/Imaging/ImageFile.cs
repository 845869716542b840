using System.Runtime.InteropServices;
using SkiaSharp;

namespace Yolo.Model.Imaging;

/// <summary>What is done about the orientation that a camera notes in the EXIF data of a picture.</summary>
public enum ImageOrientation
{
    /// <summary>The picture is turned upright, as viewers show it.</summary>
    Upright,

    /// <summary>The pixels are left as the file stores them, as ML.NET's <c>LoadImages</c> and Darknet do; boxes of VOC data sets count in
    /// these.</summary>
    AsStored,
}

/// <summary>Image files (JPEG, PNG, BMP, WebP, GIF) to pixels.</summary>
public static class ImageFile
{
    /// <summary>Pixels that a file may have: 100 million. More is refused before any memory is taken.</summary>
    public const long MaximumPixels = 100_000_000;

    /// <summary>Pixels that a byte of a file may stand for, where the image has more than a million (WebP: 16 million): 10,000. No PNG,
    /// JPEG, BMP or GIF packs more (deflate's 1032 to 1 makes 8,256 pixels of one bit), so that a header that claims more lies, and no
    /// memory is taken for it. WebP packs one colour without bounds.</summary>
    public const int MaximumPixelsPerByte = 10_000;

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif" };

    /// <summary>Decodes a file to <see cref="SKColorType.Rgba8888"/>, unpremultiplied; the caller disposes the result.</summary>
    /// <param name="path">The file.</param>
    /// <param name="orientation">Upright by default.</param>
    /// <param name="warn">Told what is not as it should be, though the picture can be used: a JPEG that ends early or is damaged is decoded
    /// as far as it goes, and bytes after its end are ignored. Null: nobody is told.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidDataException">The file is no image of a known format, is damaged, is cut off and no JPEG, or has more than
    /// <see cref="MaximumPixels"/> or <see cref="MaximumPixelsPerByte"/>.</exception>
    public static SKBitmap Decode(string path, ImageOrientation orientation = ImageOrientation.Upright, Action<string>? warn = null)
    {
        Argument.Defined(orientation, nameof(orientation));
        using var image = EncodedImage.Open(path);
        return Decode(image, orientation, warn);
    }

    /// <summary>Decodes a stream to <see cref="SKColorType.Rgba8888"/>, unpremultiplied; the caller disposes the result.</summary>
    /// <param name="stream">The encoded image; read from its position, left open.</param>
    /// <param name="name">What errors and warnings call it.</param>
    /// <param name="orientation">Upright by default.</param>
    /// <param name="warn">Told what is not as it should be, though the picture can be used: a JPEG that ends early or is damaged is decoded
    /// as far as it goes, and bytes after its end are ignored. Null: nobody is told.</param>
    /// <exception cref="InvalidDataException">The stream holds no image of a known format, is damaged, is cut off and no JPEG, or has more
    /// than
    /// <see cref="MaximumPixels"/> or <see cref="MaximumPixelsPerByte"/>.</exception>
    public static SKBitmap Decode(
        Stream stream, string name = "image", ImageOrientation orientation = ImageOrientation.Upright, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Argument.Defined(orientation, nameof(orientation));
        using var image = EncodedImage.Open(stream, name);
        return Decode(image, orientation, warn);
    }

    /// <summary>Reads the size of an image from the head of its file, without decoding it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="orientation">Upright by default.</param>
    /// <returns>Width and height in pixels, as <see cref="Decode(string, ImageOrientation, Action{string})"/> with the same orientation
    /// gives them.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no image or has more than <see cref="MaximumPixels"/>.</exception>
    public static (int Width, int Height) ReadSize(string path, ImageOrientation orientation = ImageOrientation.Upright)
    {
        Argument.Defined(orientation, nameof(orientation));
        using var image = EncodedImage.Open(path);
        return Size(image, orientation);
    }

    /// <summary>Reads the size of an image from the head of a stream, without decoding it.</summary>
    /// <param name="stream">The encoded image; read from its position, left open.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="orientation">Upright by default.</param>
    /// <returns>Width and height in pixels, as <see cref="Decode(Stream, string, ImageOrientation, Action{string})"/> with the same
    /// orientation gives them.</returns>
    /// <exception cref="InvalidDataException">The stream holds no image, or one of more than <see cref="MaximumPixels"/>.</exception>
    public static (int Width, int Height) ReadSize(Stream stream, string name = "image", ImageOrientation orientation = ImageOrientation.Upright)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Argument.Defined(orientation, nameof(orientation));
        using var image = EncodedImage.Open(stream, name);
        return Size(image, orientation);
    }

    /// <summary>Whether EXIF data (JPEG, PNG, WebP) turns an image, so that its pixels upright are not those stored.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no image or has more than <see cref="MaximumPixels"/>.</exception>
    public static bool IsTurned(string path) => ReadHeader(path).Origin != SKEncodedOrigin.Default;

    /// <summary>The image files of a folder, by their extensions (jpg, jpeg, png, bmp, webp, gif in any case) and in ordinal order. Hidden
    /// files do not count: names that begin with a dot, such as the <c>._x.jpg</c> that macOS writes beside an <c>x.jpg</c>.</summary>
    /// <param name="folder">The folder; what is in its sub-folders does not count.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static IReadOnlyList<string> InFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return [.. Directory.EnumerateFiles(folder).Where(IsImage).Order(StringComparer.Ordinal)];

        static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path)) && Path.GetFileName(path.AsSpan())[0] != '.';
    }

    /// <summary>The pixels of a bitmap, without copying them; valid while the bitmap lives.</summary>
    /// <exception cref="ArgumentException">The bitmap is empty, or its colour type is neither <see cref="SKColorType.Rgba8888"/> nor
    /// <see cref="SKColorType.Bgra8888"/>.</exception>
    public static PixelView Pixels(this SKBitmap bitmap)
    {
        ArgumentNullException.ThrowIfNull(bitmap);
        var order = bitmap.ColorType switch
        {
            SKColorType.Rgba8888 => PixelOrder.Rgba,
            SKColorType.Bgra8888 => PixelOrder.Bgra,
            _ => throw new ArgumentException($"Expected a bitmap of Rgba8888 or Bgra8888 pixels, found {bitmap.ColorType}.", nameof(bitmap)),
        };
        return new(Bytes(bitmap), bitmap.Width, bitmap.Height, bitmap.RowBytes, order);
    }

    /// <summary>The bytes of a bitmap; valid while it lives. <c>GetPixelSpan</c> would bind the assembly to one major version of
    /// SkiaSharp.</summary>
    private static unsafe Span<byte> Bytes(SKBitmap bitmap) => new((void*)bitmap.GetPixels(), bitmap.ByteCount);

    /// <summary>Stored width and height and the EXIF orientation.</summary>
    internal static (int Width, int Height, SKEncodedOrigin Origin) ReadHeader(string path)
    {
        using var image = EncodedImage.Open(path);
        return (image.Width, image.Height, image.Origin);
    }

    private static SKBitmap Decode(EncodedImage image, ImageOrientation orientation, Action<string>? warn)
    {
        var stored = image.Decode(warn);
        if (orientation == ImageOrientation.AsStored || image.Origin == SKEncodedOrigin.Default)
            return stored;
        using (stored)
            return Turn(stored, image.Origin);
    }

    private static (int Width, int Height) Size(EncodedImage image, ImageOrientation orientation) =>
        orientation == ImageOrientation.Upright && SwapsSides(image.Origin) ? (image.Height, image.Width) : (image.Width, image.Height);

    internal static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>The stored pixels upright. All orientations are the sides swapped or not, then the stored x or y run backwards or
    /// not.</summary>
    private static SKBitmap Turn(SKBitmap stored, SKEncodedOrigin origin)
    {
        bool swap = SwapsSides(origin);
        bool backX = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        bool backY = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        var upright = new SKBitmap(new SKImageInfo(
            swap ? stored.Height : stored.Width, swap ? stored.Width : stored.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var source = MemoryMarshal.Cast<byte, uint>(Bytes(stored));
        var target = MemoryMarshal.Cast<byte, uint>(Bytes(upright));
        int first = (backX ? stored.Width - 1 : 0) + (backY ? stored.Width * (stored.Height - 1) : 0);
        int alongX = backX ? -1 : 1, alongY = backY ? -stored.Width : stored.Width;
        int right = swap ? alongY : alongX, down = swap ? alongX : alongY;
        for (int y = 0; y < upright.Height; y++)
        {
            for (int x = 0; x < upright.Width; x++)
                target[y * upright.Width + x] = source[first + x * right + y * down];
        }
        return upright;
    }
}
