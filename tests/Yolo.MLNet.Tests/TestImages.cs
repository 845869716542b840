using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Yolo.MLNet.Tests;

/// <summary>Images of noise tiles, the same for the same seed.</summary>
internal static class TestImages
{
    private const int Tile = 16;

    /// <summary>An image in memory.</summary>
    public static MLImage Noise(int width, int height, int seed, MLPixelFormat format = MLPixelFormat.Rgba32)
    {
        byte[] pixels = Pixels(width, height, seed);
        if (format == MLPixelFormat.Bgra32)
        {
            for (int i = 0; i < pixels.Length; i += 4)
                (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
        }
        return MLImage.CreateFromPixels(width, height, format, pixels);
    }

    /// <summary>The same image as a PNG file, which loses nothing.</summary>
    public static void Save(string path, int width, int height, int seed)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        byte[] pixels = Pixels(width, height, seed);
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }

    private static byte[] Pixels(int width, int height, int seed)
    {
        var random = new Random(seed);
        byte[] tiles = new byte[3 * (width / Tile + 1) * (height / Tile + 1)];
        random.NextBytes(tiles);
        byte[] pixels = new byte[4 * width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int tile = 3 * (y / Tile * (width / Tile + 1) + x / Tile), pixel = 4 * (y * width + x);
                tiles.AsSpan(tile, 3).CopyTo(pixels.AsSpan(pixel));
                pixels[pixel + 3] = 255;
            }
        }
        return pixels;
    }
}
