namespace Yolo.Model.Data.Voc;

/// <summary>A data set in the layout of Pascal VOC: <c>Annotations/ID.xml</c>, <c>JPEGImages/ID.jpg</c> and lists of ids in
/// <c>ImageSets/Main/SET.txt</c>.</summary>
public static class VocDataset
{
    /// <summary>Where the annotations are.</summary>
    internal const string AnnotationsFolder = "Annotations";

    /// <summary>Where the images are.</summary>
    internal const string ImagesFolder = "JPEGImages";

    /// <summary>Reads the annotations of a set of images; the images themselves are opened for their size only.</summary>
    /// <param name="folder">The folder that holds <c>Annotations</c> and <c>JPEGImages</c>.</param>
    /// <param name="imageSet">Name of the list, such as <c>train</c>; its images come in its order. Null: every annotation, by ordinal file name. In
    /// VOC's lists of one class (<c>cat_train</c>) the images marked -1, which show no object of it, are left out.</param>
    /// <param name="warn">Receives a line for every box that is skipped (empty, reversed or outside of its image) or clipped by more than one
    /// pixel, for every annotation that gives a wrong image size, for every image that EXIF data would turn, and a summary of the boxes at the end.</param>
    /// <returns>The images with their boxes, (xmin, ymin, xmax, ymax) as the annotations give them, clipped to the image: pixels as the file stores
    /// them, EXIF orientation not applied.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no <c>Annotations</c> or <c>JPEGImages</c> folder.</exception>
    /// <exception cref="FileNotFoundException">There is no such list, or an image of it lacks its annotation or its file.</exception>
    /// <exception cref="InvalidDataException">A list, an annotation or an image is malformed.</exception>
    public static IReadOnlyList<LabelledImage> Load(string folder, string? imageSet = null, Action<string>? warn = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Load(folder, imageSet, new FlawSink(warn));
    }

    /// <summary>Reads a set of images; where the sink takes errors, images that cannot be read are left out.</summary>
    internal static IReadOnlyList<LabelledImage> Load(string folder, string? imageSet, FlawSink flaws)
    {
        string annotations = RequireFolder(folder, AnnotationsFolder);
        var files = new VocImageFolder(RequireFolder(folder, ImagesFolder));
        var (ids, origin) = imageSet is null
            ? (AllIds(annotations), annotations)
            : VocImageSet.Read(folder, imageSet, flaws);

        var joiner = new ImageJoiner(flaws);
        var images = new List<LabelledImage>(ids.Count);
        foreach (string id in ids)
        {
            try
            {
                images.Add(Read(Path.Combine(annotations, id + ".xml"), id, origin, files, joiner, flaws));
            }
            catch (Exception exception) when (flaws.Takes(exception))
            {
            }
        }
        joiner.Summarize(folder);
        return images;
    }

    private static LabelledImage Read(string path, string id, string origin, VocImageFolder files, ImageJoiner joiner, FlawSink flaws)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{origin}: expected an annotation for '{id}' at {path}, found none.", path);
        var annotation = VocAnnotation.Read(path, flaws);
        string image = files.Find(id, annotation.FileName)
            ?? throw new FileNotFoundException($"{path}: expected its image {files.Expected(id)}, found none.", id);
        (int, int)? stated = annotation is { Width: { } w, Height: { } h } ? (w, h) : null;
        var (width, height) = joiner.ReadSize(image, path, stated);
        var objects = new AnnotatedObject[annotation.Objects.Count];
        for (int i = 0; i < objects.Length; i++)
            objects[i] = new(annotation.Objects[i], annotation.Lines[i], i + 1);
        return joiner.Join(image, width, height, path, objects);
    }

    private static List<string> AllIds(string annotations)
    {
        var ids = Directory.EnumerateFiles(annotations, "*.xml").Select(path => Path.GetFileNameWithoutExtension(path)).ToList();
        ids.Sort(StringComparer.Ordinal);
        return ids;
    }

    private static string RequireFolder(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return Directory.Exists(path)
            ? path
            : throw new DirectoryNotFoundException($"{folder}: expected a VOC data set with a folder {name}, found none.");
    }
}
