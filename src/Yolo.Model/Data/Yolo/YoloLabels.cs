using System.Globalization;
using Yolo.Model.Files;
using Yolo.Model.Geometry;

namespace Yolo.Model.Data.Yolo;

/// <summary>Label files of Darknet and its successors: beside every image a text file with a line per object, <c>class cx cy w h</c>, the class an index from 0 and the box its
/// centre and size as parts of the image's width and height.</summary>
public static class YoloLabels
{
    private const int BoxValues = 4;

    /// <summary>Writes a label file, whole or not at all; its folder must exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Width of the image, pixels, positive.</param>
    /// <param name="height">Height of the image, pixels, positive.</param>
    /// <param name="objects">Class indices, and boxes in pixels of the image.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, int width, int height, IEnumerable<(int ClassIndex, BoundingBox Box)> objects)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(objects);
        var lines = objects.Select(item => string.Create(CultureInfo.InvariantCulture,
            $"{item.ClassIndex} {item.Box.CenterX / width:0.######} {item.Box.CenterY / height:0.######} {item.Box.Width / width:0.######} {item.Box.Height / height:0.######}\n"));
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>Reads a label file; where the sink takes errors, malformed lines are left out. A line of more values is a polygon, <c>class x1 y1 x2 y2 x3 y3 ...</c>: its bounding box.</summary>
    /// <exception cref="InvalidDataException">A line is malformed.</exception>
    internal static List<AnnotatedObject> Read(string path, int width, int height, IReadOnlyList<string> classNames, FlawSink flaws)
    {
        var objects = new List<AnnotatedObject>();
        int number = 0;
        foreach (string line in TextFile.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                var (index, box) = Parse(line, path, number, classNames, width, height);
                objects.Add(new(new(classNames[index], box, Difficult: false), number, objects.Count + 1));
            }
            catch (InvalidDataException exception) when (flaws.Takes(exception))
            {
            }
        }
        return objects;
    }

    private static (int ClassIndex, BoundingBox Box) Parse(string line, string path, int number, IReadOnlyList<string> classNames, int width, int height)
    {
        string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        bool polygon = parts.Length >= 7 && parts.Length % 2 == 1;
        if (parts.Length != 1 + BoxValues && !polygon)
            throw Malformed("expected 'class cx cy w h', or a class and the corners of a polygon");
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= classNames.Count)
            throw Malformed($"expected the index of a class, 0 to {classNames.Count - 1}, first");
        var values = new float[parts.Length - 1];
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.TryParse(parts[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !float.IsFinite(values[i]))
                throw Malformed($"expected a number, found '{parts[i + 1]}',");
            values[i] *= i % 2 == 0 ? width : height;
        }
        return (index, polygon ? Bounds(values) : BoundingBox.FromCenter(values[0], values[1], values[2], values[3]));

        InvalidDataException Malformed(string problem) => new(FormattableString.Invariant($"{path}({number}): {problem} in '{line.Trim()}'."));
    }

    private static BoundingBox Bounds(float[] points)
    {
        var box = new BoundingBox(points[0], points[1], points[0], points[1]);
        for (int i = 2; i < points.Length; i += 2)
            box = new(MathF.Min(box.Left, points[i]), MathF.Min(box.Top, points[i + 1]), MathF.Max(box.Right, points[i]), MathF.Max(box.Bottom, points[i + 1]));
        return box;
    }
}
