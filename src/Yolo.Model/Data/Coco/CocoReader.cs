using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Yolo.Model.Data.Coco;

/// <summary>Reads data sets in COCO's object detection format, of one file or of a file per set.</summary>
internal sealed class CocoReader : IDatasetReader
{
    private const string InstancesPrefix = "instances_", PerSet = "_annotations.coco.json";

    private readonly IReadOnlyList<KeyValuePair<string, string>> _files;
    private readonly Dictionary<string, IReadOnlyList<string>> _classNames = new(StringComparer.Ordinal);
    private readonly DatasetFiles _paths = new();

    // Of the newest list, each until it is read: millions of boxes are not kept twice.
    private Listed?[] _listed = [];

    private CocoReader(string path, IReadOnlyList<KeyValuePair<string, string>> files, IReadOnlyList<string> sets) => (Path, _files, Sets) = (path, files, sets);

    public string Path { get; }

    public DatasetFormat Format => DatasetFormat.Coco;

    public string Noun => "annotation";

    public IReadOnlyList<string> Sets { get; }

    /// <summary>The categories in the order of their ids, those without objects included.</summary>
    public IReadOnlyList<string>? ClassNames =>
        [.. _files.SelectMany(file => _classNames.GetValueOrDefault(file.Value) ?? ClassNamesOf(ReadFile(file.Value))).Distinct(StringComparer.Ordinal)];

    /// <summary>Opens an annotation file.</summary>
    public static CocoReader OpenFile(string annotations) => new(annotations, [KeyValuePair.Create(SetName(annotations), annotations)], []);

    /// <summary>Opens a file or a folder; null where it holds no such data set.</summary>
    public static CocoReader? Find(string path)
    {
        if (File.Exists(path))
            return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? OpenFile(path) : null;
        var files = FilesOf(path);
        return files.Count == 0 ? null : new(path, files, [.. files.Select(file => file.Key)]);
    }

    public IReadOnlyList<DatasetEntry> List(string? imageSet, FlawLog log)
    {
        var chosen = imageSet is null ? _files : [.. _files.Where(file => file.Key == imageSet)];
        if (chosen.Count == 0)
            throw new FileNotFoundException($"{Path}: no such set '{imageSet}'; there are {string.Join(", ", _files.Select(file => file.Key))}.");
        var (entries, listed) = (new List<DatasetEntry>(), new List<Listed?>());
        foreach (var (set, path) in chosen)
            AddEntries(entries, listed, set, path, log);
        _listed = [.. listed];
        return entries;
    }

    public AnnotatedImage Read(DatasetEntry entry, FlawLog log)
    {
        var (file, image, path, objects) = _listed[entry.Index] ?? throw new InvalidOperationException($"{entry.Place}: the image was read before; list the images again.");
        _listed[entry.Index] = null;
        string place = FormattableString.Invariant($"{file}({image.Line})");
        return path is not null ? new(path, place, file, image.Size, objects) : throw new FileNotFoundException(
            $"{place}: expected the image {image.FileName} in one of {string.Join(", ", Folders(file, log.Options.ImageFolder))}, found it in none; name the folder of the images.", image.FileName);
    }

    /// <summary>Nothing: a file of COCO's lists its images, and others may be beside them.</summary>
    public void FindUnused(IReadOnlyCollection<LabelledImage> images, FlawLog log)
    {
    }

    private void AddEntries(List<DatasetEntry> entries, List<Listed?> listed, string set, string path, FlawLog log)
    {
        var file = ReadFile(path);
        foreach (string flaw in file.Flaws)
            Skip(flaw, log);
        var byImage = Distribute(file, path, log);
        var folders = Folders(path, log.Options.ImageFolder);
        var taken = new HashSet<long>();
        string[] sets = [set];
        foreach (var image in file.Images)
        {
            if (!taken.Add(image.Id))
                continue;
            string place = FormattableString.Invariant($"{path}({image.Line})");
            string? found = _paths.Find(image.FileName, place, folders);
            PutFirst(folders, found, image.FileName);
            entries.Add(new(found ?? image.FileName, place, listed.Count) { Sets = sets });
            listed.Add(new(path, image, found, byImage[image.Id]));
        }
    }

