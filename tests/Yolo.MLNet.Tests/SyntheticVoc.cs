using System.Globalization;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Tests;

/// <summary>Writes small VOC data sets.</summary>
internal sealed class SyntheticVoc
{
    private readonly string _folder;

    public SyntheticVoc(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "Annotations"));
        Directory.CreateDirectory(Path.Combine(folder, "JPEGImages"));
        Directory.CreateDirectory(Path.Combine(folder, "ImageSets", "Main"));
    }

    /// <summary>Adds an image of noise with objects.</summary>
    public SyntheticVoc Add(string id, int width, int height, params (string Name, BoundingBox Box, bool Difficult)[] objects)
    {
        TestImages.Save(Path.Combine(_folder, "JPEGImages", id + ".png"), width, height, seed: id.Sum(c => c));
        string items = string.Concat(objects.Select(item => string.Create(CultureInfo.InvariantCulture,
            $"<object><name>{item.Name}</name><difficult>{(item.Difficult ? 1 : 0)}</difficult><bndbox><xmin>{item.Box.Left}</xmin><ymin>{item.Box.Top}</ymin><xmax>{item.Box.Right}</xmax><ymax>{item.Box.Bottom}</ymax></bndbox></object>")));
        File.WriteAllText(Path.Combine(_folder, "Annotations", id + ".xml"),
            $"<annotation><filename>{id}.png</filename><size><width>{width}</width><height>{height}</height><depth>3</depth></size>{items}</annotation>");
        return this;
    }

    /// <summary>Writes a list of images.</summary>
    public SyntheticVoc Set(string name, params string[] ids)
    {
        File.WriteAllLines(Path.Combine(_folder, "ImageSets", "Main", name + ".txt"), ids);
        return this;
    }

    /// <summary>Six images of 80 x 64 with a "bee" and a "cat" each, and one without objects.</summary>
    public static void WriteTrainingSet(string folder)
    {
        var voc = new SyntheticVoc(folder);
        for (int i = 0; i < 6; i++)
            voc.Add($"image{i}", 80, 64, ("cat", new(4 + i, 4, 30 + i, 28), false), ("bee", new(40, 30 + i, 60, 50 + i), false));
        voc.Add("nothing", 80, 64);
    }
}
