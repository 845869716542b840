using SkiaSharp;

namespace Yolo.Model.Tests.Data;

/// <summary>A folder for small data sets of any format, removed when the test ends.</summary>
internal sealed class DatasetFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal string Path => _folder.Path;

    /// <summary>The path of something in it, by names with slashes.</summary>
    internal string At(string name) => _folder.Combine(name.Split('/'));

    /// <summary>Adds an image of 40 x 30 pixels in a grey of its own.</summary>
    internal string Image(string name, byte grey = 128)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        using var bitmap = new SKBitmap(40, 30);
        bitmap.Erase(new SKColor(grey, grey, grey));
        using var stream = File.Create(At(name));
        bitmap.Encode(stream, SKEncodedImageFormat.Png, 100);
        return At(name);
    }

    /// <summary>Adds a text file.</summary>
    internal string Text(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public void Dispose() => _folder.Dispose();
}
