using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Training.Images;

/// <summary>A decoded image with its objects, ready to be trained on.</summary>
/// <param name="Rgb">Three bytes a pixel, red, green, blue, rows from top to bottom without gaps: <c>3 * Width * Height</c>.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Objects">The objects, boxes in pixels of this image.</param>
public sealed record TrainingImage(byte[] Rgb, int Width, int Height, IReadOnlyList<GroundTruth> Objects)
{
    /// <summary>Copies the pixels of an image at their own size.</summary>
    /// <param name="pixels">The image; alpha is dropped.</param>
    /// <param name="objects">The objects, boxes in pixels of the image.</param>
    public static TrainingImage Create(PixelView pixels, IReadOnlyList<GroundTruth> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        byte[] rgb = new byte[checked(3 * pixels.Width * pixels.Height)];
        int red = pixels.Order == PixelOrder.Rgba ? 0 : 2;
        int target = 0;
        for (int y = 0; y < pixels.Height; y++)
        {
            var row = pixels.Pixels.Slice(y * pixels.RowBytes, 4 * pixels.Width);
            for (int x = 0; x < row.Length; x += 4, target += 3)
            {
                rgb[target] = row[x + red];
                rgb[target + 1] = row[x + 1];
                rgb[target + 2] = row[x + 2 - red];
            }
        }
        return new(rgb, pixels.Width, pixels.Height, objects);
    }

    /// <summary>The image scaled down by a whole factor: each pixel is the mean of a square of pixels, rounded. Rows and columns at the end that fill no square are dropped.</summary>
    /// <param name="factor">Width and height of a square, at least 1 and at most the image's width and height. 1 gives the image itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is out of range.</exception>
    internal TrainingImage Shrink(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factor, Math.Min(Width, Height));
        if (factor == 1)
            return this;
        int width = Width / factor, height = Height / factor, count = factor * factor;
        byte[] rgb = new byte[3 * width * height];
        var sums = new int[3 * width];
        for (int y = 0; y < height; y++)
        {
            Array.Clear(sums);
            for (int row = y * factor; row < (y + 1) * factor; row++)
            {
                var source = Rgb.AsSpan(3 * Width * row, 3 * width * factor);
                for (int i = 0; i < source.Length; i += 3)
                {
                    int target = i / 3 / factor * 3;
                    sums[target] += source[i];
                    sums[target + 1] += source[i + 1];
                    sums[target + 2] += source[i + 2];
                }
            }
            for (int i = 0; i < sums.Length; i++)
                rgb[3 * width * y + i] = (byte)((sums[i] + count / 2) / count);
        }
        return new(rgb, width, height, new ImageLabels(Width, Height, Objects).Shrink(factor).Objects);
    }
}
