using System.Text.Encodings.Web;
using System.Text.Json;
using Yolo.Model.Files;
using Yolo.Model.Inference;

namespace Yolo.CommandLine.Results;

/// <summary>One JSON file: an array of images with their detections, those without any included.</summary>
internal sealed class JsonWriter(string path, IReadOnlyList<string> classNames) : IResultWriter
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Image> _images = [];

    public void Add(FileDetections image) => _images.Add(new(image.Path, image.Width, image.Height,
        [.. image.Detections.Select(d => new Item(classNames[d.ClassIndex], MathF.Round(d.Score, 4), [Round(d.Box.Left), Round(d.Box.Top), Round(d.Box.Right), Round(d.Box.Bottom)]))]));

    public void Complete() => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, _images, s_options));

    private static float Round(float value) => MathF.Round(value, 2);

    private sealed record Image(string Path, int Width, int Height, IReadOnlyList<Item> Detections);

    private sealed record Item(string Class, float Score, float[] Box);
}
