using System.Text.Encodings.Web;
using System.Text.Json;
using Yolo.Model.Files;

namespace Yolo.Model.Data.Coco;

/// <summary>Writes COCO's object detection format: <c>images/SET/NAME.jpg</c> and <c>annotations/instances_SET.json</c>. Category ids run
/// from 1 in the order of the classes, image ids and annotation ids from 1 in each set.</summary>
internal sealed class CocoWriter(string folder, IReadOnlyList<string> classNames, ImageTransfer transfer, Action<string>? warn)
    : DatasetWriter(folder, classNames, transfer, warn)
{
    /// <summary>Decimals of pixels; COCO's own files have two.</summary>
    private const int Decimals = 3;

    /// <summary>Bytes that are held before they are written.</summary>
    private const int MostPending = 1 << 16;

    // Names stay legible; they are data, never part of a page.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, (UniqueNames Names, List<(string File, LabelledImage Image)> Images)> _sets =
        new(StringComparer.Ordinal);

    private protected override (bool Crowds, bool Difficult) Flags => (true, false);

    private protected override bool StatesSize => true;

    private protected override void Declare(string set) => _sets.Add(set, (new(), []));

    private protected override void Write(LabelledImage image, string set)
    {
        var entries = _sets[set];
        string file = entries.Names.Take(image.Path, name => name) + Path.GetExtension(image.Path);
        Transfer(image.Path, PathOf("images", set, file));
        entries.Images.Add((file, image));
    }

    private protected override void WriteSets()
    {
        foreach (var (set, entries) in _sets)
        {
            AtomicFile.Write(PathOf("annotations", $"instances_{set}.json"), stream =>
            {
                using var json = new Utf8JsonWriter(stream, s_options);
                WriteFile(json, entries.Images);
            });
        }
    }

    private void WriteFile(Utf8JsonWriter json, List<(string File, LabelledImage Image)> images)
    {
        json.WriteStartObject();
        json.WriteStartArray("images"u8);
        for (int i = 0; i < images.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, i + 1);
            json.WriteString("file_name"u8, images[i].File);
            json.WriteNumber("width"u8, images[i].Image.Width);
            json.WriteNumber("height"u8, images[i].Image.Height);
            EndEntry(json);
        }
        json.WriteEndArray();
        json.WriteStartArray("annotations"u8);
        long id = 0;
        for (int i = 0; i < images.Count; i++)
        {
            foreach (var item in images[i].Image.Objects)
                WriteAnnotation(json, ++id, i + 1, item);
        }
        json.WriteEndArray();
        json.WriteStartArray("categories"u8);
        for (int i = 0; i < ClassNames.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, i + 1);
            json.WriteString("name"u8, ClassNames[i]);
            EndEntry(json);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteAnnotation(Utf8JsonWriter json, long id, int imageId, in LabelledObject item)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, id);
        json.WriteNumber("image_id"u8, imageId);
        json.WriteNumber("category_id"u8, IndexOf(item.ClassName) + 1);
        json.WriteStartArray("bbox"u8);
        // The differences are taken of what is written, so that the corners come back as they were.
        double left = Rounded(item.Box.Left), top = Rounded(item.Box.Top);
        double width = Rounded(Rounded(item.Box.Right) - left), height = Rounded(Rounded(item.Box.Bottom) - top);
        foreach (double value in (ReadOnlySpan<double>)[left, top, width, height])
            json.WriteNumberValue(value);
        json.WriteEndArray();
        json.WriteNumber("area"u8, Rounded(float.IsNaN(item.Area) ? item.Box.Area : item.Area));
        json.WriteNumber("iscrowd"u8, item.Crowd ? 1 : 0);
        json.WriteStartArray("segmentation"u8);
        json.WriteEndArray();
        EndEntry(json);
    }

    private static void EndEntry(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        if (json.BytesPending > MostPending)
            json.Flush();
    }

    private static double Rounded(double value) => Math.Round(value, Decimals);
}
