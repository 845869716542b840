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
    /// <param name="options">Which pixels boxes count in, and the folder of the images; null: the defaults. What is skipped is listed whatever the other options say.</param>
    /// <param name="cancellationToken">Ends the check with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="IOException">There is no such set.</exception>
    public static DatasetReport Run(
        LabelledDataset dataset, string? imageSet = null, bool decode = true, IProgress<(int Done, int All)>? progress = null, LoadOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var flaws = new List<DatasetFlaw>();
        var seen = new HashSet<DatasetFlaw>();
        // Two sets may name one folder, and it has its flaws once.
        var log = new FlawLog(flaw =>
        {
            if (seen.Add(flaw))
                flaws.Add(flaw);
        }, (options ?? new()) with { CancellationToken = cancellationToken });
        var read = DatasetLoader.Read(dataset.Reader, dataset.Reader.List(imageSet, log), log);
        LabelledImage[] images = [.. read.Select(pair => pair.Image)];
        if (imageSet is null)
        {
            SetOverlapCheck.Run(dataset.Path, read, dataset.Sets, log);
            dataset.Reader.FindUnused(images, log);
        }
        if (decode)
            ImageCheck.Run(read, log, progress, cancellationToken);
        if (images.Length == 0)
            log.Notes(new InvalidDataException($"{dataset.Path}: expected images, found none that can be read."));
        var classes = CountClasses(images, dataset.ClassNames);
        if (images.Length > 0)
            LookAtClasses(dataset.Path, classes, log);
        return new()
        {
            Flaws = flaws,
            Images = images.Length,
            ImagesWithoutObjects = images.Count(image => image.Objects.Count == 0),
            Classes = classes,
            BoxSizes = CountBoxSizes(images),
            ImageSizes = [.. images.CountBy(image => (image.Width, image.Height)).OrderByDescending(size => size.Value).ThenBy(size => size.Key)
                .Select(size => new ImageSizeCount(size.Key.Width, size.Key.Height, size.Value))],
            Sets = imageSet is not null ? [] : [.. dataset.Sets.Select(set => new SetCount(set, read.Count(pair => pair.Entry.Sets.Contains(set))))],
        };
    }

    private static List<ClassCount> CountClasses(IReadOnlyList<LabelledImage> images, IReadOnlyList<string>? declared)
    {
        var counts = images.SelectMany((image, index) => image.Objects.Select(item => (index, item))).GroupBy(pair => pair.item.ClassName)
            .ToDictionary(group => group.Key, group => new ClassCount(group.Key, group.Count(), group.Count(pair => pair.item.Difficult), group.Select(pair => pair.index).Distinct().Count()));
        return [.. (declared ?? [.. counts.Keys.Order(StringComparer.Ordinal)]).Select(name => counts.GetValueOrDefault(name) ?? new(name, 0, 0, 0))];
    }

    private static List<BoxSizeCount> CountBoxSizes(IReadOnlyList<LabelledImage> images)
    {
        var counts = images.SelectMany(image => image.Objects).CountBy(item => Math.Max(0, (int)Math.Log2(Math.Sqrt(item.Box.Area)))).ToDictionary();
        if (counts.Count == 0)
            return [];
        int first = counts.Keys.Min(), last = counts.Keys.Max();
        return [.. Enumerable.Range(first, last - first + 1).Select(power => new BoxSizeCount(power == 0 ? 0 : 1 << power, 2 << power, counts.GetValueOrDefault(power)))];
    }

    private static void LookAtClasses(string place, List<ClassCount> classes, FlawLog log)
    {
        foreach (var alike in classes.GroupBy(count => count.Name.Trim(), StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            log.Warn(FlawKind.Suspicious, $"{place}: the classes '{string.Join("', '", alike.Select(count => count.Name))}' differ in case or white space alone.");
        foreach (var rare in classes.Where(count => count.Objects < FewObjects))
            log.Warn(FlawKind.Suspicious, FormattableString.Invariant($"{place}: the class '{rare.Name}' has {rare.Objects} {(rare.Objects == 1 ? "object" : "objects")}, too few to be learnt."));
    }
}
