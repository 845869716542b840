namespace Yolo.Model.Data.Yolo;

/// <summary>A data set with YOLO's label files (<see cref="YoloLabels"/>), as Darknet, Ultralytics and labelling programs write it.</summary>
/// <remarks><para>The description is a <c>.yaml</c> with <c>names</c> and <c>train</c>, <c>val</c>, <c>test</c> (Ultralytics), or a <c>.data</c> with <c>names</c>, <c>train</c> and <c>valid</c> (Darknet), or
/// a folder with <c>classes.txt</c> or a <c>.names</c> and the images in <c>images/train</c>, <c>train/images</c> and so on, in <c>images</c> or in the folder itself. Sets are folders, sub-folders
/// included, or lists of image files.</para>
/// <para>The labels of <c>.../images/x.jpg</c> are in <c>.../labels/x.txt</c>, else beside the image. An image without a label file has no objects.</para></remarks>
public static class YoloDataset
{
    /// <summary>Reads the labels of a set of images; the images themselves are opened for their size only.</summary>
    /// <param name="path">The description: a <c>.yaml</c>, a <c>.data</c>, or a folder.</param>
    /// <param name="imageSet">Name of the set: <c>train</c>, <c>val</c> (<c>valid</c> of a <c>.data</c>), <c>test</c>. Null: all of them.</param>
    /// <param name="warn">Receives a line for every box that is skipped (empty or outside of its image) or clipped by more than one pixel, for every image that EXIF data would turn, and a
    /// summary of the boxes at the end.</param>
    /// <returns>The images, those without objects included, with their boxes in pixels of the image as stored.</returns>
    /// <exception cref="FileNotFoundException">The description, a set, a list or an image of one is not there.</exception>
    /// <exception cref="InvalidDataException">The description, a label file or an image is malformed, or a folder below one of images is a link; the message gives file, line, expected and found.</exception>
    public static IReadOnlyList<LabelledImage> Load(string path, string? imageSet = null, Action<string>? warn = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(YoloDescription.Read(path), imageSet, new FlawSink(warn));
    }

    /// <summary>Reads a set of images; where the sink takes errors, what cannot be read is left out.</summary>
    internal static IReadOnlyList<LabelledImage> Load(YoloDescription description, string? imageSet, FlawSink flaws)
    {
        var sets = imageSet is null ? description.Sets : [.. description.Sets.Where(set => set.Key == imageSet)];
        if (description.Sets.Count == 0)
            throw new InvalidDataException($"{description.Place}: expected train, val or test with the places of the images, found none of them.");
        if (sets.Count == 0)
            throw new FileNotFoundException($"{description.Place}: no such set '{imageSet}'; there are {string.Join(", ", description.Sets.Select(set => set.Key))}.");
        var joiner = new ImageJoiner(flaws);
        var images = new List<LabelledImage>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string written in sets.SelectMany(set => set.Value))
        {
            try
            {
                foreach (var (image, listedAt) in YoloPaths.Images(YoloPaths.Resolve(written, description.Root, description.Place), description.Root))
                {
                    if (seen.Add(image))
                        Add(image, listedAt);
                }
            }
            catch (Exception exception) when (flaws.Takes(exception))
            {
            }
        }
        joiner.Summarize(description.Place);
        return images;

        void Add(string image, string? listedAt)
        {
            try
            {
                if (!File.Exists(image))
                    throw new FileNotFoundException($"{listedAt}: expected the image {image}, found none.", image);
                string labels = YoloPaths.LabelOf(image);
                var (width, height) = joiner.ReadSize(image, labels, stated: null);
                bool labelled = File.Exists(labels);
                if (!labelled && flaws.Thorough)
                    flaws.Warn($"{image}: expected its labels at {labels}, found none; it is taken as an image without objects.");
                images.Add(joiner.Join(image, width, height, labels, labelled ? YoloLabels.Read(labels, width, height, description.ClassNames, flaws) : []));
            }
            catch (Exception exception) when (flaws.Takes(exception))
            {
            }
        }
    }
}
