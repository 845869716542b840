using SkiaSharp;
using Yolo.Model.Geometry;

namespace Yolo.Model.Drawing;

/// <summary>A box to be drawn.</summary>
/// <param name="Box">Where, in pixels of the picture.</param>
/// <param name="Caption">What stands at it; none where empty.</param>
/// <param name="Color">Colour of the line and of the caption's ground.</param>
/// <param name="Dashed">Whether the line is dashed.</param>
internal readonly record struct CaptionedBox(BoundingBox Box, string Caption, SKColor Color, bool Dashed = false);

/// <summary>Draws boxes and captions that show on every ground, in sizes that fit the picture.</summary>
internal static class BoxPainter
{
    /// <summary>Below this size letters cannot be read; a caption that is still too long is cut at the picture's edge. Pixels.</summary>
    private const float SmallestFont = 6;

    /// <summary>Width of lines that suits a picture, pixels.</summary>
    public static float LineWidth(SKBitmap picture) => Math.Clamp(MathF.Round(ShortSide(picture) / 220), 1, 12);

    /// <summary>Height of letters that suits a picture, pixels.</summary>
    public static float FontSize(SKBitmap picture) => Math.Clamp(ShortSide(picture) / 36, 9, 72);

    /// <summary>Draws boxes, and over all of them their captions, which keep clear of one another where there is room.</summary>
    /// <param name="picture">The picture; its pixels change.</param>
    /// <param name="boxes">The boxes, the most important first: it is drawn over the others, and its caption gets the better place.</param>
    public static void Draw(SKBitmap picture, ReadOnlySpan<CaptionedBox> boxes) => Draw(picture, boxes, LineWidth(picture), FontSize(picture));

    /// <summary>The same with lines and letters of given sizes, pixels; a line is at most as wide as the picture.</summary>
    public static void Draw(SKBitmap picture, ReadOnlySpan<CaptionedBox> boxes, float line, float fontSize)
    {
        line = MathF.Min(line, ShortSide(picture));
        using var canvas = new SKCanvas(picture);
        for (int i = boxes.Length - 1; i >= 0; i--)
            DrawBox(canvas, Inside(boxes[i].Box, picture, line), boxes[i].Color, line, boxes[i].Dashed);

        using var font = new SKFont(DrawingFont.Typeface) { Edging = SKFontEdging.Antialias };
        var layout = new CaptionLayout(picture.Width, picture.Height);
        var captions = new (SKRect Place, float FontSize)[boxes.Length];
        for (int i = 0; i < boxes.Length; i++)
        {
            if (boxes[i].Caption.Length == 0)
                continue;
            var size = Measure(font, boxes[i].Caption, fontSize, picture);
            captions[i] = (layout.Place(SKRect.Inflate(Inside(boxes[i].Box, picture, line), 0.5f * line, 0.5f * line), size), font.Size);
        }
        for (int i = boxes.Length - 1; i >= 0; i--)
        {
            if (boxes[i].Caption.Length == 0)
                continue;
            font.Size = captions[i].FontSize;
            DrawCaption(canvas, font, captions[i].Place, boxes[i].Caption, boxes[i].Color);
        }
    }

    /// <summary>Draws a line of text without a ground of its own, rimmed so that it shows on every picture.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="font">Typeface and size.</param>
    /// <param name="text">The text.</param>
    /// <param name="x">Left end of the text, or its middle where <paramref name="centered"/>.</param>
    /// <param name="baseline">The text's baseline.</param>
    /// <param name="color">Colour of the letters.</param>
    /// <param name="centered">What <paramref name="x"/> means.</param>
    public static void DrawHaloText(SKCanvas canvas, SKFont font, string text, float x, float baseline, SKColor color, bool centered)
    {
        float left = centered ? x - 0.5f * TextWidth(font, text) : x;
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = MathF.Max(2, font.Size / 4), StrokeJoin = SKStrokeJoin.Round };
        paint.Color = ClassPalette.ContrastTo(color);
        canvas.DrawText(text, left, baseline, font, paint);
        (paint.Style, paint.Color) = (SKPaintStyle.Fill, color);
        canvas.DrawText(text, left, baseline, font, paint);
    }

    private static float ShortSide(SKBitmap picture) => MathF.Min(picture.Width, picture.Height);

    /// <summary>The middle of a box's line: its outer edge on whole pixels, so that it is crisp, and all of it inside the picture.</summary>
    private static SKRect Inside(BoundingBox box, SKBitmap picture, float line)
    {
        float half = 0.5f * line;
        return new(
            Math.Clamp(MathF.Round(box.Left) + half, half, picture.Width - half), Math.Clamp(MathF.Round(box.Top) + half, half, picture.Height - half),
            Math.Clamp(MathF.Round(box.Right) - half, half, picture.Width - half), Math.Clamp(MathF.Round(box.Bottom) - half, half, picture.Height - half));
    }

    /// <summary>A line in the box's colour on a thin rim of black or white, so that it shows on a background of its own colour.</summary>
    private static void DrawBox(SKCanvas canvas, SKRect box, SKColor color, float line, bool dashed)
    {
        using var dashes = dashed ? SKPathEffect.CreateDash([4 * line, 3 * line], 0) : null;
        using var paint = new SKPaint { Style = SKPaintStyle.Stroke, StrokeJoin = SKStrokeJoin.Miter, IsAntialias = true, PathEffect = dashes };
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
