using System.Globalization;
using SkiaSharp;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data;

/// <summary>Joins images with their annotations, whatever the format: decides about boxes, and counts what it decided.</summary>
/// <param name="flaws">Told of every box that is skipped or clipped, and of images that are not as their annotation says.</param>
/// <param name="noun">What the format calls an object.</param>
internal sealed class ImageJoiner(FlawSink flaws, string noun = "object")
{
    /// <summary>How far a box may reach beyond its image without a warning, pixels: VOC counts from 1, many tools from 0.</summary>
    private const float Tolerance = 1;

    /// <summary>Two boxes of a class that overlap by this IoU mark one object twice.</summary>
    private const float SameObject = 0.95f;

    /// <summary>Sides below it show nothing that a network could learn, pixels.</summary>
    private const float SmallestSide = 3;

    private readonly HashSet<string> _files = [];
    private int _boxes, _skipped, _clipped;

    /// <summary>Reads the size of an image from its file, and says where the annotation or a viewer would see another one.</summary>
    /// <param name="image">The image file.</param>
    /// <param name="place">The annotation.</param>
    /// <param name="stated">The size that the annotation gives, if any.</param>
    /// <exception cref="InvalidDataException">The file is no image.</exception>
    public (int Width, int Height) ReadSize(string image, string place, (int Width, int Height)? stated)
    {
        var (width, height, origin) = ImageFile.ReadHeader(image);
        if (stated is { } size && size != (width, height))
            flaws.Warn($"{place}: the annotation gives {size.Width} x {size.Height} pixels, {image} has {width} x {height}; the image's size is used.");
        if (origin != SKEncodedOrigin.Default)
            flaws.Warn($"{image}: EXIF orientation {(int)origin} is not applied; boxes are taken as pixels of the image as stored.");
        return (width, height);
    }

    /// <summary>The image with those of its objects that lie inside, clipped to it.</summary>
    /// <param name="image">The image file.</param>
    /// <param name="width">Its width, pixels.</param>
    /// <param name="height">Its height, pixels.</param>
    /// <param name="file">The annotation file.</param>
    /// <param name="objects">Its objects in the annotation.</param>
    public LabelledImage Join(string image, int width, int height, string file, IReadOnlyList<AnnotatedObject> objects)
    {
        var accepted = new List<LabelledObject>(objects.Count);
        for (int i = 0; i < objects.Count; i++)
        {
            if (Accept(file, objects[i], width, height) is not { } box)
                continue;
            accepted.Add(objects[i].Item with { Box = box });
            if (flaws.Thorough)
                LookCloser(file, objects, i, width, height);
        }
        return new(image, width, height, accepted) { Orientation = ImageOrientation.AsStored };
    }

    /// <summary>Sums up, where there was something.</summary>
    /// <param name="place">The data set.</param>
    public void Summarize(string place)
    {
        if (_files.Count > 0 && !flaws.Thorough)
        {
            flaws.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{place}: {_skipped:N0} of {_boxes:N0} boxes skipped and {_clipped:N0} clipped, in {_files.Count:N0} {(_files.Count == 1 ? "file" : "files")}."));
        }
    }

    /// <summary>The box clipped to its image, or null where nothing is left of it.</summary>
    private BoundingBox? Accept(string file, in AnnotatedObject annotated, int width, int height)
    {
        _boxes++;
        var box = annotated.Item.Box;
        var clipped = box.Clip(width, height);
        // Written so that NaN, which an overflow leaves, fails every comparison.
        string? reason = box is not { Width: > 0, Height: > 0 } ? "its box is empty or reversed"
            : clipped is not { Width: > 0, Height: > 0 } ? $"its box lies outside of the image ({width} x {height})" : null;
        if (reason is not null)
        {
            _skipped++;
            _files.Add(file);
            flaws.Warn($"{Describe(file, annotated)} skipped: {reason}.");
            return null;
        }

        float beyond = MathF.Max(MathF.Max(-box.Left, -box.Top), MathF.Max(box.Right - width, box.Bottom - height));
        if (beyond > Tolerance)
        {
            _clipped++;
            _files.Add(file);
            flaws.Warn($"{Describe(file, annotated)} clipped to the image ({width} x {height}).");
        }
        return clipped;
    }

    /// <summary>What a loader takes as it is, but whoever made the labels would want to know.</summary>
    private void LookCloser(string file, IReadOnlyList<AnnotatedObject> objects, int index, int width, int height)
    {
        var annotated = objects[index];
        var box = annotated.Item.Box;
        if (MathF.Min(box.Width, box.Height) < SmallestSide)
            flaws.Warn($"{Describe(file, annotated)} is too small to be learnt: {FormattableString.Invariant($"{box.Width:0.##} x {box.Height:0.##}")} pixels.");
        for (int i = 0; i < index; i++)
        {
            var other = objects[i];
            if (other.Item.ClassName == annotated.Item.ClassName && other.Item.Box.Clip(width, height).IoU(box.Clip(width, height)) >= SameObject)
            {
                flaws.Warn($"{Describe(file, annotated)} marks the same object as {noun} {Number(other.Number)} in line {Number(other.Line)}.");
                return;
            }
        }
    }

    private string Describe(string file, in AnnotatedObject annotated)
    {
        var box = annotated.Item.Box;
        return string.Create(CultureInfo.InvariantCulture,
            $"{file}({annotated.Line}): {noun} {annotated.Number} ({annotated.Item.ClassName}, box {box.Left}, {box.Top}, {box.Right}, {box.Bottom})");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
