using Yolo.Model.Data.Coco;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;

namespace Yolo.Model.Data;

/// <summary>A labelled data set on disk, whatever its format.</summary>
public sealed class LabelledDataset
{
    private LabelledDataset(IDatasetReader reader) => Reader = reader;

    /// <summary>Folder or file.</summary>
    public string Path => Reader.Path;

    /// <summary>How it is laid out.</summary>
    public DatasetFormat Format => Reader.Format;

    /// <summary>Names of its sets of images, such as <c>train</c>; none where it is not divided.</summary>
    public IReadOnlyList<string> Sets => Reader.Sets;

    /// <summary>The classes in the order that the data set declares (<c>names</c>, <c>classes.txt</c>, COCO's category ids), those without objects included: the order of a model's classes. Null where it
    /// declares none, as VOC; then it is <see cref="ClassNamesOf"/>.</summary>
    /// <exception cref="IOException">An annotation file cannot be read.</exception>
    /// <exception cref="InvalidDataException">An annotation file of COCO is malformed.</exception>
    public IReadOnlyList<string>? ClassNames => Reader.ClassNames;

    /// <summary>What reads it.</summary>
    internal IDatasetReader Reader { get; }

    /// <summary>Opens a data set.</summary>
    /// <param name="path">A folder; a COCO <c>.json</c>; a YOLO <c>.yaml</c> or <c>.data</c>. A folder of COCO data has its files in <c>annotations</c> (<c>instances_train.json</c>), in a folder per set
    /// (<c>train/_annotations.coco.json</c>) or in itself.</param>
    /// <param name="format">Its format; null: it is found out.</param>
    /// <exception cref="IOException">There is nothing there, or nothing of the format, or nothing of any known format.</exception>
    /// <exception cref="InvalidDataException">What describes it is malformed.</exception>
    /// <exception cref="ArgumentException">The path is empty, or there is no such format.</exception>
    public static LabelledDataset Open(string path, DatasetFormat? format = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (format is { } given)
            Argument.Defined(given, nameof(format));
        if (!System.IO.Path.Exists(path))
            throw new FileNotFoundException($"{path}: no such folder or file.");
        return new(format switch
        {
            DatasetFormat.Voc => VocReader.Open(path),
            DatasetFormat.Coco => CocoReader.Find(path) ?? throw new FileNotFoundException($"{path}: expected COCO's annotations (.json), found none."),
            DatasetFormat.Yolo => YoloReader.Open(path),
            _ => Find(path),
        });
    }

    /// <summary>The classes of images, each once, in ordinal order: the order of a model's classes where the data set declares none.</summary>
    public static IReadOnlyList<string> ClassNamesOf(IEnumerable<LabelledImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return [.. images.SelectMany(image => image.Objects).Select(item => item.ClassName).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads a set of images; of the images themselves the first bytes are read, for their size.</summary>
    /// <param name="imageSet">One of <see cref="Sets"/>; null: all images.</param>
    /// <param name="options">What is done about flaws, and which pixels boxes count in; null: the defaults.</param>
    /// <exception cref="IOException">There is no such set; with <see cref="OnError.Throw"/>, something of it is not there.</exception>
    /// <exception cref="InvalidDataException">More is flawed than may be skipped; with <see cref="OnError.Throw"/>, an annotation or an image is malformed.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public IReadOnlyList<LabelledImage> Load(string? imageSet = null, LoadOptions? options = null) => DatasetLoader.Load(Reader, imageSet, new FlawLog(options));

    /// <summary>The description of a data set tells it from others; then folders named as VOC's; then XML files beside images; then COCO's files.</summary>
    private static IDatasetReader Find(string path)
    {
        if (Directory.Exists(System.IO.Path.Combine(path, VocLayout.AnnotationsFolder)) && VocLayout.Find(path) is { } voc)
            return new VocReader(voc);
        if (YoloDescription.Exists(path))
            return YoloReader.Open(path);
        if (VocLayout.Find(path) is { } other)
            return new VocReader(other);
        return CocoReader.Find(path) ?? throw new FileNotFoundException(
            $"{path}: expected a data set: VOC's Annotations and JPEGImages or XML files beside images, COCO's .json, or YOLO's .yaml, .data, classes.txt or .names; found none of them.");
    }
}
