using OpenCvSharp;
using SkiaSharp;
using Yolo.Model.Imaging;

namespace Yolo.Benchmarks;

/// <summary>A decoded picture: coloured ellipses on a gradient, under the noise of a camera, so that a JPEG of it has the size of a photograph's.</summary>
internal sealed class RgbaImage
{
    private const int Objects = 12, Noise = 24;

    private readonly byte[] _pixels;

    /// <summary>Draws one; equal seeds give equal pictures.</summary>
    public RgbaImage(int width, int height, int seed)
    {
        (Width, Height) = (width, height);
        var random = new Random(seed);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Draw(bitmap, random);
        _pixels = bitmap.Bytes;
        for (int i = 0; i < _pixels.Length; i++)
            _pixels[i] = i % 4 == 3 ? byte.MaxValue : (byte)Math.Clamp(_pixels[i] + random.Next(-Noise, Noise + 1), byte.MinValue, byte.MaxValue);
    }

    public int Width { get; }

    public int Height { get; }

    public PixelView View => new(_pixels, Width, Height, 4 * Width, PixelOrder.Rgba);

    /// <summary>The same picture as OpenCV's imread would give it.</summary>
    public Mat ToBgrMat()
    {
        using var rgba = Mat.FromPixelData(Height, Width, MatType.CV_8UC4, _pixels);
        var bgr = new Mat();
        Cv2.CvtColor(rgba, bgr, ColorConversionCodes.RGBA2BGR);
        return bgr;
    }

    /// <summary>Writes the picture as a JPEG of quality 90.</summary>
    public void SaveJpeg(string path)
    {
        using var image = SKImage.FromPixelCopy(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque), _pixels);
        using var data = image.Encode(SKEncodedImageFormat.Jpeg, quality: 90);
        using var file = File.Create(path);
        data.SaveTo(file);
    }

    private static void Draw(SKBitmap bitmap, Random random)
    {
        using var canvas = new SKCanvas(bitmap);
        using var background = SKShader.CreateLinearGradient(
            new(0, 0), new(bitmap.Width, bitmap.Height), [Colour(random), Colour(random)], null, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = background, IsAntialias = true };
        canvas.DrawPaint(paint);
        paint.Shader = null;
        for (int i = 0; i < Objects; i++)
        {
            paint.Color = Colour(random);
            canvas.DrawOval(
                random.Next(bitmap.Width), random.Next(bitmap.Height), bitmap.Width * (0.02f + 0.1f * random.NextSingle()), bitmap.Height * (0.02f + 0.15f * random.NextSingle()), paint);
        }
    }

    private static SKColor Colour(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}
