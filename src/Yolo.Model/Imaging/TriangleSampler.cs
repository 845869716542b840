using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Yolo.Model.Imaging;

/// <summary>A window of an 8-bit image to planar RGB in 0..1, antialiased: <see cref="ResizeFilter.Antialiased"/>.</summary>
/// <remarks>Separable, vertical first: an output row is the weighted sum of source rows, byte by byte, and its pixels are then summed along
/// it. In float, products and sums apart and in one order, so that vectors of any width, and all orders of bytes, give the same
/// bits.</remarks>
internal static class TriangleSampler
{
    /// <summary>Samples the source into all of the destination; what shows no part of the source becomes 0.5.</summary>
    /// <inheritdoc cref="ImageSampler.Sample" path="/param"/>
    internal static SampledRegion Sample(ImagePixels source, SampledAxis horizontal, SampledAxis vertical, int width, int height,
        Span<float> destination)
    {
        var stored = source.Stored;
        using var columns = new TriangleWeights(horizontal, source.Reduction, stored.Width);
        using var rows = new TriangleWeights(vertical, source.Reduction, stored.Height);
        bool empty = columns.Count == 0 || rows.Count == 0;
        var region = new SampledRegion(columns.First, rows.First, empty ? 0 : columns.Count, empty ? 0 : rows.Count);
        region.FillOutside(width, height, destination);
        if (empty)
            return region;

        // Only what the columns need of each row; an axis may run backwards.
        int one = columns.Starts[0], other = columns.Starts[^1], stride = stored.BytesPerPixel;
        int firstColumn = Math.Min(one, other), length = (Math.Max(one, other) + columns.Taps - firstColumn) * stride;
        using var rowBuffer = new RentedBuffer<float>(length + Vector128<float>.Count);
        var row = rowBuffer.Span;
        row[length..].Clear();
        using var offsetBuffer = new RentedBuffer<int>(columns.Count);
        var offsets = offsetBuffer.Span;
        for (int i = 0; i < offsets.Length; i++)
            offsets[i] = (columns.Starts[i] - firstColumn) * stride;
        int plane = width * height;
        for (int y = 0; y < rows.Count; y++)
        {
            int first = rows.Starts[y];
            var weights = Trim(rows.Weights.Slice(y * rows.Taps, rows.Taps), ref first);
            SumRows(stored.Bytes[(first * stored.RowBytes + firstColumn * stride)..], stored.RowBytes, weights, row[..length]);

            int start = (region.Top + y) * width + region.Left;
            var red = destination.Slice(start, region.Width);
            var green = destination.Slice(plane + start, region.Width);
            var blue = destination.Slice(2 * plane + start, region.Width);
            if (stored.BlueFirst)
                SumColumns(row, offsets, columns.Weights, columns.Taps, stride, blue, green, red);
            else
                SumColumns(row, offsets, columns.Weights, columns.Taps, stride, red, green, blue);
        }
        return region;
    }

    /// <summary>The weights without zeros at the ends.</summary>
    private static ReadOnlySpan<float> Trim(ReadOnlySpan<float> weights, ref int first)
    {
        while (weights[0] == 0)
        {
            weights = weights[1..];
            first++;
        }
        return weights.TrimEnd(0f);
    }

    /// <summary>The weighted sum of rows, byte by byte.</summary>
    private static void SumRows(ReadOnlySpan<byte> bytes, int rowBytes, ReadOnlySpan<float> weights, Span<float> result)
    {
        const int lane = 8;
        // All that is read below lies in front of this.
        _ = bytes[(weights.Length - 1) * rowBytes + result.Length - 1];
        ref byte source = ref MemoryMarshal.GetReference(bytes);
        ref float target = ref MemoryMarshal.GetReference(result);
        for (int x = 0; x < result.Length && result.Length >= 4 * lane; x += 4 * lane)
        {
            // The last block overlaps the one before.
            x = Math.Min(x, result.Length - 4 * lane);
            Vector512<float> a = default, b = default;
            nuint at = (nuint)x;
            foreach (float weight in weights)
            {
                var factor = Vector512.Create(weight);
                a += factor * Load(ref source, at);
                b += factor * Load(ref source, at + 2 * lane);
                at += (nuint)rowBytes;
            }
            a.StoreUnsafe(ref target, (nuint)x);
            b.StoreUnsafe(ref target, (nuint)(x + 2 * lane));
        }
        for (int x = 0; x < result.Length && result.Length < 4 * lane; x++)
        {
            float sum = 0;
            for (int k = 0; k < weights.Length; k++)
                sum += weights[k] * bytes[k * rowBytes + x];
            result[x] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(ref byte source, nuint at)
    {
        var shorts = Vector256.WidenLower(Vector128.LoadUnsafe(ref source, at).ToVector256Unsafe());
        return Vector512.ConvertToSingle(Vector512.WidenLower(shorts.ToVector512Unsafe()).AsInt32());
    }

    /// <summary>The weighted sums along a row of pixels, to one row of each plane.</summary>
    private static void SumColumns(
        ReadOnlySpan<float> row, ReadOnlySpan<int> offsets, ReadOnlySpan<float> weights, int taps, int stride, Span<float> first,
            Span<float> second, Span<float> third)
    {
        ref float pixels = ref MemoryMarshal.GetReference(row);
        ref float factors = ref MemoryMarshal.GetReference(weights);
        for (int i = 0; i < first.Length; i++)
        {
            var sum = Vector128<float>.Zero;
            nuint at = (nuint)offsets[i];
            for (int k = 0; k < taps; k++, at += (nuint)stride)
                sum += Unsafe.Add(ref factors, k) * Vector128.LoadUnsafe(ref pixels, at);
            factors = ref Unsafe.Add(ref factors, taps);
            sum /= 255;
            first[i] = sum[0];
            second[i] = sum[1];
            third[i] = sum[2];
        }
    }
}
