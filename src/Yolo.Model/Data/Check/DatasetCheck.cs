namespace Yolo.Model.Data.Check;

/// <summary>Looks for every flaw in a data set: what a loader stops at, what it skips or clips, and what it has no reason to look for.</summary>
/// <remarks>Malformed and missing files and entries; boxes that are empty, outside of their image, beyond it, tiny or there twice; images that cannot be decoded, have another size than stated, are turned by
/// EXIF data, or are the same file twice; images without labels and labels without image; images that are trained on and tested with; classes that differ in case alone, have few objects, or are
/// tested and not trained.</remarks>
public static class DatasetCheck
{
    /// <summary>Below it a class is called rare.</summary>
    private const int FewObjects = 10;

    /// <summary>Checks a data set.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="imageSet">The set to check; null: all of it, and its sets against each other.</param>
    /// <param name="decode">Whether every image is read and decoded; else only its head is. Default: true.</param>
    /// <param name="progress">Told the number of images decoded and of all, after each. Default: null, nobody is.</param>
    /// <param name="cancellationToken">Ends the check with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="IOException">There is no such set.</exception>
    public static DatasetReport Run(
        LabelledDataset dataset, string? imageSet = null, bool decode = true, IProgress<(int Done, int All)>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var flaws = new List<DatasetFlaw>();
        var sink = new FlawSink(flaws.Add);
        var images = dataset.Read(imageSet, sink);
        IReadOnlyDictionary<string, HashSet<string>> sets = new Dictionary<string, HashSet<string>>();
        if (imageSet is null)
        {
            sets = SetCheck.Run(dataset, images, sink);
            dataset.FindOrphans(images, sink);
        }
        if (decode)
            ImageCheck.Run(images, image => SetsOf(dataset.KeyOf(image), sets), sink, progress, cancellationToken);
        if (images.Count == 0)
            sink.Takes(new InvalidDataException($"{dataset.Path}: expected images, found none that can be read."));
        var classes = CountClasses(images);
        LookAtClasses(dataset.Path, classes, sink);
        return new()
        {
            Flaws = flaws,
            Images = images.Count,
            ImagesWithoutObjects = images.Count(image => image.Objects.Count == 0),
            Classes = classes,
            BoxSizes = CountBoxSizes(images),
            ImageSizes = [.. images.CountBy(image => (image.Width, image.Height)).OrderByDescending(size => size.Value).ThenBy(size => size.Key)
                .Select(size => new ImageSizeCount(size.Key.Width, size.Key.Height, size.Value))],
            Sets = [.. dataset.Sets.Where(sets.ContainsKey).Select(set => new SetCount(set, sets[set].Count))],
        };
    }

    /// <summary>The sets that an image is in, those of one class (<c>cat_train</c>) not counted.</summary>
    private static string SetsOf(string key, IReadOnlyDictionary<string, HashSet<string>> sets) =>
        string.Join(", ", sets.Where(set => !set.Key.Contains('_', StringComparison.Ordinal) && set.Value.Contains(key)).Select(set => set.Key));

    private static List<ClassCount> CountClasses(IReadOnlyList<LabelledImage> images) =>
    [
        .. images.SelectMany((image, index) => image.Objects.Select(item => (index, item))).GroupBy(pair => pair.item.ClassName)
            .Select(group => new ClassCount(group.Key, group.Count(), group.Count(pair => pair.item.Difficult), group.Select(pair => pair.index).Distinct().Count()))
            .OrderBy(count => count.Name, StringComparer.Ordinal),
    ];

    private static List<BoxSizeCount> CountBoxSizes(IReadOnlyList<LabelledImage> images)
    {
        var counts = images.SelectMany(image => image.Objects).CountBy(item => Math.Max(0, (int)Math.Log2(Math.Sqrt(item.Box.Area)))).ToDictionary();
        if (counts.Count == 0)
            return [];
        int first = counts.Keys.Min(), last = counts.Keys.Max();
        return [.. Enumerable.Range(first, last - first + 1).Select(power => new BoxSizeCount(power == 0 ? 0 : 1 << power, 2 << power, counts.GetValueOrDefault(power)))];
    }

    private static void LookAtClasses(string place, List<ClassCount> classes, FlawSink flaws)
    {
        foreach (var alike in classes.GroupBy(count => count.Name.Trim(), StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            flaws.Warn($"{place}: the classes '{string.Join("', '", alike.Select(count => count.Name))}' differ in case or white space alone.");
        foreach (var rare in classes.Where(count => count.Objects < FewObjects))
            flaws.Warn(FormattableString.Invariant($"{place}: the class '{rare.Name}' has {rare.Objects} {(rare.Objects == 1 ? "object" : "objects")}, too few to be learnt."));
    }
}
