namespace Yolo.Model.Imaging;

/// <summary>The part of a destination that shows the source, in pixels.</summary>
internal readonly record struct SampledRegion(int Left, int Top, int Width, int Height)
{
    /// <summary>What pixels outside of the source become: Darknet's fill.</summary>
    private const float Grey = 0.5f;

    /// <summary>Fills the rest of the destination, [3, height, width], with 0.5.</summary>
    internal void FillOutside(int width, int height, Span<float> destination)
    {
        if (Width == width && Height == height)
            return;
        if (Width == 0)
        {
            destination.Fill(Grey);
            return;
        }
        for (int plane = 0; plane < 3; plane++)
        {
            var pixels = destination.Slice(plane * width * height, width * height);
            pixels[..(Top * width)].Fill(Grey);
            pixels[((Top + Height) * width)..].Fill(Grey);
            for (int y = Top; y < Top + Height; y++)
            {
                var row = pixels.Slice(y * width, width);
                row[..Left].Fill(Grey);
                row[(Left + Width)..].Fill(Grey);
            }
        }
    }
}
