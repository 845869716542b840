namespace Yolo.Model.Imaging;

/// <summary>An image as it is sampled: its own pixels, or fewer that stand for them. Sizes, windows and boxes are always those of the
/// image.</summary>
internal readonly ref struct ImagePixels
{
    /// <summary>An image of which all pixels are there.</summary>
    internal ImagePixels(PixelView view)
        : this(new PackedPixels(view), view.Width, view.Height, 1)
    {
    }

    /// <summary>An image of which the means of squares are there.</summary>
    /// <param name="stored">Its pixels, or the means; rows and columns at the end that fill no square are missing.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    /// <param name="reduction">Side of a square, at least 1.</param>
    internal ImagePixels(PackedPixels stored, int width, int height, int reduction)
    {
        Stored = stored;
        Width = width;
        Height = height;
        Reduction = reduction;
    }

    /// <summary>What is there: <see cref="Width"/> / <see cref="Reduction"/> pixels wide.</summary>
    internal PackedPixels Stored { get; }

    /// <summary>Width of the image, pixels.</summary>
    internal int Width { get; }

    /// <summary>Height of the image, pixels.</summary>
    internal int Height { get; }

    /// <summary>Pixels of the image, along an axis, that one of the stored stands for.</summary>
    internal int Reduction { get; }
}
