using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Yolo.Model.Imaging;

/// <summary>A window of an 8-bit image to planar RGB in 0..1, Darknet's way (image.c, <c>resize_image</c>).</summary>
/// <remarks>Separable and bilinear, horizontal first, in float, without antialiasing. Darknet divides by 255 before it interpolates; here the
/// division comes last, which differs by rounding alone and keeps an image that needs no resizing at exactly pixel / 255.
/// Each source row that an output row needs is interpolated once into one of two row buffers; there is no image in between.</remarks>
internal static class BilinearSampler
{
    /// <summary>Samples the source into all of the destination; what shows no part of the source becomes 0.5.</summary>
    /// <param name="source">The image.</param>
    /// <param name="horizontal">How its columns are spread over the destination's.</param>
    /// <param name="vertical">How its rows are spread over the destination's.</param>
    /// <param name="width">Width of the destination, pixels.</param>
    /// <param name="height">Height of the destination, pixels.</param>
    /// <param name="destination">[3, height, width], red, green, blue.</param>
    internal static SampledRegion Sample(
        PackedPixels source, SampledAxis horizontal, SampledAxis vertical, int width, int height, Span<float> destination)
    {
        using var xs = new RentedBuffer<int>(horizontal.Length);
        using var xFractions = new RentedBuffer<float>(horizontal.Length);
        using var ys = new RentedBuffer<int>(vertical.Length);
        using var yFractions = new RentedBuffer<float>(vertical.Length);
        (int left, int columns) = horizontal.Fill(xs.Span, xFractions.Span, source.BytesPerPixel);
        (int top, int rows) = vertical.Fill(ys.Span, yFractions.Span, 1);
        if (rows == 0 || columns == 0)
            (rows, columns) = (0, 0);
        var region = new SampledRegion(left, top, columns, rows);
        region.FillOutside(width, height, destination);

        using var rowBuffers = new RentedBuffer<float>(8 * columns);
        using var lastRow = new RentedBuffer<byte>(source.Width * source.BytesPerPixel + sizeof(ulong));
        var upper = rowBuffers.Span[..(4 * columns)];
        var lower = rowBuffers.Span[(4 * columns)..];
        int upperRow = -1, lowerRow = -1;
        int plane = width * height;
        for (int i = 0; i < rows; i++)
        {
            int y = ys.Span[i];
            float fraction = yFractions.Span[i];
            if (y != upperRow && (y == lowerRow || y + 1 == upperRow))
            {
                var swapped = upper;
                upper = lower;
                lower = swapped;
                (upperRow, lowerRow) = (lowerRow, upperRow);
            }
            if (y != upperRow)
            {
                InterpolateRow(RowOf(source, y, lastRow.Span), xs.Span[..columns], xFractions.Span, source.BytesPerPixel, upper);
                upperRow = y;
            }
            if (fraction > 0 && y + 1 != lowerRow)
            {
                InterpolateRow(RowOf(source, y + 1, lastRow.Span), xs.Span[..columns], xFractions.Span, source.BytesPerPixel, lower);
                lowerRow = y + 1;
            }

            int start = (top + i) * width + left;
            var red = destination.Slice(start, columns);
            var green = destination.Slice(plane + start, columns);
            var blue = destination.Slice(2 * plane + start, columns);
            if (source.BlueFirst)
                InterpolateColumns(upper, fraction > 0 ? lower : upper, fraction, blue, green, red);
            else
                InterpolateColumns(upper, fraction > 0 ? lower : upper, fraction, red, green, blue);
        }
        return region;
    }

    /// <summary>The bytes from a row's first pixel on, with at least eight readable behind its last one.</summary>
    private static ReadOnlySpan<byte> RowOf(PackedPixels source, int row, Span<byte> scratch)
    {
        var bytes = source.Bytes[(row * source.RowBytes)..];
        if (bytes.Length >= scratch.Length)
            return bytes;

        bytes[..(source.Width * source.BytesPerPixel)].CopyTo(scratch);
        return scratch;
    }

    /// <summary>One source row at the destination's columns: four floats a pixel in 0..255, the fourth meaningless.</summary>
    private static void InterpolateRow(
        ReadOnlySpan<byte> row, ReadOnlySpan<int> offsets, ReadOnlySpan<float> fractions, int bytesPerPixel, Span<float> result)
    {
        fractions = fractions[..offsets.Length];
        for (int i = 0; i < offsets.Length; i++)
        {
            ulong pair = BinaryPrimitives.ReadUInt64LittleEndian(row[offsets[i]..]);
            if (bytesPerPixel == 3)
                pair = (pair & 0xFFFFFF) | (pair << 8 & 0xFFFFFF_00000000);
            var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(pair).AsByte());
            var near = Vector128.ConvertToSingle(Vector128.WidenLower(shorts).AsInt32());
            var far = Vector128.ConvertToSingle(Vector128.WidenUpper(shorts).AsInt32());
            (near + (far - near) * fractions[i]).CopyTo(result[(4 * i)..]);
        }
    }

    /// <summary>Two interpolated rows to one row of each plane.</summary>
    private static void InterpolateColumns(
        ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, float fraction, Span<float> first, Span<float> second, Span<float> third)
    {
        var scale = Vector128.Create(255f);
        for (int i = 0; i < first.Length; i++)
        {
            var above = Vector128.Create(upper[(4 * i)..]);
            var below = Vector128.Create(lower[(4 * i)..]);
            var pixel = (above + (below - above) * fraction) / scale;
            first[i] = pixel[0];
            second[i] = pixel[1];
            third[i] = pixel[2];
        }
    }
}
