using System.Globalization;
using SkiaSharp;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Drawing;

/// <summary>Draws over an image what a network is taught about it: the grid with its row and column numbers, the cell that is responsible for each object, the object's box
/// with its centre, and the responsible anchor, dashed, around the same centre, where the two shapes were compared.</summary>
/// <remarks>A caption such as "dog [5, 6, 2]" gives row, column and anchor, the first three indices of the notebook's target tensor. Boxes and cells have the colours of
/// <see cref="DetectionRenderer"/>. Safe to use from several threads, each with its own picture.</remarks>
public sealed class EncodingRenderer
{
    private static readonly SKColor GridColor = new(255, 225, 50);

    private readonly IReadOnlyList<string> _classNames;
    private readonly (int Width, int Height) _input;
    private readonly RegionLayout _layout;
    private readonly AnchorSet _anchors;
    private readonly ResizeMode _resize;
    private readonly TargetEncoder _encoder;

    /// <summary>Creates a renderer.</summary>
    /// <param name="network">The network: its input size, grid and anchors.</param>
    /// <param name="classNames">Names of the classes, by index.</param>
    /// <param name="resize">How images are brought to the size of the input.</param>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such resize mode.</exception>
    public EncodingRenderer(NetworkDefinition network, IReadOnlyList<string> classNames, ResizeMode resize = ResizeMode.Stretch)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(classNames);
        _classNames = classNames;
        _input = (network.Input.Width, network.Input.Height);
        _layout = network.RegionLayout with { Classes = classNames.Count };
        _anchors = network.Region.Anchors;
        _resize = Argument.Defined(resize, nameof(resize));
        _encoder = new(_layout, _anchors);
    }

    /// <summary>Encodes objects and draws the encoding into their picture.</summary>
    /// <param name="picture">The image before it is resized for the network; its pixels change.</param>
    /// <param name="objects">Its objects, boxes in pixels of the picture. One whose cell and anchor a later one takes has "lost" in its caption; one that cannot be encoded
    /// (<see cref="EncodedTargets.Dropped"/>) is not drawn.</param>
    /// <returns>What was drawn.</returns>
    /// <exception cref="ArgumentException">The picture is empty or immutable, or a class index has no name.</exception>
    public EncodedTargets Draw(SKBitmap picture, IReadOnlyList<GroundTruth> objects)
    {
        PictureFile.CheckDrawable(picture);
        ArgumentNullException.ThrowIfNull(objects);
        var mapping = ImageMapping.Create(_resize, picture.Width, picture.Height, _input.Width, _input.Height);
        var encoded = _encoder.Encode([.. objects.Select(item => item with { Box = mapping.ToInput(item.Box) })], _input.Width, _input.Height);
        using (var canvas = new SKCanvas(picture))
        {
            foreach (var target in encoded.Targets)
                FillCell(canvas, ToPicture(new(target.Column, target.Row, target.Column + 1, target.Row + 1), mapping), ClassPalette.ColorOf(target.ClassIndex));
            DrawGrid(canvas, picture, mapping);
        }

        var kept = encoded.Targets.ToHashSet();
        BoxPainter.Draw(picture,
        [
            .. encoded.Objects.Select(item => new CaptionedBox(ToPicture(BoxOf(item.Box, item.Box.Shape), mapping), Caption(item, kept.Contains(item)), ClassPalette.ColorOf(item.ClassIndex))),
            .. encoded.Targets.Select(item => new CaptionedBox(ToPicture(BoxOf(item.Box, _anchors[item.Anchor]), mapping), "", ClassPalette.ColorOf(item.ClassIndex), Dashed: true)),
        ]);
        using (var canvas = new SKCanvas(picture))
        {
            foreach (var item in encoded.Objects)
                DrawCenter(canvas, ToPicture(BoxOf(item.Box, default), mapping), BoxPainter.LineWidth(picture), ClassPalette.ColorOf(item.ClassIndex));
        }
        return encoded;
    }

    private string Caption(EncodedTarget target, bool kept) => string.Create(CultureInfo.InvariantCulture,
        $"{_classNames[target.ClassIndex]} [{target.Row}, {target.Column}, {target.Anchor}]{(kept ? "" : " lost")}");

    private static BoundingBox BoxOf(CenterBox box, BoxShape shape) => BoundingBox.FromCenter(box.X, box.Y, shape.Width, shape.Height);

    /// <summary>From grid cells to pixels of the picture.</summary>
    private BoundingBox ToPicture(BoundingBox cells, ImageMapping mapping) =>
        mapping.ToImage(cells.Scale((float)_input.Width / _layout.Width, (float)_input.Height / _layout.Height));

    private static void FillCell(SKCanvas canvas, BoundingBox cell, SKColor color)
    {
        using var paint = new SKPaint { Color = color.WithAlpha(110) };
        canvas.DrawRect(new SKRect(cell.Left, cell.Top, cell.Right, cell.Bottom), paint);
    }

    private void DrawGrid(SKCanvas canvas, SKBitmap picture, ImageMapping mapping)
    {
        float line = MathF.Max(1, BoxPainter.LineWidth(picture) / 2);
        using var paint = new SKPaint { Style = SKPaintStyle.Stroke, IsAntialias = true };
        foreach (var (color, width) in new[] { (SKColors.Black.WithAlpha(70), line + 2), (GridColor.WithAlpha(170), line) })
        {
            (paint.Color, paint.StrokeWidth) = (color, width);
            for (int column = 1; column < _layout.Width; column++)
            {
                float x = MathF.Round(ToPicture(new(column, 0, column, 0), mapping).Left);
                canvas.DrawLine(x, 0, x, picture.Height, paint);
            }
            for (int row = 1; row < _layout.Height; row++)
            {
                float y = MathF.Round(ToPicture(new(0, row, 0, row), mapping).Top);
                canvas.DrawLine(0, y, picture.Width, y, paint);
            }
        }
        DrawNumbers(canvas, picture, mapping);
    }

    /// <summary>Column numbers along the top, row numbers along the left, in the middle of their cells; the corner's stands once.</summary>
    private void DrawNumbers(SKCanvas canvas, SKBitmap picture, ImageMapping mapping)
    {
        var cell = ToPicture(new(0, 0, 1, 1), mapping);
        using var font = new SKFont(DrawingFont.Typeface, MathF.Min(BoxPainter.FontSize(picture), 0.55f * MathF.Min(cell.Width, cell.Height))) { Edging = SKFontEdging.Antialias };
        float margin = 0.3f * font.Size, firstX = MathF.Max(0, cell.Left), firstY = MathF.Max(0, cell.Top);
        for (int column = 0; column < _layout.Width; column++)
            BoxPainter.DrawHaloText(canvas, font, Number(column), ToPicture(new(column + 0.5f, 0, column + 0.5f, 0), mapping).Left, firstY + margin + font.Size, GridColor, centered: true);
        for (int row = 1; row < _layout.Height; row++)
            BoxPainter.DrawHaloText(canvas, font, Number(row), firstX + margin, ToPicture(new(0, row + 0.5f, 0, row + 0.5f), mapping).Top + 0.35f * font.Size, GridColor, centered: false);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A cross, as the notebook marks centres, on a rim that shows on every ground.</summary>
    private static void DrawCenter(SKCanvas canvas, BoundingBox center, float line, SKColor color)
    {
        float arm = 3 * line;
        using var paint = new SKPaint { Style = SKPaintStyle.Stroke, StrokeCap = SKStrokeCap.Round, IsAntialias = true };
        foreach (var (ink, width) in new[] { (ClassPalette.ContrastTo(color), 2 * line + 2), (color, 2 * line) })
        {
            (paint.Color, paint.StrokeWidth) = (ink, width);
            canvas.DrawLine(center.Left - arm, center.Top - arm, center.Left + arm, center.Top + arm, paint);
            canvas.DrawLine(center.Left - arm, center.Top + arm, center.Left + arm, center.Top - arm, paint);
        }
    }
}
