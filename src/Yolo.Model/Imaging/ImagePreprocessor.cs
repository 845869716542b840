using Yolo.Model.Geometry;

namespace Yolo.Model.Imaging;

/// <summary>Pixels of an image to the input of a network: resized, scaled to 0..1, planar. What a network is trained, validated and
/// calibrated on is made the same way, bit for bit where nothing is varied by chance.</summary>
/// <remarks>With <see cref="ResizeFilter.Darknet"/> detections are Darknet's to the last digit. Published weights expect exactly that; the
/// half-pixel convention of OpenCV and ONNX differs by up to 0.2 at edges.</remarks>
public static class ImagePreprocessor
{
    /// <summary>Writes an image as the input of one of Darknet's networks: with <see cref="ResizeFilter.Darknet"/>.</summary>
    /// <inheritdoc cref="Fill(PixelView, ResizeMode, ResizeFilter, int, int, Span{float})"/>
    public static void Fill(PixelView image, ResizeMode resize, int inputWidth, int inputHeight, Span<float> destination) =>
        Fill(image, resize, ResizeFilter.Darknet, inputWidth, inputHeight, destination);

    /// <summary>Writes an image as the input of a network.</summary>
    /// <param name="image">The image, of any size.</param>
    /// <param name="resize">Stretch fills the input; letterbox keeps the proportions and pads with 0.5 (<see cref="ImageMapping"/> says where).</param>
    /// <param name="filter">How pixels are sampled.</param>
    /// <param name="inputWidth">Width of the input, pixels, at least 1.</param>
    /// <param name="inputHeight">Height of the input, pixels, at least 1.</param>
    /// <param name="destination">Receives [3, <paramref name="inputHeight"/>, <paramref name="inputWidth"/>]: red, green, blue, 0 to 1.</param>
    /// <exception cref="ArgumentException">The destination has not exactly that length, or the image has no pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or there is no such mode or filter.</exception>
    public static void Fill(PixelView image, ResizeMode resize, ResizeFilter filter, int inputWidth, int inputHeight,
        Span<float> destination) =>
        FillFrom(new ImagePixels(image), resize, filter, inputWidth, inputHeight, destination);

    /// <inheritdoc cref="Fill(PixelView, ResizeMode, ResizeFilter, int, int, Span{float})"/>
    internal static void FillFrom(ImagePixels image, ResizeMode resize, ResizeFilter filter, int inputWidth, int inputHeight,
        Span<float> destination)
    {
        Argument.Defined(filter, nameof(filter));
        var mapping = ImageMapping.Create(resize, image.Width, image.Height, inputWidth, inputHeight);
        CheckLength(destination, inputWidth, inputHeight);
        int factor = image.Reduction == 1 ? PixelReduction.Factor(filter, image.Width, image.Height, inputWidth, inputHeight) : 1;
        if (factor == 1)
        {
            Sample(image, filter, mapping, destination);
            return;
        }
        using var means = new RentedBuffer<byte>(PixelReduction.Length(image.Width, image.Height, factor));
        PixelReduction.Reduce(image.Stored, factor, means.Span);
        Sample(new(PackedPixels.Rgb24(means.Span, image.Width / factor, image.Height / factor), image.Width, image.Height, factor), filter,
            mapping, destination);
    }

    private static void Sample(ImagePixels image, ResizeFilter filter, ImageMapping mapping, Span<float> destination) =>
        ImageSampler.Sample(
        image, filter,
        SampledAxis.Whole(image.Width, mapping.OffsetX, mapping.InnerWidth),
        SampledAxis.Whole(image.Height, mapping.OffsetY, mapping.InnerHeight),
        mapping.InputWidth, mapping.InputHeight, destination);

    /// <summary>Throws unless the destination holds exactly three planes.</summary>
    internal static void CheckLength(ReadOnlySpan<float> destination, int inputWidth, int inputHeight)
    {
        long expected = 3L * inputWidth * inputHeight;
        if (destination.Length != expected)
            throw new ArgumentException(
                $"An input of [3, {inputHeight}, {inputWidth}] needs {expected} floats, found {destination.Length}.", nameof(destination));
    }
}
