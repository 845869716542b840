namespace Yolo.CommandLine.Results;

/// <summary>The formats that detections are written in.</summary>
internal static class ResultFormats
{
    /// <summary>Their names on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = ["images", "jpeg", "json", "csv", "voc", "yolo"];

    /// <summary>A writer.</summary>
    /// <param name="format">One of <see cref="Names"/>.</param>
    /// <param name="folder">Where it writes.</param>
    /// <param name="classNames">The classes of the detections.</param>
    /// <param name="files">The images that will come.</param>
    public static IResultWriter Create(string format, string folder, IReadOnlyList<string> classNames, IReadOnlyList<string> files)
    {
        var names = new OutputNames(files);
        return format switch
        {
            "images" => new PictureWriter(folder, classNames, names, jpeg: false),
            "jpeg" => new PictureWriter(folder, classNames, names, jpeg: true),
            "json" => new JsonWriter(Path.Combine(folder, "detections.json"), classNames),
            "csv" => new CsvWriter(Path.Combine(folder, "detections.csv"), classNames),
            "voc" => new VocWriter(folder, classNames, names),
            "yolo" => new YoloWriter(folder, classNames, names),
            _ => throw new ArgumentException($"Expected one of {string.Join(", ", Names)}, found '{format}'.", nameof(format)),
        };
    }
}
