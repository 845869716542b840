using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Training.Images;

/// <summary>Varies a training image as Darknet does for YOLOv2 (data.c, <c>load_data_detection</c>): every side of the crop moves in or out, the picture is
/// mirrored, and hue, saturation and exposure are distorted. Boxes follow the pixels. Four images may be put together. Safe to use from several threads.</summary>
/// <remarks>All chance comes from the seed of the call. What lies outside of the image becomes 0.5 grey, which the colour distortion leaves alone, so that
/// padding looks as it does in scoring; Darknet repeats border pixels instead. The image is sampled once, as in scoring: where nothing is
/// varied the bits are the same.</remarks>
public sealed class Augmentation
{
    /// <summary>Images in a mosaic.</summary>
    internal const int Tiles = 4;

    private readonly AugmentationOptions _options;
    private readonly ResizeFilter _filter;

    /// <summary>Creates an augmentation.</summary>
    /// <param name="options">What is varied and how far; null only resizes, as <see cref="AugmentationOptions.None"/> does.</param>
    /// <param name="filter">How pixels are sampled.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such filter.</exception>
    public Augmentation(AugmentationOptions? options, ResizeFilter filter = ResizeFilter.Darknet)
    {
        _options = options ?? AugmentationOptions.None;
        _filter = Argument.Defined(filter, nameof(filter));
    }

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
        ArgumentNullException.ThrowIfNull(objects);
        ImagePreprocessor.CheckLength(destination, inputWidth, inputHeight);
        Check(image);
        objects.Clear();
        var random = new SeededRandom(seed);
        var crop = RandomCrop(image, ref random);
        Draw(image, crop, ImageMapping.Create(resize, crop.Width, crop.Height, inputWidth, inputHeight), ref random, destination, objects, default);
    }

    /// <summary>Writes a mosaic as the input of a network: four images around a random centre, each varied on its own and cut to its tile, with the objects that are left.</summary>
    /// <param name="images">Four images: top left, top right, bottom left, bottom right. One may come twice.</param>
    /// <param name="resize">Whether the crops keep their proportions (<see cref="ResizeMode.Letterbox"/>) or are stretched as plain inputs are.</param>
    /// <param name="inputWidth">Width of the input, pixels, at least 4.</param>
    /// <param name="inputHeight">Height of the input, pixels, at least 4.</param>
    /// <param name="seed">Decides the variation: equal seeds give equal results.</param>
    /// <param name="destination">Receives [3, <paramref name="inputHeight"/>, <paramref name="inputWidth"/>]: red, green, blue, 0 to 1.</param>
    /// <param name="objects">Is cleared and receives the objects as in <see cref="Apply"/>, clipped to their tiles, those of the first image first.</param>
    /// <remarks>The centre lies a quarter of the input or more away from its borders. A picture appears at 0.5 to 1 times the size that it has as an input of its own; its tile
    /// shows a random window of it, and where the picture is smaller than the tile, all of it on grey.</remarks>
    /// <exception cref="ArgumentException">There are not four images, the destination has not exactly that length, or an image fewer bytes than its size needs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 4.</exception>
    public void ApplyMosaic(
        IReadOnlyList<TrainingImage> images, ResizeMode resize, int inputWidth, int inputHeight, int seed, Span<float> destination, List<GroundTruth> objects)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputWidth, 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputHeight, 4);
        ImagePreprocessor.CheckLength(destination, inputWidth, inputHeight);
        if (images.Count != Tiles)
            throw new ArgumentException($"A mosaic is made of {Tiles} images, found {images.Count}.", nameof(images));
        foreach (var image in images)
            Check(image);

        objects.Clear();
        var random = new SeededRandom(seed);
        int centerX = (int)(inputWidth * random.Uniform(0.25f, 0.75f)), centerY = (int)(inputHeight * random.Uniform(0.25f, 0.75f));
        using var pixels = new RentedBuffer<float>(destination.Length);
        for (int i = 0; i < Tiles; i++)
        {
            bool right = i % 2 == 1, bottom = i / 2 == 1;
            var tile = new PixelWindow(right ? centerX : 0, bottom ? centerY : 0, right ? inputWidth - centerX : centerX, bottom ? inputHeight - centerY : centerY);
            var crop = RandomCrop(images[i], ref random);
            var picture = ImageMapping.Create(resize, crop.Width, crop.Height, inputWidth, inputHeight);
            float scale = random.Uniform(0.5f, 1);
            var window = RandomWindow(
                crop, tile.Width * crop.Width / (scale * picture.InnerWidth), tile.Height * crop.Height / (scale * picture.InnerHeight), ref random);
            var drawn = pixels.Span[..(3 * tile.Width * tile.Height)];
            Draw(images[i], window, ImageMapping.Create(ResizeMode.Stretch, window.Width, window.Height, tile.Width, tile.Height), ref random, drawn, objects, tile);
            tile.Paste(drawn, destination, inputWidth, inputHeight);
        }
    }

    /// <summary>Draws a window of an image, mirrored and recoloured by chance, and adds the objects that are left in it, moved to where the drawing goes.</summary>
    private void Draw(
        TrainingImage image, PixelWindow window, ImageMapping mapping, ref SeededRandom random, Span<float> destination, List<GroundTruth> objects, PixelWindow place)
    {
        bool flip = random.Coin() && _options.Flip, verticalFlip = random.Coin() && _options.VerticalFlip;
        var colour = new HsvDistortion(
            random.Uniform(-_options.Hue, _options.Hue), Factor(_options.Saturation, ref random), Factor(_options.Exposure, ref random));
        var region = ImageSampler.Sample(
            image.Pixels, _filter,
            new SampledAxis(image.Width, window.Left, window.Width, mapping.OffsetX, mapping.InnerWidth, flip),
            new SampledAxis(image.Height, window.Top, window.Height, mapping.OffsetY, mapping.InnerHeight, verticalFlip),
            mapping.InputWidth, mapping.InputHeight, destination);
        if (!colour.IsIdentity)
            Distort(destination, mapping.InputWidth, mapping.InputWidth * mapping.InputHeight, region, colour);
        Rotation? rotation = _options.Rotation > 0
            ? new(random.Uniform(-_options.Rotation, _options.Rotation), mapping.InputWidth, mapping.InputHeight) : null;
        rotation?.Apply(destination);

        foreach (var item in image.Objects)
        {
            var box = Place(item.Box.Offset(-window.Left, -window.Top), mapping, flip, verticalFlip);
            if (box is { } upright && rotation is { } turn)
                box = Visible(turn.Around(upright), mapping.InputWidth, mapping.InputHeight);
            if (box is { } placed)
                objects.Add(item with { Box = placed.Offset(place.Left, place.Top) });
        }
    }

    private static void Check(TrainingImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        int width = image.Width / image.Reduction, height = image.Height / image.Reduction;
        long bytes = 3L * width * height;
        if (image.Rgb.Length != bytes)
            throw new ArgumentException($"{width} x {height} pixels need {bytes} bytes, found {image.Rgb.Length}.", nameof(image));
    }

    private PixelWindow RandomCrop(TrainingImage image, ref SeededRandom random)
    {
        var (left, width) = Crop(image.Width, ref random);
        var (top, height) = Crop(image.Height, ref random);
        return _options.Zoom > 1 ? Zoom(new(left, top, width, height), Factor(_options.Zoom, ref random)) : new(left, top, width, height);
    }

    /// <summary>The window about the same center in which things appear larger by a factor.</summary>
    private static PixelWindow Zoom(PixelWindow crop, float factor)
    {
        int width = Math.Max(1, (int)MathF.Round(crop.Width / factor)), height = Math.Max(1, (int)MathF.Round(crop.Height / factor));
        return new(crop.Left + (crop.Width - width) / 2, crop.Top + (crop.Height - height) / 2, width, height);
    }

    /// <summary>A window anywhere in the crop, or, along an axis where it is longer, anywhere around it.</summary>
    private static PixelWindow RandomWindow(PixelWindow crop, float width, float height, ref SeededRandom random)
    {
        int columns = Math.Max(1, (int)MathF.Round(width)), rows = Math.Max(1, (int)MathF.Round(height));
        int left = crop.Left + (int)MathF.Round(random.Uniform(0, 1) * (crop.Width - columns)), top = crop.Top + (int)MathF.Round(random.Uniform(0, 1) * (crop.Height - rows));
        return new(left, top, columns, rows);
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
        return Visible(box, width, height) is { } visible ? mapping.ToInput(visible) : null;
    }

    /// <summary>What is left of a box in a picture, or null if it is too little.</summary>
    private BoundingBox? Visible(BoundingBox box, float width, float height)
    {
        var visible = box.Clip(width, height);
        return visible.Area > 0 && visible.Area >= _options.MinimumVisible * box.Area ? visible : null;
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
