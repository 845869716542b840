namespace Yolo.Model.Imaging;

/// <summary>Pixels of three or four bytes, rows from top to bottom, as the sampler reads them.</summary>
internal readonly ref struct PackedPixels
{
    internal PackedPixels(PixelView view)
        : this(view.Pixels, view.Width, view.Height, view.RowBytes, 4, view.Order == PixelOrder.Bgra)
    {
    }

    private PackedPixels(ReadOnlySpan<byte> bytes, int width, int height, int rowBytes, int bytesPerPixel, bool blueFirst)
    {
        Bytes = bytes;
        Width = width;
        Height = height;
        RowBytes = rowBytes;
        BytesPerPixel = bytesPerPixel;
        BlueFirst = blueFirst;
    }

    internal ReadOnlySpan<byte> Bytes { get; }

    internal int Width { get; }

    internal int Height { get; }

    internal int RowBytes { get; }

    internal int BytesPerPixel { get; }

    internal bool BlueFirst { get; }

    /// <summary>Three bytes a pixel, red first, without gaps between the rows.</summary>
    internal static PackedPixels Rgb24(ReadOnlySpan<byte> bytes, int width, int height) => new(bytes, width, height, 3 * width, 3, false);
}
