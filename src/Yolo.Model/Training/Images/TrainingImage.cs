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
    /// <summary>Pixels of the image, along an axis, that one of <see cref="Rgb"/> is the mean of: that holds <c>Width / Reduction</c> by
    /// <c>Height / Reduction</c> pixels. Size and boxes are those of the image in any case.</summary>
    internal int Reduction { get; init; } = 1;

    /// <summary>What is sampled.</summary>
    internal ImagePixels Pixels => new(PackedPixels.Rgb24(Rgb, Width / Reduction, Height / Reduction), Width, Height, Reduction);

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

    /// <summary>Copies as many pixels of an image as scoring would look at.</summary>
    /// <param name="pixels">The image; alpha is dropped.</param>
    /// <param name="objects">The objects, boxes in pixels of the image.</param>
    /// <param name="filter">How it will be sampled.</param>
    /// <param name="inputWidth">Width of the network's own input, whatever other sizes it is trained with.</param>
    /// <param name="inputHeight">Height of that input.</param>
    internal static TrainingImage Create(PixelView pixels, IReadOnlyList<GroundTruth> objects, ResizeFilter filter, int inputWidth,
        int inputHeight)
    {
        ArgumentNullException.ThrowIfNull(objects);
        int factor = PixelReduction.Factor(filter, pixels.Width, pixels.Height, inputWidth, inputHeight);
        return factor == 1 ? Create(pixels, objects) : Reduce(new(pixels), objects, factor);
    }

    /// <summary>This image with as many pixels as scoring would look at; itself where these are all that it has.</summary>
    /// <inheritdoc cref="Create(PixelView, IReadOnlyList{GroundTruth}, ResizeFilter, int, int)" path="/param"/>
    internal TrainingImage Reduced(ResizeFilter filter, int inputWidth, int inputHeight)
    {
        int factor = Reduction == 1 ? PixelReduction.Factor(filter, Width, Height, inputWidth, inputHeight) : 1;
        return factor == 1 ? this : Reduce(Pixels, Objects, factor);
    }

    /// <summary>This image as if it had no more pixels than are stored; itself if it has none.</summary>
    internal TrainingImage AtStoredSize() => Reduction == 1 ? this : new(
        Rgb, Width / Reduction, Height / Reduction,
        [.. Objects.Select(item => item with { Box = item.Box.Scale(1f / Reduction, 1f / Reduction) })]);

    private static TrainingImage Reduce(ImagePixels pixels, IReadOnlyList<GroundTruth> objects, int factor)
    {
        byte[] rgb = new byte[PixelReduction.Length(pixels.Width, pixels.Height, factor)];
        PixelReduction.Reduce(pixels.Stored, factor, rgb);
        return new(rgb, pixels.Width, pixels.Height, objects) { Reduction = factor };
    }
}
