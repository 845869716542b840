using Yolo.Model.Geometry;
using Yolo.Model.Inference;

namespace Yolo.Model.Data;

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
}
