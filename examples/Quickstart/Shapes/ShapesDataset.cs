using System.Globalization;
using System.Xml.Linq;
using SkiaSharp;

namespace Quickstart.Shapes;

/// <summary>A small data set of drawn shapes in the layout of Pascal VOC: <c>JPEGImages</c>, <c>Annotations</c>, <c>ImageSets/Main</c>.</summary>
internal static class ShapesDataset
{
    /// <summary>Draws the pictures and writes them with their annotations and the sets <c>train</c> and <c>test</c>.</summary>
    /// <param name="folder">Where to; created if it is not there.</param>
    /// <param name="trainImages">Pictures to train on.</param>
    /// <param name="testImages">Pictures held back.</param>
    /// <param name="seed">The same seed gives the same pictures.</param>
    /// <param name="cancellation">Stops between two pictures.</param>
    public static void Create(string folder, int trainImages, int testImages, int seed, CancellationToken cancellation)
    {
        string images = Directory.CreateDirectory(Path.Combine(folder, "JPEGImages")).FullName;
        string annotations = Directory.CreateDirectory(Path.Combine(folder, "Annotations")).FullName;
        string sets = Directory.CreateDirectory(Path.Combine(folder, "ImageSets", "Main")).FullName;

        var random = new Random(seed);
        string[] ids = [.. Enumerable.Range(0, trainImages + testImages).Select(i => i.ToString("D6", CultureInfo.InvariantCulture))];
        foreach (string id in ids)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scene = new ShapeScene(random);
            string file = id + ".jpg";
            using (var stream = File.Create(Path.Combine(images, file)))
                scene.Bitmap.Encode(stream, SKEncodedImageFormat.Jpeg, quality: random.Next(60, 96));
            Annotation(file, scene).Save(Path.Combine(annotations, id + ".xml"));
        }
        File.WriteAllLines(Path.Combine(sets, "train.txt"), ids[..trainImages]);
        File.WriteAllLines(Path.Combine(sets, "test.txt"), ids[trainImages..]);
    }

    private static XElement Annotation(string file, ShapeScene scene) => new("annotation",
        new XElement("folder", "JPEGImages"),
        new XElement("filename", file),
        new XElement("size",
            new XElement("width", scene.Bitmap.Width),
            new XElement("height", scene.Bitmap.Height),
            new XElement("depth", 3)),
        scene.Objects.Select(item => new XElement("object",
            new XElement("name", ShapePath.Name(item.Kind)),
            new XElement("difficult", 0),
            new XElement("bndbox",
                new XElement("xmin", (int)MathF.Round(item.Box.Left)),
                new XElement("ymin", (int)MathF.Round(item.Box.Top)),
                new XElement("xmax", (int)MathF.Round(item.Box.Right)),
                new XElement("ymax", (int)MathF.Round(item.Box.Bottom))))));
}
