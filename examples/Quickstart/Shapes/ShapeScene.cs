using SkiaSharp;

namespace Quickstart.Shapes;

/// <summary>A drawn picture of a few shapes, with the box around each.</summary>
internal sealed class ShapeScene : IDisposable
{
    private const int MostShapes = 6;

    private readonly Random _random;
    private readonly SKCanvas _canvas;
    private readonly List<(ShapeKind Kind, SKRect Box)> _objects = [];

    /// <summary>Draws a picture; the same random numbers give the same picture.</summary>
    public ShapeScene(Random random)
    {
        _random = random;
        Bitmap = new SKBitmap(random.Next(208, 273), random.Next(176, 241), SKColorType.Bgra8888, SKAlphaType.Opaque);
        _canvas = new SKCanvas(Bitmap);
        DrawBackground();
        DrawClutter(random.Next(3, 10));
        int shapes = random.Next(1, MostShapes + 1);
        for (int i = 0; i < shapes; i++)
            TryDrawShape();
        DrawClutter(random.Next(0, 3));
        _canvas.Flush();
        AddNoise();
    }

    /// <summary>The picture.</summary>
    public SKBitmap Bitmap { get; }

    /// <summary>What is in it: the shape and the box around it, in pixels.</summary>
    public IReadOnlyList<(ShapeKind Kind, SKRect Box)> Objects => _objects;

    /// <inheritdoc/>
    public void Dispose()
    {
        _canvas.Dispose();
        Bitmap.Dispose();
    }

    private void DrawBackground()
    {
        using var shader = SKShader.CreateLinearGradient(
            RandomPoint(), RandomPoint(), [RandomColor(40, 60), RandomColor(40, 60)], SKShaderTileMode.Mirror);
        using var paint = new SKPaint { Shader = shader };
        _canvas.DrawPaint(paint);
    }

    /// <summary>Lines, arcs, dots and slivers, so that neither an edge nor a corner alone tells a shape.</summary>
    private void DrawClutter(int count)
    {
        for (int i = 0; i < count; i++)
        {
            using var paint = new SKPaint { IsAntialias = true, Color = RandomColor(80, 100).WithAlpha((byte)_random.Next(120, 256)) };
            paint.Style = SKPaintStyle.Stroke;
            paint.StrokeWidth = Between(1, 4);
            var at = RandomPoint();
            float length = Between(15, 70);
            switch (_random.Next(4))
            {
                case 0:
                    _canvas.DrawLine(at, at + RandomOffset(length), paint);
                    break;
                case 1:
                    _canvas.DrawArc(SKRect.Create(at.X, at.Y, length, Between(15, 70)), Between(0, 360), Between(40, 150), useCenter: false, paint);
                    break;
                case 2:
                    paint.StrokeCap = SKStrokeCap.Round;
                    paint.StrokeWidth = Between(3, 9);
                    _canvas.DrawPoint(at, paint);
                    break;
                default:
                    paint.StrokeWidth = Between(5, 10);
                    _canvas.DrawLine(at, at + RandomOffset(length), paint);
                    break;
            }
        }
    }

    /// <summary>Draws one shape where it covers little of the others; gives up where no place is found.</summary>
    private void TryDrawShape()
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            var kind = (ShapeKind)_random.Next(ShapePath.KindCount);
            float radius = MathF.Exp(Between(MathF.Log(13), MathF.Log(50)));
            using var path = ShapePath.Create(kind, radius, Between(0, MathF.Tau), SKPoint.Empty);
            using var paint = RandomShapePaint(radius);
            using var drawn = paint.GetFillPath(path) ?? new SKPath(path);
            var box = drawn.TightBounds;
            if (box.Width > Bitmap.Width || box.Height > Bitmap.Height)
                continue;
            var offset = new SKPoint(Between(0, Bitmap.Width - box.Width) - box.Left, Between(0, Bitmap.Height - box.Height) - box.Top);
            box.Offset(offset);
            if (_objects.Any(other => CoveredShare(box, other.Box) > 0.35f) || !Contrasts(paint.Color, box))
                continue;

            _canvas.Save();
            _canvas.Translate(offset);
            _canvas.DrawPath(path, paint);
            _canvas.Restore();
            _objects.Add((kind, box));
            return;
        }
    }

    private SKPaint RandomShapePaint(float radius)
    {
        bool outline = _random.Next(4) == 0;
        return new SKPaint
        {
            IsAntialias = true,
            Color = RandomColor(70, 100).WithAlpha((byte)_random.Next(215, 256)),
            Style = outline ? SKPaintStyle.Stroke : SKPaintStyle.Fill,
            StrokeWidth = MathF.Max(3, 0.2f * radius),
            StrokeJoin = SKStrokeJoin.Miter,
        };
    }

    /// <summary>Share of the smaller box that lies inside the other.</summary>
    private static float CoveredShare(SKRect a, SKRect b)
    {
        var common = SKRect.Intersect(a, b);
        return common.Width * common.Height / MathF.Min(a.Width * a.Height, b.Width * b.Height);
    }

    /// <summary>Whether a colour can be told from what is under the middle of a box.</summary>
    private bool Contrasts(SKColor color, SKRect box)
    {
        var under = Bitmap.GetPixel((int)box.MidX, (int)box.MidY);
        return Math.Abs(color.Red - under.Red) + Math.Abs(color.Green - under.Green) + Math.Abs(color.Blue - under.Blue) > 110;
    }

    /// <summary>Grain of one strength over the whole picture: a sum of uniform numbers, near enough to a normal distribution.</summary>
    private void AddNoise()
    {
        float strength = Between(4, 28);
        var pixels = Bitmap.GetPixelSpan();
        for (int i = 0; i < pixels.Length; i++)
        {
            if (i % 4 == 3)
                continue;
            float noise = strength * (_random.NextSingle() + _random.NextSingle() + _random.NextSingle() - 1.5f);
            pixels[i] = (byte)Math.Clamp(pixels[i] + noise, 0, 255);
        }
    }

    private SKColor RandomColor(int leastValue, int mostValue) =>
        SKColor.FromHsv(Between(0, 360), Between(10, 100), Between(leastValue, mostValue));

    private SKPoint RandomPoint() => new(Between(0, Bitmap.Width), Between(0, Bitmap.Height));

    private SKPoint RandomOffset(float length)
    {
        var (sin, cos) = MathF.SinCos(Between(0, MathF.Tau));
        return new(length * cos, length * sin);
    }

    private float Between(float low, float high) => low + (high - low) * _random.NextSingle();
}
