using System.Text.Json;
using System.Text.Unicode;
using Yolo.Model.Files;
using Yolo.Model.Geometry;

namespace Yolo.Model.Data.Coco;

/// <summary>What an annotation file of COCO's object detection format holds (cocodataset.org, "Data format"), as it stands. The file is
/// read as a stream, of any length. Other parts of it, such as licences and captions, are passed over.</summary>
internal sealed class CocoFile
{
    private static readonly string[] s_required = ["images", "annotations", "categories"];

    private readonly string _path;
    private readonly List<CocoImage> _images = [];
    private readonly Dictionary<long, string> _categories = [];
    private readonly ChunkedList<CocoAnnotation> _annotations = new();
    private readonly List<string> _flaws = [];

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
    /// <param name="path">The file.</param>
    /// <param name="chunk">Bytes that are read at once.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no such file; the message gives file, line, expected and found.</exception>
    public static CocoFile Read(string path, int chunk = JsonStream.DefaultChunk)
    {
        var file = new CocoFile(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        try
        {
            file.ReadRoot(new JsonStream(stream, path, chunk));
        }
        catch (InvalidOperationException exception)
        {
            throw NoText(path, exception);
        }
        return file;
    }

    private void ReadRoot(JsonStream json)
    {
        var seen = new List<string>();
        var root = json.Read();
        if (root == JsonTokenType.StartObject)
        {
            while (json.Read() == JsonTokenType.PropertyName)
            {
                seen.Add(json.Name);
                ReadPart(json, json.Name);
            }
            // Whatever follows is no JSON.
            json.Read();
        }
        else if (root == JsonTokenType.StartArray)
        {
            json.SkipRest();
        }
        foreach (string required in s_required)
        {
            string found = seen.Count == 0 ? "none of its parts" : string.Join(", ", seen);
            if (!seen.Contains(required))
                throw new InvalidDataException($"{_path}: expected COCO's object detection format with '{required}', found {found}.");
        }
    }

    private void ReadPart(JsonStream json, string name)
    {
        Action<JsonElement, int>? add = name switch
        {
            "images" => AddImage,
            "annotations" => AddAnnotation,
            "categories" => AddCategory,
            _ => null,
        };
        var value = json.Read();
        if (add is not null && value != JsonTokenType.StartArray)
            throw new InvalidDataException(
                FormattableString.Invariant($"{_path}({json.Line}): expected '{name}' to be an array, found {Describe(value)}."));
        if (add is null && value is JsonTokenType.StartArray or JsonTokenType.StartObject)
            json.SkipRest();
        while (add is not null && json.ReadElement() is { } element)
        {
            using (element)
                Add(add, element.RootElement, json.Line);
        }
    }

    /// <summary>An entry costs itself alone; bytes that are no UTF-8 cost the file, because its names cannot be trusted.</summary>
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
            var problem = NoText(FormattableString.Invariant($"{_path}({line})"), exception);
            if (!Utf8.IsValid(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element)))
                throw problem;
            _flaws.Add(problem.Message);
        }
        catch (InvalidDataException exception)
        {
            _flaws.Add(exception.Message);
        }
    }

    private void AddImage(JsonElement element, int line)
    {
        string name = CocoValues.Property(element, "file_name"u8) is { ValueKind: JsonValueKind.String } value
            && value.GetString() is { Length: > 0 } text
            ? text : throw Malformed(line, "an image with a 'file_name'", element);
        (int, int)? size = Side(element, "width"u8) is { } width && Side(element, "height"u8) is { } height ? (width, height) : null;
        _images.Add(new(RequiredId(element, "id", line), name, size, line));
    }

    private void AddCategory(JsonElement element, int line)
    {
        string name = CocoValues.Text(CocoValues.Property(element, "name"u8)) ?? throw Malformed(line, "a category with a 'name'", element);
        long id = RequiredId(element, "id", line);
        if (!_categories.TryAdd(id, name) && _categories[id] != name)
            throw new InvalidDataException(
                FormattableString.Invariant($"{_path}({line}): the category id {id} is '{name}' here and '{_categories[id]}' before."));
    }

    private void AddAnnotation(JsonElement element, int line)
    {
        long imageId = RequiredId(element, "image_id", line), categoryId = RequiredId(element, "category_id", line);
        var box = Box(CocoValues.Property(element, "bbox"u8)) ?? CocoSegmentation.Bounds(CocoValues.Property(element, "segmentation"u8))
            ?? throw Malformed(line, "an annotation with a 'bbox' of four numbers, x, y, width and height, or a 'segmentation'", element);
        bool crowd = CocoValues.Flag(CocoValues.Property(element, "iscrowd"u8))
            ?? throw Malformed(line, "an annotation whose 'iscrowd' is 0 or 1", element);
        float area = CocoValues.Number(CocoValues.Property(element, "area"u8)) is { } given and > 0 ? (float)given : float.NaN;
        long id = CocoValues.Whole(CocoValues.Property(element, "id"u8)) ?? _annotations.Count + 1;
        _annotations.Add(new(id, imageId, categoryId, box, crowd, area, line));
    }

    private static BoundingBox? Box(JsonElement? element)
    {
        if (element is not { ValueKind: JsonValueKind.Array } box || box.GetArrayLength() != 4)
            return null;
        Span<float> values = stackalloc float[4];
        int i = 0;
        foreach (var number in box.EnumerateArray())
        {
            if (CocoValues.Number(number) is not { } value || !float.IsFinite((float)value))
                return null;
            values[i++] = (float)value;
        }
        return new(values[0], values[1], values[0] + values[2], values[1] + values[3]);
    }

    private long RequiredId(JsonElement element, string name, int line) =>
        element.TryGetProperty(name, out var value) && CocoValues.Whole(value) is { } id
        ? id : throw Malformed(line, $"a whole number as '{name}'", element);

    private static int? Side(JsonElement element, ReadOnlySpan<byte> name) =>
        CocoValues.Whole(CocoValues.Property(element, name)) is { } side and > 0 and <= int.MaxValue ? (int)side : null;

    /// <summary>What System.Text.Json says only when a text is asked for.</summary>
    private static InvalidDataException NoText(string place, InvalidOperationException exception) =>
        new($"{place}: expected text in UTF-8, found bytes or an escape that are none. {exception.Message}", exception);

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    private InvalidDataException Malformed(int line, string expected, JsonElement found)
    {
        const int Most = 120;
        string text = found.GetRawText().ReplaceLineEndings(" ");
        text = text.Length > Most ? text[..Most] + "..." : text;
        return new(FormattableString.Invariant($"{_path}({line}): expected {expected}, found {text}."));
    }
}

/// <summary>An image of a COCO file.</summary>
internal sealed record CocoImage(long Id, string FileName, (int Width, int Height)? Size, int Line);

/// <summary>An annotation of a COCO file.</summary>
/// <param name="Id">Its id, or its number in the file where it has none.</param>
/// <param name="ImageId">Id of its image.</param>
/// <param name="CategoryId">Id of its class.</param>
/// <param name="Box">Corners, pixels; of the segmentation where there is no box.</param>
/// <param name="IsCrowd">Whether it marks many objects in one.</param>
/// <param name="Area">Pixels of the object; NaN where the file gives no positive number.</param>
/// <param name="Line">Line of the file, from 1.</param>
internal readonly record struct CocoAnnotation(long Id, long ImageId, long CategoryId, BoundingBox Box, bool IsCrowd, float Area, int Line);
