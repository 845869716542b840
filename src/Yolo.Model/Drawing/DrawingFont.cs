using SkiaSharp;

namespace Yolo.Model.Drawing;

/// <summary>The font that comes with the library, DejaVu Sans: Latin, Greek, Cyrillic and more, but no Chinese, Japanese or Korean.</summary>
/// <remarks>SkiaSharp's Linux build without dependencies finds no font of the system, and a bare machine has none.</remarks>
public static class DrawingFont
{
    private const string Resource = "DejaVuSans.ttf";

    private static readonly Lazy<SKTypeface> Loaded = new(Load);

    /// <summary>The font. It is shared and lives as long as the process: do not dispose it.</summary>
    public static SKTypeface Typeface => Loaded.Value;

    /// <summary>The content of the TrueType file, for others who draw text; the caller disposes it.</summary>
    public static Stream OpenStream() =>
        typeof(DrawingFont).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}.");

    private static SKTypeface Load()
    {
        using var stream = OpenStream();
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException($"SkiaSharp cannot read the embedded font {Resource}.");
    }
}
