using System.Globalization;
using SkiaSharp;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data;

/// <summary>Builds a labelled image from its file and what its annotation says, whatever the format: finds out its size and the pixels that boxes count in, and decides about each box.</summary>
/// <param name="noun">What the format calls an object.</param>
internal sealed class LabelledImageBuilder(string noun)
{
    /// <summary>How far a box may reach beyond its image without a warning, pixels: VOC counts from 1, many tools from 0.</summary>
    private const float Tolerance = 1;

    /// <summary>Two boxes of a class that overlap by this IoU mark one object twice.</summary>
    private const float SameObject = 0.95f;

    /// <summary>Sides below it show nothing that a network could learn, pixels.</summary>
    private const float SmallestSide = 3;

    /// <summary>The image with those of its objects that lie inside, clipped to it.</summary>
    /// <param name="annotated">What the annotation says.</param>
    /// <param name="log">Told of every box that is skipped or clipped, and of an image that is not as its annotation says.</param>
    /// <exception cref="InvalidDataException">The file is no image.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public LabelledImage Build(AnnotatedImage annotated, FlawLog log)
    {
        var (width, height, orientation) = ReadSize(annotated, log);
        var accepted = new List<LabelledObject>(annotated.Objects.Count);
        var pixels = annotated.InFractions ? [.. annotated.Objects.Select(item => ToPixels(item, width, height))] : annotated.Objects;
        for (int i = 0; i < pixels.Count; i++)
        {
            if (Accept(annotated.File, pixels[i], width, height, log) is not { } box)
                continue;
            accepted.Add(pixels[i].Item with { Box = box });
            if (log.IsCheck)
                LookCloser(annotated.File, pixels, i, width, height, log);
        }
        log.Images++;
        return new(annotated.Path, width, height, accepted.Count == 0 ? [] : accepted.ToArray()) { Orientation = orientation };
    }

    /// <summary>The size of the image in the pixels that its boxes count in.</summary>
    private static (int Width, int Height, ImageOrientation Orientation) ReadSize(AnnotatedImage annotated, FlawLog log)
    {
        (int Width, int Height) stored, upright;
        SKEncodedOrigin origin;
        try
        {
            (stored.Width, stored.Height, origin) = ImageFile.ReadHeader(annotated.Path);
        }
        catch (InvalidDataException exception)
        {
            exception.Data[nameof(FlawKind)] = FlawKind.Unreadable;
            throw;
        }
        upright = UprightBoxes.Size(stored.Width, stored.Height, origin);
        bool takeStored = origin != SKEncodedOrigin.Default && log.Options.Orientation switch
        {
            LabelOrientation.Stored => true,
            LabelOrientation.Upright => false,
            _ => stored != upright && annotated.StatedSize == stored,
        };
        if (origin != SKEncodedOrigin.Default)
            log.Warn(takeStored ? FlawKind.TurnedStored : FlawKind.TurnedUpright, FormattableString.Invariant($"{annotated.Path}: EXIF orientation {(int)origin} turns the image; boxes are taken as pixels of the {(takeStored ? "stored" : "upright")} image."));
        var (width, height) = takeStored ? stored : upright;
        if (annotated.StatedSize is { } stated && stated != (width, height))
        {
            log.Warn(FlawKind.OtherSize, FormattableString.Invariant(
                $"{annotated.Place}: the annotation gives {stated.Width} x {stated.Height} pixels, {annotated.Path} has {width} x {height}; the image's size is used."));
        }
        return (width, height, takeStored ? ImageOrientation.AsStored : ImageOrientation.Upright);
    }

    private static AnnotatedObject ToPixels(AnnotatedObject annotated, int width, int height) =>
        annotated with { Item = annotated.Item with { Box = annotated.Item.Box.Scale(width, height) } };

    /// <summary>The box clipped to its image, or null where nothing is left of it.</summary>
    private BoundingBox? Accept(string file, in AnnotatedObject annotated, int width, int height, FlawLog log)
    {
        log.Objects++;
        var box = annotated.Item.Box;
        var clipped = box.Clip(width, height);
        // Written so that NaN, which an overflow leaves, fails every comparison.
        if (box is not { Width: > 0, Height: > 0 })
        {
            log.SkipObject(FlawKind.EmptyBox, $"{Describe(file, annotated)} skipped: its box is empty or reversed.");
            return null;
        }
        if (clipped is not { Width: > 0, Height: > 0 })
        {
            log.SkipObject(FlawKind.OutsideBox, $"{Describe(file, annotated)} skipped: its box lies outside of the image ({width} x {height}).");
            return null;
        }

        float beyond = MathF.Max(MathF.Max(-box.Left, -box.Top), MathF.Max(box.Right - width, box.Bottom - height));
        if (beyond > Tolerance)
            log.Warn(FlawKind.ClippedBox, $"{Describe(file, annotated)} clipped to the image ({width} x {height}).");
        return clipped;
    }

    /// <summary>What a loader takes as it is, but whoever made the labels would want to know.</summary>
    private void LookCloser(string file, IReadOnlyList<AnnotatedObject> objects, int index, int width, int height, FlawLog log)
    {
        var annotated = objects[index];
        var box = annotated.Item.Box;
        if (MathF.Min(box.Width, box.Height) < SmallestSide)
            log.Warn(FlawKind.Suspicious, $"{Describe(file, annotated)} is too small to be learnt: {FormattableString.Invariant($"{box.Width:0.##} x {box.Height:0.##}")} pixels.");
        for (int i = 0; i < index; i++)
        {
            var other = objects[i];
            if (other.Item.ClassName == annotated.Item.ClassName && other.Item.Box.Clip(width, height).IoU(box.Clip(width, height)) >= SameObject)
            {
                log.Warn(FlawKind.Suspicious, $"{Describe(file, annotated)} marks the same object as {noun} {Number(other.Number)} in line {Number(other.Line)}.");
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
