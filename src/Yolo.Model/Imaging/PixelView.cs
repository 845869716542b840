namespace Yolo.Model.Imaging;

/// <summary>Decoded pixels that somebody else owns: four bytes each, rows from top to bottom.</summary>
/// <param name="pixels">The bytes; at least <c>(height - 1) * rowBytes + 4 * width</c>.</param>
/// <param name="width">Width in pixels.</param>
/// <param name="height">Height in pixels.</param>
/// <param name="rowBytes">Bytes from one row to the next, at least <c>4 * width</c>.</param>
/// <param name="order">Order of the colours within a pixel.</param>
public readonly ref struct PixelView(ReadOnlySpan<byte> pixels, int width, int height, int rowBytes, PixelOrder order)
{
    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Pixels { get; } = Check(pixels, width, height, rowBytes);

    /// <summary>Width in pixels.</summary>
    public int Width { get; } = width;

    /// <summary>Height in pixels.</summary>
    public int Height { get; } = height;

    /// <summary>Bytes from one row to the next.</summary>
    public int RowBytes { get; } = rowBytes;

    /// <summary>Order of the colours within a pixel.</summary>
    public PixelOrder Order { get; } = Argument.Defined(order, nameof(order));

    private static ReadOnlySpan<byte> Check(ReadOnlySpan<byte> pixels, int width, int height, int rowBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowBytes, 4L * width);
        long needed = (height - 1L) * rowBytes + 4L * width;
        if (pixels.Length < needed)
            throw new ArgumentException($"{width} x {height} pixels in rows of {rowBytes} bytes need {needed} bytes, found {pixels.Length}.", nameof(pixels));
        return pixels;
    }
}

/// <summary>Order of the four bytes of a pixel; the fourth is ignored.</summary>
public enum PixelOrder
{
    /// <summary>Blue, green, red, alpha.</summary>
    Bgra,

    /// <summary>Red, green, blue, alpha.</summary>
    Rgba,
}
