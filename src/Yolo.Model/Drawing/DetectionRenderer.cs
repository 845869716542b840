using System.Globalization;
using SkiaSharp;
using Yolo.Model.Files;
using Yolo.Model.Geometry;

namespace Yolo.Model.Drawing;

/// <summary>Draws detections onto a picture: a box in the colour of its class and a caption such as "dog 87%".</summary>
/// <remarks>A class has the same colour in every picture. Lines and letters grow with the picture; captions stay inside of it. Safe to use from
/// several threads, each with its own picture.</remarks>
public sealed class DetectionRenderer
{
    /// <summary>Below this size letters cannot be read; a caption that is still too long is cut at the picture's edge. Pixels.</summary>
    private const float SmallestFont = 6;

    private readonly IReadOnlyList<string> _classNames;

    /// <summary>Creates a renderer.</summary>
    /// <param name="classNames">Names of the classes, by index.</param>
    public DetectionRenderer(IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        _classNames = classNames;
    }

    /// <summary>Draws detections into a picture.</summary>
    /// <param name="picture">The picture; its pixels change.</param>
    /// <param name="detections">The detections in any order, boxes in pixels of the picture. Higher scores are drawn over lower ones.</param>
    /// <exception cref="ArgumentException">The picture is empty or immutable, or a class index has no name.</exception>
    public void Draw(SKBitmap picture, IReadOnlyList<Detection> detections)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(detections);
        if (picture.IsEmpty || picture.IsImmutable)
            throw new ArgumentException("Expected a picture with pixels that may change.", nameof(picture));
        var ordered = detections.OrderByDescending(detection => detection.Score).ToArray();
        foreach (var detection in ordered)
        {
            if ((uint)detection.ClassIndex >= (uint)_classNames.Count)
                throw new ArgumentException($"Expected class indices below {_classNames.Count}, found {detection.ClassIndex}.", nameof(detections));
        }

        float side = MathF.Min(picture.Width, picture.Height);
        float line = Math.Clamp(MathF.Round(side / 220), 1, 12);
        using var canvas = new SKCanvas(picture);
        var boxes = Array.ConvertAll(ordered, detection => Inside(detection.Box, picture, line));
        for (int i = ordered.Length - 1; i >= 0; i--)
            DrawBox(canvas, boxes[i], ClassPalette.ColorOf(ordered[i].ClassIndex), line);

        using var font = new SKFont(DrawingFont.Typeface) { Edging = SKFontEdging.Antialias };
        var layout = new CaptionLayout(picture.Width, picture.Height);
        var captions = new (SKRect Place, float FontSize)[ordered.Length];
        for (int i = 0; i < ordered.Length; i++)
        {
            var size = Measure(font, Text(ordered[i]), Math.Clamp(side / 36, 9, 72), picture);
            captions[i] = (layout.Place(Outer(boxes[i], line), size), font.Size);
        }
        for (int i = ordered.Length - 1; i >= 0; i--)
        {
            font.Size = captions[i].FontSize;
            DrawCaption(canvas, font, captions[i].Place, Text(ordered[i]), ClassPalette.ColorOf(ordered[i].ClassIndex));
        }
    }

    /// <summary>Writes a picture as a PNG file, whole or not at all.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="path">The file to write or to replace; its folder must exist.</param>
    /// <exception cref="ArgumentException">The picture cannot be encoded.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePng(SKBitmap picture, string path)
    {
        ArgumentNullException.ThrowIfNull(picture);
        AtomicFile.Write(path, stream =>
        {
            if (!picture.Encode(stream, SKEncodedImageFormat.Png, 100))
                throw new ArgumentException($"A picture of {picture.Width} x {picture.Height} {picture.ColorType} pixels cannot be encoded.", nameof(picture));
        });
    }

    private string Text(Detection detection) =>
        string.Create(CultureInfo.InvariantCulture, $"{_classNames[detection.ClassIndex]} {100 * detection.Score:0}%");

    /// <summary>The middle of a box's line: its outer edge on whole pixels, so that it is crisp, and all of it inside the picture.</summary>
    private static SKRect Inside(BoundingBox box, SKBitmap picture, float line)
    {
        float half = 0.5f * line;
        return new(
            Math.Clamp(MathF.Round(box.Left) + half, half, picture.Width - half), Math.Clamp(MathF.Round(box.Top) + half, half, picture.Height - half),
            Math.Clamp(MathF.Round(box.Right) - half, half, picture.Width - half), Math.Clamp(MathF.Round(box.Bottom) - half, half, picture.Height - half));
    }

    private static SKRect Outer(SKRect box, float line) => SKRect.Inflate(box, 0.5f * line, 0.5f * line);

    /// <summary>A line in the class's colour on a thin rim of black or white, so that it shows on a background of its own colour.</summary>
    private static void DrawBox(SKCanvas canvas, SKRect box, SKColor color, float line)
    {
        using var paint = new SKPaint { Style = SKPaintStyle.Stroke, StrokeJoin = SKStrokeJoin.Miter, IsAntialias = true };
        paint.Color = ClassPalette.ContrastTo(color).WithAlpha(150);
        paint.StrokeWidth = line + MathF.Min(2, line);
        canvas.DrawRect(box, paint);
        paint.Color = color;
        paint.StrokeWidth = line;
        canvas.DrawRect(box, paint);
    }

    /// <summary>Sets the font's size so that the caption fits into the picture, and returns the caption's size.</summary>
    private static SKSize Measure(SKFont font, string text, float fontSize, SKBitmap picture)
    {
        font.Size = fontSize;
        float fit = MathF.Min(picture.Width / (TextWidth(font, text) + 2 * Padding(font)), picture.Height / (LineHeight(font)));
        if (fit < 1)
            font.Size = MathF.Max(SmallestFont, fontSize * fit);
        return new(MathF.Min(picture.Width, TextWidth(font, text) + 2 * Padding(font)), MathF.Min(picture.Height, LineHeight(font)));
    }

    /// <summary>By glyphs: SkiaSharp 2 measures no strings.</summary>
    private static float TextWidth(SKFont font, string text) => font.MeasureText(font.Typeface.GetGlyphs(text));

    private static float Padding(SKFont font) => MathF.Round(0.25f * font.Size);

    private static float LineHeight(SKFont font) => MathF.Ceiling(font.Metrics.Descent - font.Metrics.Ascent);

    private static void DrawCaption(SKCanvas canvas, SKFont font, SKRect place, string text, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.Save();
        canvas.ClipRect(place);
        canvas.DrawRect(place, paint);
        paint.Color = ClassPalette.ContrastTo(color);
        canvas.DrawText(text, place.Left + Padding(font), place.Top - font.Metrics.Ascent, font, paint);
        canvas.Restore();
    }
}
