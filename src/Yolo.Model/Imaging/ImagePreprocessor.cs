using Yolo.Model.Geometry;

namespace Yolo.Model.Imaging;

/// <summary>Pixels of an image to the input of a network: resized, scaled to 0..1, planar.</summary>
/// <remarks>Resizes as Darknet does (AlexeyAB, image.c, <c>resize_image</c>): bilinear, corner-aligned, without antialiasing; its flaws included, so that detections are
/// Darknet's to the last digit. Published weights expect exactly that; the half-pixel convention of OpenCV and ONNX differs by up to 0.2 at edges.</remarks>
public static class ImagePreprocessor
{
    /// <summary>Writes an image as the input of a network.</summary>
    /// <param name="image">The image, of any size.</param>
    /// <param name="resize">Stretch fills the input; letterbox keeps the proportions and pads with 0.5 (<see cref="ImageMapping"/> says where).</param>
    /// <param name="inputWidth">Width of the input, pixels, at least 1.</param>
    /// <param name="inputHeight">Height of the input, pixels, at least 1.</param>
    /// <param name="destination">Receives [3, <paramref name="inputHeight"/>, <paramref name="inputWidth"/>]: red, green, blue, 0 to 1.</param>
    /// <exception cref="ArgumentException">The destination has not exactly that length, or the image has no pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static void Fill(PixelView image, ResizeMode resize, int inputWidth, int inputHeight, Span<float> destination)
    {
        var mapping = ImageMapping.Create(resize, image.Width, image.Height, inputWidth, inputHeight);
        CheckLength(destination, inputWidth, inputHeight);
        BilinearSampler.Sample(
            new PackedPixels(image),
            SampledAxis.Whole(image.Width, mapping.OffsetX, mapping.InnerWidth),
            SampledAxis.Whole(image.Height, mapping.OffsetY, mapping.InnerHeight),
            inputWidth, inputHeight, destination);
        if (IsLastRowBlack(image.Height, mapping.InnerHeight))
            BlackenRow(destination, inputWidth, mapping.OffsetX, mapping.OffsetY + mapping.InnerHeight - 1, mapping.InnerWidth);
    }

    /// <summary>Whether Darknet's resize leaves the last row black. It adds the lower of two source rows everywhere but there, trusting the last row to lie on a source row;
    /// where rounding puts it a trifle above, as from 240 rows to 416, next to nothing is left. About one height in sixteen is such.</summary>
    private static bool IsLastRowBlack(int imageHeight, int innerHeight) =>
        imageHeight > 1 && innerHeight > 1 && (int)((innerHeight - 1) * ((float)(imageHeight - 1) / (innerHeight - 1))) < imageHeight - 1;

    private static void BlackenRow(Span<float> destination, int inputWidth, int left, int row, int width)
    {
        int plane = destination.Length / 3;
        for (int c = 0; c < 3; c++)
            destination.Slice(c * plane + row * inputWidth + left, width).Clear();
    }

    /// <summary>Throws unless the destination holds exactly three planes.</summary>
    internal static void CheckLength(ReadOnlySpan<float> destination, int inputWidth, int inputHeight)
    {
        long expected = 3L * inputWidth * inputHeight;
        if (destination.Length != expected)
            throw new ArgumentException(
                $"An input of [3, {inputHeight}, {inputWidth}] needs {expected} floats, found {destination.Length}.", nameof(destination));
    }
}
