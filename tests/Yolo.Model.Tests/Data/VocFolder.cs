using System.Globalization;
using SkiaSharp;

namespace Yolo.Model.Tests.Data;

/// <summary>A small VOC data set on disk, removed when the test ends.</summary>
internal sealed class VocFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal VocFolder()
    {
        Directory.CreateDirectory(_folder.Combine("Annotations"));
        Directory.CreateDirectory(_folder.Combine("JPEGImages"));
        Directory.CreateDirectory(_folder.Combine("ImageSets", "Main"));
    }

    internal string Path => _folder.Path;

    internal string AnnotationPath(string id) => _folder.Combine("Annotations", id + ".xml");

    internal string ImagePath(string fileName) => _folder.Combine("JPEGImages", fileName);

    /// <summary>Adds an image of 40 x 30 pixels and its annotation.</summary>
    internal void Add(
        string id, string objects = "", string size = "<size><width>40</width><height>30</height><depth>3</depth></size>",
        string? imageName = null, string? fileName = null)
    {
        AddImage(imageName ?? id + ".jpg");
        File.WriteAllText(AnnotationPath(id), $"<annotation><filename>{fileName ?? imageName ?? id + ".jpg"}</filename>{size}{objects}</annotation>");
    }

    private void AddImage(string name)
    {
        using var bitmap = new SKBitmap(40, 30);
        bitmap.Erase(SKColors.Gray);
        using var stream = File.Create(ImagePath(name));
        bitmap.Encode(stream, SKEncodedImageFormat.Png, 100);
    }

    internal void AddSet(string name, string text) => File.WriteAllText(_folder.Combine("ImageSets", "Main", name + ".txt"), text);

    internal static string Object(string name, float left, float top, float right, float bottom, string extra = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"<object><name>{name}</name>{extra}<bndbox><xmin>{left}</xmin><ymin>{top}</ymin><xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox></object>");

    public void Dispose() => _folder.Dispose();
}
