using SkiaSharp;
using Yolo.Model.Geometry;

namespace Yolo.Model.Imaging;

/// <summary>Moves boxes from the pixels that a file stores to those of the picture as viewers show it.</summary>
internal static class UprightBoxes
{
    /// <summary>The size of the upright picture.</summary>
    /// <param name="width">Stored width, pixels.</param>
    /// <param name="height">Stored height, pixels.</param>
    /// <param name="origin">The EXIF orientation.</param>
    public static (int Width, int Height) Size(int width, int height, SKEncodedOrigin origin) =>
        ImageFile.SwapsSides(origin) ? (height, width) : (width, height);

    /// <summary>A box in the upright picture.</summary>
    /// <param name="box">The box in stored pixels.</param>
    /// <param name="width">Stored width, pixels.</param>
    /// <param name="height">Stored height, pixels.</param>
    /// <param name="origin">The EXIF orientation: where the first stored row and column are shown.</param>
    public static BoundingBox Turn(BoundingBox box, int width, int height, SKEncodedOrigin origin)
    {
        // Mirrored along the stored axes first, then the sides are swapped; the same cases turn the pixels in ImageFile.
        if (origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom)
            box = box with { Left = width - box.Right, Right = width - box.Left };
        if (origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom)
            box = box with { Top = height - box.Bottom, Bottom = height - box.Top };
        return ImageFile.SwapsSides(origin) ? new(box.Top, box.Left, box.Bottom, box.Right) : box;
    }
}
