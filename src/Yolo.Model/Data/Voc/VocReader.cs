namespace Yolo.Model.Data.Voc;

/// <summary>Reads data sets in the layout of Pascal VOC.</summary>
internal sealed class VocReader(VocLayout layout) : IDatasetReader
{
    public string Path => layout.Root;

    public DatasetFormat Format => DatasetFormat.Voc;

    public string Noun => "object";

    public IReadOnlyList<string> Sets { get; } = VocImageSet.Names(layout);

    /// <summary>VOC declares no classes.</summary>
    public IReadOnlyList<string>? ClassNames => null;

    /// <summary>Opens a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">It holds no such data set.</exception>
    public static VocReader Open(string folder) => new(VocLayout.Find(folder) ?? throw new DirectoryNotFoundException(Missing(folder)));

    public IReadOnlyList<DatasetEntry> List(string? imageSet, FlawLog log)
    {
        if (imageSet is not null)
            return VocImageSet.Read(layout, imageSet, log);
        if (!log.IsCheck)
            return [.. layout.Ids().Select(id => new DatasetEntry(id, layout.Annotations))];
        var sets = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (string set in Sets)
        {
            foreach (var entry in VocImageSet.Read(layout, set, log))
            {
                if (sets.TryGetValue(entry.Key, out var others))
                    others.Add(set);
                else
                    sets.Add(entry.Key, [set]);
                if (layout.FindAnnotation(entry.Key) is null)
                    log.Notes(MissingAnnotation(entry));
            }
        }
        return [.. layout.Ids().Select(id => new DatasetEntry(id, layout.Annotations) { Sets = sets.GetValueOrDefault(id) ?? [] })];
    }

    public AnnotatedImage Read(DatasetEntry entry, FlawLog log)
    {
        string path = layout.FindAnnotation(entry.Key) ?? throw MissingAnnotation(entry);
        var annotation = VocAnnotation.Read(path, log);
        string image = layout.FindImage(entry.Key, annotation.FileName)
            ?? throw new FileNotFoundException($"{path}: expected its image {layout.ExpectedImage(entry.Key)}, found none.", entry.Key);
        var objects = new AnnotatedObject[annotation.Objects.Count];
        for (int i = 0; i < objects.Length; i++)
            objects[i] = new(annotation.Objects[i], annotation.Lines[i], i + 1);
        return new(image, path, path, annotation is { Width: { } width, Height: { } height } ? (width, height) : null, objects);
    }

    public void FindUnused(IReadOnlyCollection<LabelledImage> images, FlawLog log)
    {
        HashSet<string> used = [.. images.Select(image => image.Path)];
        foreach (string image in layout.ImageFiles())
        {
            if (used.Contains(image))
                continue;
            string id = System.IO.Path.ChangeExtension(System.IO.Path.GetRelativePath(layout.Images, image), null);
            if (layout.FindAnnotation(id) is null)
                log.Warn(FlawKind.Unused, $"{image}: expected its annotation at {System.IO.Path.Combine(layout.Annotations, id)}.xml, found none; the image is not used.");
        }
    }

    private FileNotFoundException MissingAnnotation(DatasetEntry entry)
    {
        string expected = System.IO.Path.Combine(layout.Annotations, entry.Key + ".xml");
        return new($"{entry.Place}: expected an annotation for '{entry.Key}' at {expected}, found none.", expected);
    }

    private static string Missing(string folder)
    {
        string lacking = !Directory.Exists(System.IO.Path.Combine(folder, VocLayout.AnnotationsFolder)) ? VocLayout.AnnotationsFolder : VocLayout.ImagesFolder;
        return $"{folder}: expected a VOC data set with a folder {lacking}, or with XML files beside its images, found none.";
    }
}
