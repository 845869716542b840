using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Yolo.Model.Imaging;

/// <summary>Averages an image over squares, before it is sampled with <see cref="ResizeFilter.Antialiased"/>: a photograph then takes a
/// fraction of the memory and of the time.</summary>
internal static class PixelReduction
{
    // 256 bytes, added up, still fit into 16 bits. An input would have to be tiny for more.
    private const int Largest = 256;

    // Bits of the reciprocal that divides. A sum is below 2^24 and a square has at most 2^16 pixels: the quotient is exact and the product
    // fits into 64 bits.
    private const int ReciprocalBits = 40;

    /// <summary>Side of the squares that an image is averaged over for an input: the largest that leaves it twice as wide and as high; 1
    /// where it is not four times as wide and as high, or the filter is Darknet's.</summary>
    internal static int Factor(ResizeFilter filter, int width, int height, int inputWidth, int inputHeight) =>
        filter == ResizeFilter.Antialiased
        ? (int)Math.Clamp(Math.Min(width / (2L * inputWidth), height / (2L * inputHeight)), 1, Largest)
        : 1;

    /// <summary>Bytes that a reduced image takes: three a pixel.</summary>
    internal static int Length(int width, int height, int factor) => checked(3 * (width / factor) * (height / factor));

    /// <summary>Writes the rounded mean of each square as red, green, blue, without gaps. Rows and columns at the end that fill no square
    /// are dropped.</summary>
    /// <param name="source">The image.</param>
    /// <param name="factor">Side of a square, 2 to 256, at most the image's width and height.</param>
    /// <param name="destination">As long as <see cref="Length"/> says.</param>
    internal static void Reduce(PackedPixels source, int factor, Span<byte> destination)
    {
        int width = source.Width / factor, height = source.Height / factor;
        int stride = source.BytesPerPixel, red = source.BlueFirst ? 2 : 0;
        using var columns = new RentedBuffer<ushort>(width * factor * stride + Vector64<ushort>.Count);
        var sums = columns.Span;
        sums[^Vector64<ushort>.Count..].Clear();
        uint count = (uint)(factor * factor);
        ulong reciprocal = (1UL << ReciprocalBits) / count + 1;
        for (int y = 0; y < height; y++)
        {
            AddRows(source, y * factor, factor, sums[..(width * factor * stride)]);
            var row = destination.Slice(3 * width * y, 3 * width);
            for (int x = 0, at = 0; x < row.Length; x += 3)
            {
                var sum = Vector128<uint>.Zero;
                for (int i = 0; i < factor; i++, at += stride)
                    sum += Vector128.WidenLower(Vector64.LoadUnsafe(ref MemoryMarshal.GetReference(sums), (nuint)at).ToVector128Unsafe());
                sum += Vector128.Create(count / 2);
                row[x + red] = (byte)(sum[0] * reciprocal >> ReciprocalBits);
                row[x + 1] = (byte)(sum[1] * reciprocal >> ReciprocalBits);
                row[x + 2 - red] = (byte)(sum[2] * reciprocal >> ReciprocalBits);
            }
        }
    }

    /// <summary>Adds rows up, byte by byte.</summary>
    private static void AddRows(PackedPixels source, int first, int count, Span<ushort> sums)
    {
        int x = 0;
        for (; x <= sums.Length - Vector256<ushort>.Count; x += Vector256<ushort>.Count)
        {
            var sum = Vector256<ushort>.Zero;
            for (int row = first; row < first + count; row++)
                sum += Vector256.WidenLower(Vector128.Create(source.Bytes[(row * source.RowBytes + x)..]).ToVector256Unsafe());
            sum.CopyTo(sums[x..]);
        }
        for (; x < sums.Length; x++)
        {
            int sum = 0;
            for (int row = first; row < first + count; row++)
                sum += source.Bytes[row * source.RowBytes + x];
            sums[x] = (ushort)sum;
        }
    }
}
