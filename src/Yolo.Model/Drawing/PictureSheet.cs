using SkiaSharp;

namespace Yolo.Model.Drawing;

/// <summary>Pictures side by side in rows of four, each fitted into a square, as one picture.</summary>
internal sealed class PictureSheet : IDisposable
{
    /// <summary>Side of a square, pixels.</summary>
    public const int Side = 320;

    /// <summary>The most pictures of a sheet.</summary>
    public const int Maximum = 16;

    private const int Columns = 4;

    private readonly SKBitmap _sheet;
    private readonly int _room;
    private int _count;

    /// <summary>An empty sheet.</summary>
    /// <param name="count">How many pictures it has room for, at least 1; <see cref="Maximum"/> if there are more.</param>
    public PictureSheet(int count)
    {
        _room = Math.Min(count, Maximum);
        _sheet = new(Side * Math.Min(_room, Columns), Side * ((_room + Columns - 1) / Columns), SKColorType.Rgba8888, SKAlphaType.Opaque);
        _sheet.Erase(SKColors.White);
    }

    /// <summary>Whether another picture finds no room.</summary>
    public bool IsFull => _count == _room;

    /// <summary>Adds a picture; a full sheet takes no more.</summary>
    /// <param name="picture">The picture. Not owned.</param>
    /// <param name="draw">Draws into the picture once it has its final size: told that and the scale, pixels of it per pixel of the
    /// original.</param>
    public void Add(SKBitmap picture, Action<SKBitmap, float> draw)
    {
        if (IsFull)
            return;
        float scale = Math.Min((float)Side / picture.Width, (float)Side / picture.Height);
        int width = Math.Max(1, (int)MathF.Round(scale * picture.Width)), height = Math.Max(1, (int)MathF.Round(scale * picture.Height));
        using var fitted = picture.Resize(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), SKFilterQuality.Medium);
        draw(fitted, scale);
        using var canvas = new SKCanvas(_sheet);
        canvas.DrawBitmap(fitted, _count % Columns * Side + (Side - width) / 2, _count / Columns * Side + (Side - height) / 2);
        _count++;
    }

    /// <summary>Writes the sheet as a JPEG file, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => DetectionRenderer.SaveJpeg(_sheet, path);

    public void Dispose() => _sheet.Dispose();
}
