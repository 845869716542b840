using System.Globalization;
using SkiaSharp;
using Yolo.Model.Geometry;

namespace Yolo.Model.Drawing;

/// <summary>Draws detections onto a picture: a box in the colour of its class and a caption such as "dog 87%".</summary>
/// <remarks>A class has the same colour in every picture. Lines and letters grow with the picture; captions stay inside of it. Safe to use from
/// several threads, each with its own picture.</remarks>
public sealed class DetectionRenderer
{
    /// <summary>Creates a renderer.</summary>
    /// <param name="classNames">Names of the classes, by index.</param>
    public DetectionRenderer(IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        ClassNames = classNames;
    }

    /// <summary>Names of the classes, by index.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Draws detections into a picture.</summary>
    /// <param name="picture">The picture; its pixels change.</param>
    /// <param name="detections">The detections in any order, boxes in pixels of the picture. Higher scores are drawn over lower ones.</param>
    /// <exception cref="ArgumentException">The picture is empty or immutable, or a class index has no name.</exception>
    public void Draw(SKBitmap picture, IReadOnlyList<Detection> detections)
    {
        ArgumentNullException.ThrowIfNull(detections);
        Draw(picture, detections.OrderByDescending(detection => detection.Score), detection => detection.ClassIndex, Box, nameof(detections));
    }

    /// <summary>Draws labelled objects into a picture: dashed boxes with the names of their classes, so that they differ from detections.</summary>
    /// <param name="picture">The picture; its pixels change.</param>
    /// <param name="truths">The objects, boxes in pixels of the picture. Earlier ones are drawn over later ones.</param>
    /// <exception cref="ArgumentException">The picture is empty or immutable, or a class index has no name.</exception>
    public void DrawTruths(SKBitmap picture, IReadOnlyList<GroundTruth> truths)
    {
        ArgumentNullException.ThrowIfNull(truths);
        Draw(picture, truths, truth => truth.ClassIndex, Box, nameof(truths));
    }

    /// <summary>Writes a picture as a PNG file, whole or not at all.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="path">The file to write or to replace; its folder must exist.</param>
    /// <exception cref="ArgumentException">The picture cannot be encoded.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePng(SKBitmap picture, string path) => PictureFile.Save(picture, path, SKEncodedImageFormat.Png, quality: 100);

    /// <summary>Writes a picture as a JPEG file, whole or not at all. What is transparent in it becomes white.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="path">The file to write or to replace; its folder must exist.</param>
    /// <param name="quality">1 to 100. Default: 90, at which thin coloured lines and letters stay clean.</param>
    /// <exception cref="ArgumentException">The picture cannot be encoded.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveJpeg(SKBitmap picture, string path, int quality = 90)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        PictureFile.Save(picture, path, SKEncodedImageFormat.Jpeg, quality);
    }

    internal CaptionedBox Box(Detection detection) => new(
        detection.Box, string.Create(CultureInfo.InvariantCulture, $"{ClassNames[detection.ClassIndex]} {100 * detection.Score:0}%"),
        ClassPalette.ColorOf(detection.ClassIndex));

    internal CaptionedBox Box(GroundTruth truth) => new(truth.Box, ClassNames[truth.ClassIndex], ClassPalette.ColorOf(truth.ClassIndex),
        Dashed: true);

    private void Draw<T>(SKBitmap picture, IEnumerable<T> items, Func<T, int> classOf, Func<T, CaptionedBox> boxOf, string parameter)
    {
        PictureFile.CheckDrawable(picture);
        T[] ordered = [.. items];
        foreach (var item in ordered)
        {
            if ((uint)classOf(item) >= (uint)ClassNames.Count)
                throw new ArgumentException($"Expected class indices below {ClassNames.Count}, found {classOf(item)}.", parameter);
        }
        BoxPainter.Draw(picture, Array.ConvertAll(ordered, item => boxOf(item)));
    }
}
