using System.Globalization;
using Yolo.Model.Files;
using Yolo.Model.Geometry;

namespace Yolo.Model.Data.Voc;

/// <summary>One annotation file of a Pascal VOC data set, as it stands: nothing is checked against the image.</summary>
/// <param name="FileName">Name of the image file, where the annotation gives one.</param>
/// <param name="Width">Width of the image, pixels, where the annotation gives a positive one.</param>
/// <param name="Height">Height of the image, pixels, where the annotation gives a positive one.</param>
/// <param name="Objects">The objects; parts of objects (<c>part</c>) are left out.</param>
/// <remarks>Boxes are (xmin, ymin, xmax, ymax) as written. VOC counts pixels from 1 and includes the last one, so that the pixels of a box reach from
/// xmin - 1 to xmax; most tools write and read the numbers as plain corners, and so does this.</remarks>
public sealed record VocAnnotation(string? FileName, int? Width, int? Height, IReadOnlyList<LabelledObject> Objects)
{
    /// <summary>Bytes that an annotation may have: 16 MiB, some 50,000 objects. As elements they take up to 30 times their size.</summary>
    public const long MaximumBytes = 1L << 24;

    private static readonly LoadOptions s_throwing = new() { OnError = OnError.Throw };

    /// <summary>Line of each object, from 1.</summary>
    internal IReadOnlyList<int> Lines { get; private init; } = [];

    /// <summary>Reads an annotation file. Document type declarations, and with them external entities, are refused.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no VOC annotation; the message gives file, line, expected and found.</exception>
    public static VocAnnotation Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(path, new FlawLog(s_throwing));
    }

    /// <summary>Reads an annotation from a stream. Document type declarations, and with them external entities, are refused.</summary>
    /// <param name="stream">The XML text; left open.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">The text is no VOC annotation; the message gives name, line, expected and found.</exception>
    public static VocAnnotation Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(stream, name, new FlawLog(s_throwing));
    }

    /// <summary>Reads an annotation file; malformed objects are left out, as the log decides.</summary>
    internal static VocAnnotation Read(string path, FlawLog log)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path, log);
    }

    private static VocAnnotation Read(Stream stream, string name, FlawLog log)
    {
        using var text = new MemoryStream();
        new BoundedStream(stream, MaximumBytes, name).CopyTo(text);
        if (text.Length == 0)
            throw new InvalidDataException($"{name}: expected an annotation, found an empty file.");
        var root = VocElement.Read(text, name);
        if (root.Name != "annotation")
            throw Malformed(name, root, $"expected the root element <annotation>, found <{root.Name}>");
        var size = root.Child("size");
        var objects = new List<LabelledObject>();
        var lines = new List<int>();
        foreach (var element in root.Children)
        {
            if (element.Name != "object")
                continue;
            try
            {
                objects.Add(ReadObject(element, name, log));
                lines.Add(element.Line);
            }
            catch (InvalidDataException exception) when (log.SkipsObject(exception))
            {
            }
        }
        return new(root.Child("filename")?.Text, ReadSide(size, "width"), ReadSide(size, "height"), objects) { Lines = lines };
    }

    private static LabelledObject ReadObject(VocElement element, string name, FlawLog log)
    {
        string className = element.Child("name")?.Text ?? throw Malformed(name, element, "expected the object's <name>, found none");
        var box = element.Child("bndbox") ?? throw Malformed(name, element, $"expected the <bndbox> of object '{className}', found none");
        var corners = new BoundingBox(
            ReadCoordinate(box, "xmin", name), ReadCoordinate(box, "ymin", name), ReadCoordinate(box, "xmax", name), ReadCoordinate(box, "ymax", name));
        return new(className, corners, ReadDifficult(element, className, name, log));
    }

    private static bool ReadDifficult(VocElement element, string className, string name, FlawLog log)
    {
        string? text = element.Child("difficult")?.Text;
        switch (text?.ToUpperInvariant())
        {
            case null or "0" or "FALSE" or "NO":
                return false;
            case "1" or "TRUE" or "YES":
                return true;
            default:
                log.Warn(FlawKind.UnknownValue, FormattableString.Invariant(
                    $"{name}({element.Line}): expected <difficult> of object '{className}' to be 0 or 1, found '{text}'; it is taken as not difficult."));
                return false;
        }
    }

    private static float ReadCoordinate(VocElement box, string side, string name)
    {
        string text = box.Child(side)?.Text ?? throw Malformed(name, box, $"expected <{side}> in <bndbox>, found none");
        bool valid = float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value);
        return valid ? value : throw Malformed(name, box, $"expected a number in <{side}>, found '{Visible(text)}'");
    }

    /// <summary>The text with characters that nobody sees written out.</summary>
    private static string Visible(string text) => string.Concat(text.Select(character =>
        char.IsControl(character) || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.Format ? $"(U+{(int)character:X4})" : character.ToString()));

    /// <summary>Sides that are absent, zero or unreadable count as not given: the image knows better.</summary>
    private static int? ReadSide(VocElement? size, string side) =>
        float.TryParse(size?.Child(side)?.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value is >= 1 and < 1e9f && value == MathF.Truncate(value) ? (int)value : null;

    private static InvalidDataException Malformed(string name, VocElement place, string problem) => new(FormattableString.Invariant($"{name}({place.Line}): {problem}."));
}
