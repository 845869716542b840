using Yolo.Model.Data.Check;
using Yolo.Model.Data.Coco;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;

namespace Yolo.Model.Data;

/// <summary>A labelled data set on disk, whatever its format.</summary>
public sealed class LabelledDataset
{
    private readonly Func<string?, FlawSink, IReadOnlyList<LabelledImage>> _read;

    private LabelledDataset(string path, DatasetFormat format, IReadOnlyList<string> sets, Func<string?, FlawSink, IReadOnlyList<LabelledImage>> read)
    {
        Path = path;
        Format = format;
        Sets = sets;
        _read = read;
    }

    /// <summary>Folder or file.</summary>
    public string Path { get; }

    /// <summary>How it is laid out.</summary>
    public DatasetFormat Format { get; }

    /// <summary>Names of its sets of images, such as <c>train</c>; none where it is not divided.</summary>
    public IReadOnlyList<string> Sets { get; }

    /// <summary>Opens a data set.</summary>
    /// <param name="path">A folder; a COCO <c>.json</c>; a YOLO <c>.yaml</c> or <c>.data</c>. A folder of COCO data has its files in <c>annotations</c> (<c>instances_train.json</c>), in a folder per set
    /// (<c>train/_annotations.coco.json</c>) or in itself.</param>
    /// <param name="format">Its format; null: it is found out.</param>
    /// <exception cref="FileNotFoundException">There is nothing there, or nothing of the format, or nothing of any known format.</exception>
    /// <exception cref="InvalidDataException">What describes it is malformed.</exception>
    /// <exception cref="ArgumentException">The path is empty, or there is no such format.</exception>
    public static LabelledDataset Open(string path, DatasetFormat? format = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (format is { } given)
            Argument.Defined(given, nameof(format));
        if (!System.IO.Path.Exists(path))
            throw new FileNotFoundException($"{path}: no such folder or file.");
        return (format ?? FormatOf(path)) switch
        {
            DatasetFormat.Voc => new(path, DatasetFormat.Voc, VocImageSet.Names(path), (set, flaws) => VocDataset.Load(path, set, flaws)),
            DatasetFormat.Coco => OpenCoco(path),
            _ => OpenYolo(path),
        };
    }

    /// <summary>The classes of images, each once, in ordinal order: the order of indices that training and evaluation share.</summary>
    public static IReadOnlyList<string> ClassNames(IEnumerable<LabelledImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return [.. images.SelectMany(image => image.Objects).Select(item => item.ClassName).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads a set of images; the images themselves are opened for their size only.</summary>
    /// <param name="imageSet">One of <see cref="Sets"/>; null: all images.</param>
    /// <param name="warn">Receives a line for everything that is skipped or changed.</param>
    /// <exception cref="IOException">There is no such set, or something of it is not there.</exception>
    /// <exception cref="InvalidDataException">An annotation or an image is malformed.</exception>
    public IReadOnlyList<LabelledImage> Load(string? imageSet = null, Action<string>? warn = null) => _read(imageSet, new FlawSink(warn));

    /// <summary>Reads a set of images; where the sink takes errors, what cannot be read is left out.</summary>
    internal IReadOnlyList<LabelledImage> Read(string? imageSet, FlawSink flaws) => _read(imageSet, flaws);

    /// <summary>What the images of a set are known by; those that are listed and not there are flaws.</summary>
    internal IEnumerable<string> Members(string imageSet, FlawSink flaws)
    {
        if (Format != DatasetFormat.Voc)
            return _read(imageSet, new FlawSink((DatasetFlaw _) => { })).Select(KeyOf);
        var (ids, list) = VocImageSet.Read(Path, imageSet, flaws);
        foreach (string id in ids)
        {
            string annotation = System.IO.Path.Combine(Path, VocDataset.AnnotationsFolder, id + ".xml");
            if (!File.Exists(annotation))
                flaws.Takes(new FileNotFoundException($"{list}: expected an annotation for '{id}' at {annotation}, found none."));
        }
        return ids;
    }

    /// <summary>What an image is known by in its sets.</summary>
    internal string KeyOf(LabelledImage image) => Format == DatasetFormat.Voc ? System.IO.Path.GetFileNameWithoutExtension(image.Path) : image.Path;

    /// <summary>Says which images have no labels, and which labels no image.</summary>
    internal void FindOrphans(IReadOnlyList<LabelledImage> images, FlawSink flaws)
    {
        if (Format == DatasetFormat.Voc)
            DatasetOrphans.FindInVoc(Path, images, flaws);
        else if (Format == DatasetFormat.Yolo)
            DatasetOrphans.FindInYolo(images, flaws);
    }

    private static DatasetFormat FormatOf(string path)
    {
        if (Directory.Exists(System.IO.Path.Combine(path, VocDataset.AnnotationsFolder)) && Directory.Exists(System.IO.Path.Combine(path, VocDataset.ImagesFolder)))
            return DatasetFormat.Voc;
        if (YoloDescription.Exists(path))
            return DatasetFormat.Yolo;
        return CocoFiles(path).Count > 0 ? DatasetFormat.Coco : throw new FileNotFoundException(
            $"{path}: expected a data set: VOC's Annotations and JPEGImages, COCO's .json, or YOLO's .yaml, .data, classes.txt or .names; found none of them.");
    }

    private static LabelledDataset OpenCoco(string path)
    {
        var files = CocoFiles(path);
        if (files.Count == 0)
            throw new FileNotFoundException($"{path}: expected COCO's annotations (.json), found none.");
        return new(path, DatasetFormat.Coco, File.Exists(path) ? [] : [.. files.Select(file => file.Key)], (set, flaws) =>
        {
            var chosen = set is null ? files : [.. files.Where(file => file.Key == set)];
            return chosen.Count > 0 ? [.. chosen.SelectMany(file => CocoDataset.Load(file.Value, imageFolder: null, flaws))]
                : throw new FileNotFoundException($"{path}: no such set '{set}'; there are {string.Join(", ", files.Select(file => file.Key))}.");
        });
    }

    private static LabelledDataset OpenYolo(string path)
    {
        var description = YoloDescription.Read(path);
        return new(path, DatasetFormat.Yolo, [.. description.Sets.Select(set => set.Key).Where(set => set.Length > 0)], (set, flaws) => YoloDataset.Load(description, set, flaws));
    }

    /// <summary>COCO's files of a folder, by the names of their sets.</summary>
    private static List<KeyValuePair<string, string>> CocoFiles(string path)
    {
        if (File.Exists(path))
            return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? [KeyValuePair.Create(CocoDataset.SetName(path), path)] : [];
        const string PerSet = "_annotations.coco.json";
        var perSet = Directory.EnumerateDirectories(path).Where(folder => File.Exists(System.IO.Path.Combine(folder, PerSet))).Order(StringComparer.Ordinal)
            .Select(folder => KeyValuePair.Create(System.IO.Path.GetFileName(folder), System.IO.Path.Combine(folder, PerSet))).ToList();
        if (perSet.Count > 0)
            return perSet;
        string annotations = System.IO.Path.Combine(path, "annotations");
        string[] files = [.. Directory.EnumerateFiles(Directory.Exists(annotations) ? annotations : path, "*.json").Order(StringComparer.Ordinal)];
        // COCO's own folder holds captions and key points, too.
        string[] instances = Array.FindAll(files, file => System.IO.Path.GetFileName(file).StartsWith("instances_", StringComparison.OrdinalIgnoreCase));
        return [.. (instances.Length > 0 ? instances : files).Select(file => KeyValuePair.Create(CocoDataset.SetName(file), file))];
    }
}
