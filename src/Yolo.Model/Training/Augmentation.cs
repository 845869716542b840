using Yolo.Model.Data;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;

namespace Yolo.Model.Training;

/// <summary>Varies a training image as Darknet does for YOLOv2 (data.c, <c>load_data_detection</c>): every side of the crop moves in or out, the picture is
/// mirrored, and hue, saturation and exposure are distorted. Boxes follow the pixels. Safe to use from several threads.</summary>
/// <remarks>All chance comes from the seed of the call. What lies outside of the image becomes 0.5 grey, which the colour distortion leaves alone, so that
/// padding looks as it does in scoring; Darknet repeats border pixels instead. The image is sampled once, by the resize that scoring uses.</remarks>
public sealed class Augmentation
{
    private readonly AugmentationOptions _options;

    /// <summary>Creates an augmentation.</summary>
    /// <param name="options">What is varied and how far; null only resizes, as <see cref="AugmentationOptions.None"/> does.</param>
    public Augmentation(AugmentationOptions? options) => _options = options ?? AugmentationOptions.None;

    /// <summary>Writes a variation of an image as the input of a network, with the objects that are left in it.</summary>
    /// <param name="image">The image and its objects.</param>
    /// <param name="resize">How the crop is brought to the size of the input.</param>
    /// <param name="inputWidth">Width of the input, pixels, at least 1.</param>
    /// <param name="inputHeight">Height of the input, pixels, at least 1.</param>
    /// <param name="seed">Decides the variation: equal seeds give equal results.</param>
    /// <param name="destination">Receives [3, <paramref name="inputHeight"/>, <paramref name="inputWidth"/>]: red, green, blue, 0 to 1.</param>
    /// <param name="objects">Is cleared and receives the objects, boxes in pixels of the input, clipped to the crop. An object is dropped where less than
    /// <see cref="AugmentationOptions.MinimumVisible"/> of its area is left.</param>
    /// <exception cref="ArgumentException">The destination has not exactly that length, or the image fewer bytes than its size needs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public void Apply(
        TrainingImage image, ResizeMode resize, int inputWidth, int inputHeight, int seed, Span<float> destination, List<GroundTruth> objects)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(objects);
        ImagePreprocessor.CheckLength(destination, inputWidth, inputHeight);
        long bytes = 3L * image.Width * image.Height;
        if (image.Rgb.Length != bytes)
            throw new ArgumentException($"{image.Width} x {image.Height} pixels need {bytes} bytes, found {image.Rgb.Length}.", nameof(image));

        var random = new SeededRandom(seed);
        var (left, cropWidth) = Crop(image.Width, ref random);
        var (top, cropHeight) = Crop(image.Height, ref random);
        bool flip = random.Coin() && _options.Flip, verticalFlip = random.Coin() && _options.VerticalFlip;
        var colour = new HsvDistortion(
            random.Uniform(-_options.Hue, _options.Hue), Factor(_options.Saturation, ref random), Factor(_options.Exposure, ref random));

        var mapping = ImageMapping.Create(resize, cropWidth, cropHeight, inputWidth, inputHeight);
        var region = BilinearSampler.Sample(
            PackedPixels.Rgb24(image.Rgb, image.Width, image.Height),
            new SampledAxis(image.Width, left, cropWidth, mapping.OffsetX, mapping.InnerWidth, flip),
            new SampledAxis(image.Height, top, cropHeight, mapping.OffsetY, mapping.InnerHeight, verticalFlip),
            inputWidth, inputHeight, destination);
        if (!colour.IsIdentity)
            Distort(destination, inputWidth, inputWidth * inputHeight, region, colour);

        objects.Clear();
        foreach (var item in image.Objects)
        {
            var box = item.Box;
            var inCrop = new BoundingBox(box.Left - left, box.Top - top, box.Right - left, box.Bottom - top);
            if (Place(inCrop, mapping, flip, verticalFlip) is { } placed)
                objects.Add(item with { Box = placed });
        }
    }

    /// <summary>First pixel and length of the crop along one axis.</summary>
    private (int Start, int Length) Crop(int length, ref SeededRandom random)
    {
        float reach = length * _options.Jitter;
        int start = (int)random.Uniform(-reach, reach), end = (int)random.Uniform(-reach, reach);
        return (start, Math.Max(1, length - start - end));
    }

    /// <summary>A factor up to <paramref name="largest"/> or its inverse (Darknet's <c>rand_scale</c>).</summary>
    private static float Factor(float largest, ref SeededRandom random)
    {
        float factor = random.Uniform(1, largest);
        return random.Coin() ? factor : 1 / factor;
    }

    /// <summary>A box in pixels of the crop to pixels of the input, or null where too little of it is left.</summary>
    private BoundingBox? Place(BoundingBox box, ImageMapping mapping, bool flip, bool verticalFlip)
    {
        float width = mapping.ImageWidth, height = mapping.ImageHeight;
        if (flip)
            box = box with { Left = width - box.Right, Right = width - box.Left };
        if (verticalFlip)
            box = box with { Top = height - box.Bottom, Bottom = height - box.Top };
        var visible = box.Clip(width, height);
        return visible.Area > 0 && visible.Area >= _options.MinimumVisible * box.Area ? mapping.ToInput(visible) : null;
    }

    private static void Distort(Span<float> input, int inputWidth, int plane, SampledRegion region, HsvDistortion colour)
    {
        for (int y = region.Top; y < region.Top + region.Height; y++)
        {
            int start = y * inputWidth + region.Left;
            colour.Apply(input.Slice(start, region.Width), input.Slice(plane + start, region.Width), input.Slice(2 * plane + start, region.Width));
        }
    }
}
