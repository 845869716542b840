using System.Runtime.InteropServices;
using System.Text.Json;
using SkiaSharp;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests;

/// <summary>Golden/mini: a network of 160 x 96 pixels with every layer type, and what Darknet and a float64 reference make of it.</summary>
internal static class MiniGolden
{
    public static NetworkDefinition Network { get; } = DarknetConfig.Load(TestPaths.Golden("mini/mini.cfg"));

    public static NetworkWeights Weights { get; } = DarknetWeightsFile.Read(TestPaths.Golden("mini/mini.weights"), Network);

    public static DetectorModel Model { get; } = new(Network, Weights, ["first", "second", "third"]);

    /// <summary>Little-endian floats.</summary>
    public static float[] ReadFloats(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();

    /// <summary>Golden/mini/synthetic.input as pixels, so that a test needs no photograph.</summary>
    public static byte[] SyntheticPixels()
    {
        float[] planes = ReadFloats(TestPaths.Golden("mini/synthetic.input.f32.bin"));
        int size = planes.Length / 3;
        byte[] rgba = new byte[4 * size];
        for (int i = 0; i < rgba.Length; i++)
            rgba[i] = i % 4 == 3 ? byte.MaxValue : (byte)MathF.Round(255 * planes[i % 4 * size + i / 4]);
        return rgba;
    }

    /// <summary>The same as a PNG file, cut off at a number of rows.</summary>
    public static byte[] SyntheticPng(int rows = 96)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(160, rows, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Marshal.Copy(SyntheticPixels(), 0, bitmap.GetPixels(), bitmap.ByteCount);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>That image as so many PNG files in a folder, each one 4 rows less high than the one before.</summary>
    public static string[] WriteImages(TemporaryFolder folder, int count)
    {
        string[] paths = [.. Enumerable.Range(0, count).Select(i => folder.Combine($"image{i:D2}.png"))];
        for (int i = 0; i < count; i++)
            File.WriteAllBytes(paths[i], SyntheticPng(rows: 96 - 4 * i));
        return paths;
    }

    /// <summary>A list of detections in the shared golden.json, as is: not clipped.</summary>
    public static Detection[] ReadDetections(JsonElement list) =>
    [
        .. list.EnumerateArray().Select(entry => new Detection(
            BoxOf(entry.GetProperty("left").GetSingle(), entry.GetProperty("top").GetSingle(), entry.GetProperty("width").GetSingle(), entry.GetProperty("height").GetSingle()),
            entry.GetProperty("cls").GetInt32(),
            entry.GetProperty("score").GetSingle())),
    ];

    /// <summary>Fails unless every value lies within a part of the largest expected magnitude.</summary>
    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0, difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs((double)expected[i] - actual[i]));
        }
        Assert.True(difference <= relative * largest, $"The largest difference is {difference / largest:G3} of the largest value, {largest}; {relative:G3} is allowed.");
    }

    private static BoundingBox BoxOf(float left, float top, float width, float height) => new(left, top, left + width, top + height);
}
