namespace Yolo.Model.Training.Images;

/// <summary>Pixels as bytes.</summary>
internal static class PixelBytes
{
    /// <summary>Rounds planar pixels <c>[3, H, W]</c>, 0..1, to interleaved bytes <c>[H, W, 3]</c>.</summary>
    public static void Pack(ReadOnlySpan<float> planar, Span<byte> interleaved)
    {
        int plane = planar.Length / 3;
        ReadOnlySpan<float> red = planar[..plane], green = planar.Slice(plane, plane), blue = planar.Slice(2 * plane, plane);
        for (int i = 0; i < plane; i++)
        {
            interleaved[3 * i] = Round(red[i]);
            interleaved[3 * i + 1] = Round(green[i]);
            interleaved[3 * i + 2] = Round(blue[i]);
        }
    }

    private static byte Round(float value) => (byte)(value * byte.MaxValue + 0.5f);
}
