namespace Yolo.Model.Data.Yolo;

/// <summary>Reads data sets with YOLO's label files.</summary>
internal sealed class YoloReader(YoloDescription description) : IDatasetReader
{
    private readonly YoloPaths _paths = new(description);

    public string Path => description.Place;

    public DatasetFormat Format => DatasetFormat.Yolo;

    public string Noun => "object";

    public IReadOnlyList<string> Sets { get; } = [.. description.Sets.Select(set => set.Key).Where(set => set.Length > 0)];

    public IReadOnlyList<string>? ClassNames => description.ClassNames;

    /// <summary>Opens a description or a folder.</summary>
    public static YoloReader Open(string path) => new(YoloDescription.Read(path));

    public IReadOnlyList<DatasetEntry> List(string? imageSet, FlawLog log)
    {
        var sets = imageSet is null ? description.Sets : [.. description.Sets.Where(set => set.Key == imageSet)];
        if (description.Sets.Count == 0)
            throw new InvalidDataException($"{description.Place}: expected train, val or test with the places of the images, found none of them.");
        if (sets.Count == 0)
            throw new FileNotFoundException($"{description.Place}: no such set '{imageSet}'; there are {string.Join(", ", description.Sets.Select(set => set.Key))}.");
        var entries = new List<DatasetEntry>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (set, written) in sets.SelectMany(set => set.Value.Select(written => (set.Key, written))))
        {
            try
            {
                foreach (var (image, place) in _paths.Images(_paths.Resolve(written, log.Options.ImageFolder), log.Options.ImageFolder))
                {
                    if (places.TryAdd(image, entries.Count))
                        entries.Add(new(image, place) { Sets = [set] });
                    else if (log.IsCheck && !entries[places[image]].Sets.Contains(set))
                        entries[places[image]] = entries[places[image]] with { Sets = [.. entries[places[image]].Sets, set] };
                }
            }
            catch (Exception exception) when (log.Notes(exception))
            {
            }
        }
        return entries;
    }

    public AnnotatedImage Read(DatasetEntry entry, FlawLog log)
    {
        string image = entry.Key;
        if (!File.Exists(image))
            throw new FileNotFoundException($"{entry.Place}: expected the image {image}, found none.", image);
        var (labels, found) = _paths.LabelsOf(image);
        if (!found)
        {
            log.Warn(FlawKind.NoLabels, $"{image}: expected its labels at {labels}, found none; it is taken as an image without objects.");
            return new(image, labels, labels, StatedSize: null, []);
        }
        return new(image, labels, labels, StatedSize: null, YoloLabels.Read(labels, description.ClassNames, description.KeyPointValues, log), InFractions: true);
    }

    public void FindUnused(IReadOnlyCollection<LabelledImage> images, FlawLog log)
    {
        HashSet<string> used = [.. images.Select(image => _paths.LabelsOf(image.Path).Path)], imageFolders = [.. images.Select(image => System.IO.Path.GetDirectoryName(image.Path)!)];
        foreach (string folder in used.Select(label => System.IO.Path.GetDirectoryName(label)!).Distinct().Where(Directory.Exists).Order(StringComparer.Ordinal))
        {
            // Where labels lie beside their images, other texts may, too.
            if (imageFolders.Contains(folder))
                continue;
            foreach (string label in Directory.EnumerateFiles(folder).Where(label => YoloPaths.IsLabelFile(label) && !used.Contains(label)).Order(StringComparer.Ordinal))
                log.Warn(FlawKind.Unused, $"{label}: no image belongs to these labels.");
        }
    }
}
