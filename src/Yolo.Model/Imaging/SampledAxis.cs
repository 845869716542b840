namespace Yolo.Model.Imaging;

/// <summary>How one axis of a window of the source is spread over one axis of the destination.</summary>
/// <param name="SourceLength">Pixels of the source.</param>
/// <param name="WindowStart">First source pixel of the window; negative where the window begins before the source.</param>
/// <param name="WindowLength">Source pixels in the window, at least 1; it may reach beyond the source.</param>
/// <param name="Offset">First destination pixel that shows the window.</param>
/// <param name="Length">Destination pixels that show the window, at least 1.</param>
/// <param name="Mirrored">Whether the window runs backwards.</param>
internal readonly record struct SampledAxis(int SourceLength, int WindowStart, int WindowLength, int Offset, int Length, bool Mirrored)
{
    /// <summary>The whole source, in its own direction.</summary>
    internal static SampledAxis Whole(int sourceLength, int offset, int length) => new(sourceLength, 0, sourceLength, offset, length, false);

    /// <summary>Whether the whole source is shown, in its own direction.</summary>
    internal bool IsWhole => WindowStart == 0 && WindowLength == SourceLength && !Mirrored;

    /// <summary>For each destination pixel that shows a part of the source: the source pixel before it, times <paramref name="stride"/>, and how
    /// far it lies towards the next one, 0 to 1.</summary>
    /// <param name="positions">Receives the positions; at least <see cref="Length"/> long.</param>
    /// <param name="fractions">Receives the fractions; at least <see cref="Length"/> long.</param>
    /// <param name="stride">Distance of two source pixels in the caller's unit.</param>
    /// <returns>The destination pixels that show the source; all others lie outside of it.</returns>
    /// <remarks>Corner-aligned as in Darknet (image.c, <c>resize_image</c>): the outermost destination pixels show the outermost pixels of the
    /// window. A single destination pixel shows the window's middle. A pixel belongs to the source up to half a pixel beyond its last centre.</remarks>
    internal (int First, int Count) Fill(Span<int> positions, Span<float> fractions, int stride)
    {
        float scale = Length > 1 ? (float)(WindowLength - 1) / (Length - 1) : 0;
        int lastPixel = SourceLength - 1, first = 0, count = 0;
        for (int i = 0; i < Length; i++)
        {
            int step = Mirrored ? Length - 1 - i : i;
            float inWindow = Length == 1 ? 0.5f * (WindowLength - 1) : step == Length - 1 ? WindowLength - 1 : step * scale;
            int whole = (int)inWindow, pixel = WindowStart + whole;
            float fraction = inWindow - whole;
            if (pixel < 0 && pixel + fraction < -0.5f || pixel >= lastPixel && pixel - lastPixel + fraction >= 0.5f)
                continue;

            if (pixel < 0)
                (pixel, fraction) = (0, 0);
            else if (pixel >= lastPixel)
                (pixel, fraction) = lastPixel == 0 ? (0, 0) : (lastPixel - 1, 1);
            if (count == 0)
                first = i;
            positions[count] = pixel * stride;
            fractions[count++] = fraction;
        }
        return (Offset + first, count);
    }
}
