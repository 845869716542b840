using System.Globalization;
using Yolo.Model.Files;
using Yolo.Model.Geometry;

namespace Yolo.Model.Data.Yolo;

/// <summary>Label files of Darknet and its successors: beside every image a text file with a line per object, <c>class cx cy w h</c>, the class an index from 0 and the box its
/// centre and size as parts of the image's width and height.</summary>
public static class YoloLabels
{
    private const int BoxValues = 4;

    /// <summary>Centres lie within the image and boxes reach beyond it by a little at most: what is larger is no fraction.</summary>
    private const double LargestFraction = 1.5;

    /// <summary>Writes a label file, whole or not at all; its folder must exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Width of the image, pixels, positive.</param>
    /// <param name="height">Height of the image, pixels, positive.</param>
    /// <param name="objects">Class indices, and boxes in pixels of the image.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, int width, int height, IEnumerable<(int ClassIndex, BoundingBox Box)> objects) => Write(path, width, height, objects, flushToDisk: true);

    /// <summary>Writes a label file, one of thousands that can be made again: it need not be on the disk when the call returns.</summary>
    internal static void Write(string path, int width, int height, IEnumerable<(int ClassIndex, BoundingBox Box)> objects, bool flushToDisk)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(objects);
        var lines = objects.Select(item => string.Create(CultureInfo.InvariantCulture,
            $"{item.ClassIndex} {item.Box.CenterX / width:0.######} {item.Box.CenterY / height:0.######} {item.Box.Width / width:0.######} {item.Box.Height / height:0.######}\n"));
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines))), flushToDisk);
    }

    /// <summary>Reads a label file; malformed lines are left out, as the log decides. Boxes are fractions of the image's sides.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classNames">Names of the classes, by index.</param>
    /// <param name="keyPointValues">Values of key points after each box; they are passed over. 0: none.</param>
    /// <param name="log">Told of malformed lines.</param>
    /// <remarks>A line of more values than a box has is a polygon, <c>class x1 y1 x2 y2 x3 y3 ...</c>: its bounding box is taken. One more value is a score. Decimal commas are read.</remarks>
    /// <exception cref="InvalidDataException">The file is not in UTF-8; or a line is malformed and the log lets it through.</exception>
    internal static List<AnnotatedObject> Read(string path, IReadOnlyList<string> classNames, int keyPointValues, FlawLog log)
    {
        var objects = new List<AnnotatedObject>();
        int number = 0;
        foreach (string line in TextFile.ReadLines(path))
        {
            number++;
            string text = TextFile.TrimInvisible(line);
            if (text.Length == 0)
                continue;
            try
            {
                var (index, box) = Parse(text, path, number, classNames, keyPointValues);
                objects.Add(new(new(classNames[index], box), number, objects.Count + 1));
            }
            catch (InvalidDataException exception) when (log.SkipsObject(exception))
            {
            }
        }
        return objects;
    }

    private static (int ClassIndex, BoundingBox Box) Parse(string line, string path, int number, IReadOnlyList<string> classNames, int keyPointValues)
    {
        string[] parts = Split(line);
        bool keyPoints = keyPointValues > 0 && parts.Length == 1 + BoxValues + keyPointValues;
        bool polygon = !keyPoints && keyPointValues == 0 && parts.Length >= 7 && parts.Length % 2 == 1;
        if (parts.Length != 1 + BoxValues && parts.Length != 2 + BoxValues && !polygon && !keyPoints)
            throw Malformed(keyPointValues > 0 ? $"expected 'class cx cy w h' and {keyPointValues} values of key points" : "expected 'class cx cy w h', or a class and the corners of a polygon");
        if (!float.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out float written) || written != MathF.Truncate(written) || !(written >= 0 && written < classNames.Count))
            throw Malformed($"expected the index of a class, 0 to {classNames.Count - 1}, first");
        int count = polygon ? parts.Length - 1 : BoxValues;
        Span<double> values = count <= 64 ? stackalloc double[count] : new double[count];
        for (int i = 0; i < count; i++)
        {
            if (!double.TryParse(parts[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !double.IsFinite(values[i]))
                throw Malformed($"expected a number, found '{parts[i + 1]}',");
            if (Math.Abs(values[i]) > LargestFraction)
            {
                throw FlawLog.Error(FlawKind.NoFractions, FormattableString.Invariant(
                    $"{path}({number}): expected fractions of the image's width and height, 0 to 1, found {values[i]} in '{line}': the values are no fractions of the image, but pixels or another unit."));
            }
        }
        return ((int)written, polygon ? Bounds(values) : FromCenter(values));

        InvalidDataException Malformed(string problem) => new(FormattableString.Invariant($"{path}({number}): {problem} in '{line}'."));
    }

    /// <summary>The values of a line: between white space, or between commas where there is none. Commas that remain are decimal ones.</summary>
    private static string[] Split(string line)
    {
        string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 1)
            return line.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // "0, 0.5, 0.5": a comma at the end separates.
        return [.. parts.Select(part => part.TrimEnd(',', ';')).Select(part => part.Contains('.', StringComparison.Ordinal) ? part : part.Replace(',', '.'))];
    }

    // In double, so that 0.225 - 0.25 / 2 is 0.1 and no other number beside it.
    private static BoundingBox FromCenter(ReadOnlySpan<double> box) =>
        new((float)(box[0] - 0.5 * box[2]), (float)(box[1] - 0.5 * box[3]), (float)(box[0] + 0.5 * box[2]), (float)(box[1] + 0.5 * box[3]));

    private static BoundingBox Bounds(ReadOnlySpan<double> points)
    {
        double left = points[0], top = points[1], right = left, bottom = top;
        for (int i = 2; i < points.Length; i += 2)
            (left, top, right, bottom) = (Math.Min(left, points[i]), Math.Min(top, points[i + 1]), Math.Max(right, points[i]), Math.Max(bottom, points[i + 1]));
        return new((float)left, (float)top, (float)right, (float)bottom);
    }
}
