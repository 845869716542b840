using SkiaSharp;
using Yolo.Model.Drawing;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;

namespace Yolo.Model.Reports;

/// <summary>One error in the gallery.</summary>
/// <param name="Error">The error.</param>
/// <param name="Source">Where the image comes from, its file for instance.</param>
/// <param name="Jpeg">The part of the image around the error with the boxes drawn in; null where there is no image.</param>
internal sealed record ErrorPicture(DetectionError Error, string Source, byte[]? Jpeg)
{
    /// <summary>How much of an image is shown around an error, in sides of its box.</summary>
    private const float Context = 5;

    /// <summary>Least side of the part that is shown, pixels of the image: smaller parts are a blur.</summary>
    private const float SmallestPart = 160;

    private const int JpegQuality = 80;

    /// <summary>Cuts the surroundings of an error out of its image, scales them and draws the boxes: the detection's line is whole, the object's dashed.</summary>
    /// <param name="error">The error.</param>
    /// <param name="source">Where the image comes from.</param>
    /// <param name="image">The whole image.</param>
    /// <param name="classNames">Names of the classes.</param>
    /// <param name="side">Longer side of the picture, pixels.</param>
    public static ErrorPicture Draw(DetectionError error, string source, SKBitmap image, IReadOnlyList<string> classNames, int side)
    {
        var part = Part(error, image.Width, image.Height);
        float scale = side / MathF.Max(part.Width, part.Height);
        using var picture = new SKBitmap(
            Math.Max(1, (int)MathF.Round(part.Width * scale)), Math.Max(1, (int)MathF.Round(part.Height * scale)), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(picture))
        {
            canvas.Clear(SKColors.White);
            // Large images are halved step by step before they are interpolated, else they would sparkle.
            using var paint = new SKPaint { FilterQuality = SKFilterQuality.Medium };
            canvas.DrawBitmap(image, new SKRect(part.Left, part.Top, part.Right, part.Bottom), new SKRect(0, 0, picture.Width, picture.Height), paint);
        }

        var renderer = new DetectionRenderer(classNames);
        var boxes = new List<CaptionedBox>(2);
        if (error.Detection is { } detection)
            boxes.Add(ToPicture(renderer.Box(detection)));
        if (error.Truth is { } truth)
            boxes.Add(ToPicture(renderer.Box(truth)));
        // Larger than on a picture of its own: a page shows this one at about half its size.
        BoxPainter.Draw(picture, [.. boxes], MathF.Max(2, MathF.Round(side / 130f)), MathF.Max(9, side / 20f));
        using var stream = new MemoryStream();
        PictureFile.Encode(picture, stream, SKEncodedImageFormat.Jpeg, JpegQuality);
        return new(error, source, stream.ToArray());

        CaptionedBox ToPicture(CaptionedBox box) => box with { Box = box.Box.Offset(-part.Left, -part.Top).Scale(scale, scale) };
    }

    /// <summary>A square around the error's boxes, moved into the image and cut to it.</summary>
    private static BoundingBox Part(DetectionError error, int width, int height)
    {
        var box = error.Detection?.Box ?? error.Truth!.Value.Box;
        if (error.Truth is { } truth)
            box = new(MathF.Min(box.Left, truth.Box.Left), MathF.Min(box.Top, truth.Box.Top), MathF.Max(box.Right, truth.Box.Right), MathF.Max(box.Bottom, truth.Box.Bottom));
        box = box.Clip(width, height);
        float side = MathF.Round(MathF.Max(SmallestPart, Context * MathF.Max(box.Width, box.Height)));
        (float left, float right) = Span(box.CenterX, width);
        (float top, float bottom) = Span(box.CenterY, height);
        return new(left, top, right, bottom);

        (float From, float To) Span(float center, int length)
        {
            float size = MathF.Min(side, length), from = Math.Clamp(MathF.Round(center - 0.5f * size), 0, length - size);
            return (from, from + size);
        }
    }
}
