using System.Numerics;

namespace Yolo.Model.Training.Images;

/// <summary>Darknet's colour distortion (image.c, <c>distort_image</c>): a turn of the hue and factors on saturation and value, clamped to 0..1.</summary>
/// <param name="HueShift">Added to the hue, as a fraction of the full circle, -0.5 to 0.5.</param>
/// <param name="SaturationFactor">Factor on the HSV saturation.</param>
/// <param name="ValueFactor">Factor on the HSV value.</param>
internal readonly record struct HsvDistortion(float HueShift, float SaturationFactor, float ValueFactor)
{
    internal bool IsIdentity => this == new HsvDistortion(0, 1, 1);

    /// <summary>Distorts pixels in place; the three planes are equally long, 0..1.</summary>
    internal void Apply(Span<float> red, Span<float> green, Span<float> blue)
    {
        int lanes = Vector<float>.Count, i = 0;
        for (; i <= red.Length - lanes; i += lanes)
            ApplyLanes(red.Slice(i, lanes), green.Slice(i, lanes), blue.Slice(i, lanes));
        int rest = red.Length - i;
        if (rest == 0)
            return;

        Span<float> padded = stackalloc float[3 * lanes];
        padded.Clear();
        red[i..].CopyTo(padded);
        green[i..].CopyTo(padded[lanes..]);
        blue[i..].CopyTo(padded[(2 * lanes)..]);
        ApplyLanes(padded[..lanes], padded.Slice(lanes, lanes), padded.Slice(2 * lanes, lanes));
        padded[..rest].CopyTo(red[i..]);
        padded.Slice(lanes, rest).CopyTo(green[i..]);
        padded.Slice(2 * lanes, rest).CopyTo(blue[i..]);
    }

    /// <summary>HSV in its form without branches: with the hue h in sixths and chroma = value * saturation, a channel is
    /// value - chroma * clamp(min(k, 4 - k), 0, 1), where k = (n + h) mod 6 and n is 5 for red, 3 for green, 1 for blue.</summary>
    private void ApplyLanes(Span<float> red, Span<float> green, Span<float> blue)
    {
        Vector<float> r = new(red), g = new(green), b = new(blue);
        var largest = Vector.Max(r, Vector.Max(g, b));
        var range = largest - Vector.Min(r, Vector.Min(g, b));
        var inverse = Vector.ConditionalSelect(Vector.Equals(range, Vector<float>.Zero), Vector<float>.Zero, Vector<float>.One / range);
        var hue = Vector.ConditionalSelect(
            Vector.Equals(r, largest),
            (g - b) * inverse,
            Vector.ConditionalSelect(
                Vector.Equals(g, largest),
                new Vector<float>(2) + (b - r) * inverse,
                new Vector<float>(4) + (r - g) * inverse));
        hue += new Vector<float>(6 * HueShift);
        var value = largest * ValueFactor;
        var chroma = range * (ValueFactor * SaturationFactor);
        Channel(hue, 5, value, chroma).CopyTo(red);
        Channel(hue, 3, value, chroma).CopyTo(green);
        Channel(hue, 1, value, chroma).CopyTo(blue);
    }

    private static Vector<float> Channel(Vector<float> hue, float n, Vector<float> value, Vector<float> chroma)
    {
        var k = hue + new Vector<float>(n);
        k -= new Vector<float>(6) * Vector.Floor(k * (1f / 6));
        var part = Vector.Min(Vector.Min(k, new Vector<float>(4) - k), Vector<float>.One);
        var channel = value - chroma * Vector.Max(part, Vector<float>.Zero);
        return Vector.Min(Vector.Max(channel, Vector<float>.Zero), Vector<float>.One);
    }
}
