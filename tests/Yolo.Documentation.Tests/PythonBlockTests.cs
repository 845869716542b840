using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Documentation.Tests;

/// <summary>Whether the Python of docs/onnx.md resizes as the library does. Needs Python with NumPy and Pillow.</summary>
public sealed class PythonBlockTests
{
    private static readonly string? s_python = new[] { "python3", "/usr/bin/python3", "python" }.FirstOrDefault(
        name => TryRun(name, "-c", "import numpy, PIL.Image") is not null);

    // From 240 rows to 416 Darknet's last row is black. 100 x 60 is less than a quarter of 900 x 700, which is averaged first.
    [Theory]
    [InlineData("darknet", 320, 240, 416, 416)]
    [InlineData("darknet", 61, 500, 96, 416)]
    [InlineData("antialiased", 320, 240, 416, 416)]
    [InlineData("antialiased", 900, 700, 100, 60)]
    public void Resize_OfTheOnnxPage_IsTheLibrarys(string filter, int imageWidth, int imageHeight, int width, int height)
    {
        Assert.SkipWhen(s_python is null, "There is no Python with NumPy and Pillow.");
        using var folder = new TemporaryFolder();
        string image = folder.Combine("image.png"), script = folder.Combine("resize.py"), output = folder.Combine("pixels");
        SaveNoise(image, imageWidth, imageHeight);
        File.WriteAllText(script, string.Create(CultureInfo.InvariantCulture, $"""
            {Functions()}
            {filter}(Image.open(r"{image}").convert("RGB"), {width}, {height}).transpose(2, 0, 1).astype(np.float32).tofile(r"{output}")
            """));

        Assert.NotNull(TryRun(s_python, script));

        float[] expected = new float[3 * width * height];
        using var picture = ImageFile.Decode(image, ImageOrientation.Upright);
        ImagePreprocessor.Fill(picture.Pixels(), ResizeMode.Stretch, filter == "darknet" ? ResizeFilter.Darknet : ResizeFilter.Antialiased,
            width, height, expected);
        var actual = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray();
        Assert.Equal(expected.Length, actual.Length);
        float tolerance = filter == "darknet" ? 5e-6f : 1.01f / 255;
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    /// <summary>The block up to where it opens a session.</summary>
    private static string Functions()
    {
        string page = File.ReadAllText(Path.Combine(TestPaths.Root, "docs", "onnx.md"));
        string block = page.Split("```python\n")[1];
        return block[..block.IndexOf("session =", StringComparison.Ordinal)].Replace("import onnxruntime\n", "", StringComparison.Ordinal);
    }

    private static void SaveNoise(string path, int width, int height)
    {
        byte[] pixels = new byte[4 * width * height];
        new Random(1).NextBytes(pixels);
        for (int i = 3; i < pixels.Length; i += 4)
            pixels[i] = byte.MaxValue;
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }

    /// <summary>What a program prints; null where it is not there or fails.</summary>
    private static string? TryRun(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
