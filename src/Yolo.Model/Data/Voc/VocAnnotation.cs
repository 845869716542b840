using System.Globalization;
using System.Xml;
using System.Xml.Linq;
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

    /// <summary>How deeply elements may be nested; VOC's are four deep. The time that XDocument takes grows with the square of the depth.</summary>
    private const int MaximumDepth = 64;

    /// <summary>Line of each object, from 1.</summary>
    internal IReadOnlyList<int> Lines { get; private init; } = [];

    /// <summary>Reads an annotation file. Document type declarations, and with them external entities, are refused.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no VOC annotation; the message gives file, line, expected and found.</exception>
    public static VocAnnotation Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(path, new FlawSink(warn: null));
    }

    /// <summary>Reads an annotation from a stream. Document type declarations, and with them external entities, are refused.</summary>
    /// <param name="stream">The XML text; left open.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">The text is no VOC annotation; the message gives name, line, expected and found.</exception>
    public static VocAnnotation Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(stream, name, new FlawSink(warn: null));
    }

    /// <summary>Reads an annotation file; where the sink takes errors, malformed objects are left out.</summary>
    internal static VocAnnotation Read(string path, FlawSink flaws)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path, flaws);
    }

    private static VocAnnotation Read(Stream stream, string name, FlawSink flaws)
    {
        var root = LoadRoot(stream, name);
        if (root.Name.LocalName != "annotation")
            throw Malformed(name, root, $"expected the root element <annotation>, found <{root.Name.LocalName}>");
        var size = root.Element("size");
        var objects = new List<LabelledObject>();
        var lines = new List<int>();
        foreach (var element in root.Elements("object"))
        {
            try
            {
                objects.Add(ReadObject(element, name));
                lines.Add(LineOf(element));
            }
            catch (InvalidDataException exception) when (flaws.Takes(exception))
            {
            }
        }
        return new(TextOf(root, "filename"), ReadSide(size, "width"), ReadSide(size, "height"), objects) { Lines = lines };
    }

    private static XElement LoadRoot(Stream stream, string name)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = false };
        using var text = new MemoryStream();
        new BoundedStream(stream, MaximumBytes, name).CopyTo(text);
        try
        {
            text.Position = 0;
            RequireShallow(XmlReader.Create(text, settings), name);
            text.Position = 0;
            using var reader = XmlReader.Create(text, settings);
            return XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        }
        catch (XmlException exception)
        {
            throw new InvalidDataException($"{name}({exception.LineNumber}): {exception.Message}", exception);
        }
        catch (ArgumentException exception)
        {
            // XmlReader's own, where the first bytes say UTF-8 and the declaration holds others.
            throw new InvalidDataException($"{name}(1): expected text in one encoding, found bytes that are none in the XML declaration.", exception);
        }
    }

    private static void RequireShallow(XmlReader reader, string name)
    {
        using (reader)
        {
            while (reader.Read())
            {
                if (reader.Depth > MaximumDepth)
                    throw new InvalidDataException(FormattableString.Invariant($"{name}({((IXmlLineInfo)reader).LineNumber}): expected elements at most {MaximumDepth} deep, found deeper ones."));
            }
        }
    }

    private static LabelledObject ReadObject(XElement element, string name)
    {
        string className = TextOf(element, "name") ?? throw Malformed(name, element, "expected the object's <name>, found none");
        var box = element.Element("bndbox") ?? throw Malformed(name, element, $"expected the <bndbox> of object '{className}', found none");
        var corners = new BoundingBox(
            ReadCoordinate(box, "xmin", name), ReadCoordinate(box, "ymin", name), ReadCoordinate(box, "xmax", name), ReadCoordinate(box, "ymax", name));
        bool difficult = TextOf(element, "difficult") switch
        {
            null or "0" => false,
            "1" => true,
            var other => throw Malformed(name, element, $"expected <difficult> to be 0 or 1, found '{other}'"),
        };
        return new(className, corners, difficult);
    }

    private static float ReadCoordinate(XElement box, string side, string name)
    {
        string text = TextOf(box, side) ?? throw Malformed(name, box, $"expected <{side}> in <bndbox>, found none");
        bool valid = float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value);
        return valid ? value : throw Malformed(name, box, $"expected a number in <{side}>, found '{text}'");
    }

    /// <summary>Sides that are absent, zero or unreadable count as not given: the image knows better.</summary>
    private static int? ReadSide(XElement? size, string side) =>
        size is not null && int.TryParse(TextOf(size, side), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) && value > 0 ? value : null;

    private static string? TextOf(XElement parent, string child) =>
        parent.Element(child)?.Value.Trim() is { Length: > 0 } text ? text : null;

    private static InvalidDataException Malformed(string name, XElement place, string problem) =>
        new($"{name}({LineOf(place)}): {problem}.");

    private static int LineOf(XElement element) => ((IXmlLineInfo)element).LineNumber;
}
