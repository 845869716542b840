using Yolo.Model.Geometry;

namespace Yolo.Model.Inference;

/// <summary>Pixels of an image to the input of a network: resized, scaled to 0..1, planar.</summary>
/// <remarks>Resizes as Darknet does (AlexeyAB, image.c, <c>resize_image</c>): bilinear, corner-aligned, without antialiasing. Published weights
/// expect exactly that; the half-pixel convention of OpenCV and ONNX differs by up to 0.2 at edges.</remarks>
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
