using System.Text.Json;
using Yolo.Model.Geometry;

namespace Yolo.Model.Data.Coco;

/// <summary>What an annotation file of COCO's object detection format holds (cocodataset.org, "Data format"), as it stands. Other parts of it, such as segmentations, licences and captions,
/// are passed over.</summary>
internal sealed class CocoFile
{
    private static readonly string[] s_required = ["images", "annotations", "categories"];
    private static readonly byte[] s_byteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly string _path;
    private readonly List<string> _flaws = [];
    private readonly List<CocoImage> _images = [];
    private readonly Dictionary<long, string> _categories = [];
    private readonly List<CocoAnnotation> _annotations = [];

    private CocoFile(string path) => _path = path;

    /// <summary>What is malformed and left out, with file and line.</summary>
    public IReadOnlyList<string> Flaws => _flaws;

    /// <summary>The images, in the order of the file.</summary>
    public IReadOnlyList<CocoImage> Images => _images;

    /// <summary>Names of the classes, by category id.</summary>
    public IReadOnlyDictionary<long, string> Categories => _categories;

    /// <summary>The boxes, in the order of the file.</summary>
    public IReadOnlyList<CocoAnnotation> Annotations => _annotations;

    /// <summary>Reads a file; malformed entries are left out.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no such file; the message gives file, line, expected and found.</exception>
    public static CocoFile Read(string path)
    {
        var file = new CocoFile(path);
        byte[] bytes = File.ReadAllBytes(path);
        int start = bytes.AsSpan().StartsWith(s_byteOrderMark) ? s_byteOrderMark.Length : 0;
        var reader = new Utf8JsonReader(bytes.AsSpan(start));
        try
        {
            file.ReadRoot(ref reader, bytes.AsSpan(start));
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}({exception.LineNumber + 1}): {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw NoText(path, exception);
        }
        return file;
    }

    /// <summary>Walks over the file an entry at a time: COCO's own have hundreds of megabytes.</summary>
    private void ReadRoot(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        var seen = new List<string>();
        int line = 1, counted = 0;
        bool isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            seen.Add(name);
            Action<JsonElement, int>? add = name switch { "images" => AddImage, "annotations" => AddAnnotation, "categories" => AddCategory, _ => null };
            reader.Read();
            if (add is null || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                int position = (int)reader.TokenStartIndex;
                line += bytes[counted..position].Count((byte)'\n');
                counted = position;
                using var element = JsonDocument.ParseValue(ref reader);
                Add(add, element.RootElement, line);
            }
        }
        foreach (string required in s_required)
        {
            if (!seen.Contains(required))
                throw new InvalidDataException($"{_path}: expected COCO's object detection format with '{required}', found {(seen.Count == 0 ? "none of its parts" : string.Join(", ", seen))}.");
        }
    }

    private void Add(Action<JsonElement, int> add, JsonElement element, int line)
    {
        try
        {
            if (element.ValueKind != JsonValueKind.Object)
                throw Malformed(line, "an object", element);
            add(element, line);
        }
        catch (InvalidOperationException exception)
        {
            _flaws.Add(NoText($"{_path}({line})", exception).Message);
        }
        catch (InvalidDataException exception)
        {
            _flaws.Add(exception.Message);
        }
    }

    private void AddImage(JsonElement element, int line)
    {
        string name = element.TryGetProperty("file_name", out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : throw Malformed(line, "an image with a 'file_name'", element);
        (int, int)? size = TrySide(element, "width") is { } width && TrySide(element, "height") is { } height ? (width, height) : null;
        _images.Add(new(Id(element, "id", line), name, size, line));
    }

    private void AddCategory(JsonElement element, int line)
    {
        string name = element.TryGetProperty("name", out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : throw Malformed(line, "a category with a 'name'", element);
        if (!_categories.TryAdd(Id(element, "id", line), name))
            throw new InvalidDataException($"{_path}({line}): the category id {Id(element, "id", line)} stands in the file twice.");
    }

    private void AddAnnotation(JsonElement element, int line)
    {
        if (!element.TryGetProperty("bbox", out var box) || box.ValueKind != JsonValueKind.Array || box.GetArrayLength() != 4)
            throw Malformed(line, "an annotation with a 'bbox' of four numbers, x, y, width and height", element);
        Span<float> values = stackalloc float[4];
        int i = 0;
        foreach (var number in box.EnumerateArray())
        {
            if (number.ValueKind != JsonValueKind.Number || !number.TryGetSingle(out values[i]) || !float.IsFinite(values[i]))
                throw Malformed(line, "an annotation with a 'bbox' of four numbers, x, y, width and height", element);
            i++;
        }
        bool crowd = element.TryGetProperty("iscrowd", out var flag) && flag is { ValueKind: JsonValueKind.True } or { ValueKind: JsonValueKind.Number } && flag.ToString() is not "0";
        var corners = new BoundingBox(values[0], values[1], values[0] + values[2], values[1] + values[3]);
        long id = element.TryGetProperty("id", out var own) && own.ValueKind == JsonValueKind.Number && own.TryGetInt64(out long number64) ? number64 : _annotations.Count + 1;
        _annotations.Add(new(id, Id(element, "image_id", line), Id(element, "category_id", line), corners, crowd, float.NaN, line));
    }

    private long Id(JsonElement element, string name, int line) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long id) ? id : throw Malformed(line, $"a whole number as '{name}'", element);

    private static int? TrySide(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int side) && side > 0 ? side : null;

    /// <summary>What System.Text.Json says only when a text is asked for.</summary>
    private static InvalidDataException NoText(string place, InvalidOperationException exception) =>
        new($"{place}: expected text in UTF-8, found bytes or an escape that are none. {exception.Message}", exception);

    private InvalidDataException Malformed(int line, string expected, JsonElement found)
    {
        const int Most = 120;
        string text = found.GetRawText().ReplaceLineEndings(" ");
        return new($"{_path}({line}): expected {expected}, found {(text.Length > Most ? text[..Most] + "..." : text)}.");
    }
}

/// <summary>An image of a COCO file.</summary>
internal sealed record CocoImage(long Id, string FileName, (int Width, int Height)? Size, int Line);

/// <summary>An annotation of a COCO file: ids of image and category, box in pixels, whether it marks a crowd.</summary>
internal readonly record struct CocoAnnotation(long Id, long ImageId, long CategoryId, BoundingBox Box, bool IsCrowd, float Area, int Line);