    /// <summary>The folder that held an image most likely holds the next one.</summary>
    private static void PutFirst(List<string> folders, string? found, string written)
    {
        int index = found is null ? -1 : folders.FindIndex(folder => found == System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, written)));
        if (index > 0)
            (folders[0], folders[index]) = (folders[index], folders[0]);
    }

    private CocoFile ReadFile(string path)
    {
        var file = CocoFile.Read(path);
        _classNames[path] = ClassNamesOf(file);
        return file;
    }

    private static IReadOnlyList<string> ClassNamesOf(CocoFile file) => [.. file.Categories.OrderBy(category => category.Key).Select(category => category.Value)];

    /// <summary>The objects of each image. Counted first: growing millions of lists would take twice the memory.</summary>
    private static Dictionary<long, AnnotatedObject[]> Distribute(CocoFile file, string path, FlawLog log)
    {
        var counts = new Dictionary<long, int>(file.Images.Count);
        foreach (var image in file.Images)
        {
            if (!counts.TryAdd(image.Id, 0))
                Skip(FormattableString.Invariant($"{path}({image.Line}): the image id {image.Id} stands in the file twice."), log);
        }
        foreach (var item in file.Annotations)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, item.ImageId);
            if (Unsafe.IsNullRef(ref count))
                Skip(FormattableString.Invariant($"{path}({item.Line}): annotation {item.Id} is of the image {item.ImageId}, which the file does not have."), log);
            else if (!file.Categories.ContainsKey(item.CategoryId))
                Skip(FormattableString.Invariant($"{path}({item.Line}): annotation {item.Id} is of the category {item.CategoryId}, which the file does not have."), log);
            else
                count++;
        }
        var objects = counts.ToDictionary(count => count.Key, count => count.Value == 0 ? [] : new AnnotatedObject[count.Value]);
        foreach (var item in file.Annotations)
        {
            if (!objects.TryGetValue(item.ImageId, out var ofImage) || !file.Categories.TryGetValue(item.CategoryId, out string? name))
                continue;
            ref int left = ref CollectionsMarshal.GetValueRefOrNullRef(counts, item.ImageId);
            ofImage[ofImage.Length - left--] = new(new(name, item.Box, Difficult: false, item.IsCrowd, item.Area), item.Line, item.Id);
        }
        return objects;
    }

    private static void Skip(string flaw, FlawLog log)
    {
        var exception = new InvalidDataException(flaw);
        if (!log.SkipsObject(exception))
            throw exception;
    }

    /// <summary>Where images of an annotation file may be, the likeliest first.</summary>
    private static List<string> Folders(string annotations, string? given)
    {
        string own = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(annotations))!, up = System.IO.Path.GetDirectoryName(own) ?? own, set = SetName(annotations);
        List<string> folders =
        [
            own, System.IO.Path.Combine(own, "images"), System.IO.Path.Combine(own, set), System.IO.Path.Combine(own, "images", set), System.IO.Path.Combine(up, set),
            System.IO.Path.Combine(up, "images", set), System.IO.Path.Combine(up, "images"), up,
        ];
        if (given is not null)
            folders.Insert(0, given);
        return folders;
    }

    /// <summary>The name of the set in a file: <c>val2017</c> of <c>instances_val2017.json</c>.</summary>
    private static string SetName(string annotations)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(annotations);
        return name.StartsWith(InstancesPrefix, StringComparison.OrdinalIgnoreCase) ? name[InstancesPrefix.Length..] : name;
    }

    /// <summary>COCO's files of a folder, by the names of their sets.</summary>
    private static List<KeyValuePair<string, string>> FilesOf(string path)
    {
        var perSet = Directory.EnumerateDirectories(path).Where(folder => File.Exists(System.IO.Path.Combine(folder, PerSet))).Order(StringComparer.Ordinal)
            .Select(folder => KeyValuePair.Create(System.IO.Path.GetFileName(folder), System.IO.Path.Combine(folder, PerSet))).ToList();
        if (perSet.Count > 0)
            return perSet;
        string annotations = System.IO.Path.Combine(path, "annotations");
        string[] files = [.. Directory.EnumerateFiles(Directory.Exists(annotations) ? annotations : path, "*.json").Where(file => !System.IO.Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)];
        // COCO's own folder holds captions and key points, too.
        string[] instances = Array.FindAll(files, file => System.IO.Path.GetFileName(file).StartsWith(InstancesPrefix, StringComparison.OrdinalIgnoreCase));
        return [.. (instances.Length > 0 ? instances : files).Select(file => KeyValuePair.Create(SetName(file), file))];
    }

    private sealed record Listed(string File, CocoImage Image, string? Path, IReadOnlyList<AnnotatedObject> Objects);
}
