namespace Yolo.Model.Training.Images;

/// <summary>A rectangle of whole pixels; as a window of an image it may reach beyond it.</summary>
internal readonly record struct PixelWindow(int Left, int Top, int Width, int Height)
{
    /// <summary>Copies planar pixels of this size into a larger picture, [3, height, width], at this place.</summary>
    public void Paste(ReadOnlySpan<float> pixels, Span<float> picture, int pictureWidth, int pictureHeight)
    {
        for (int row = 0; row < 3 * Height; row++)
        {
            int target = (row / Height * pictureHeight + Top + row % Height) * pictureWidth + Left;
            pixels.Slice(row * Width, Width).CopyTo(picture[target..]);
        }
    }
}
