namespace Yolo.Model.Data.Coco;

/// <summary>A data set in COCO's object detection format: one JSON file with <c>images</c>, <c>annotations</c> and <c>categories</c>, and a folder of images.</summary>
public static class CocoDataset
{
    private const string InstancesPrefix = "instances_";

    /// <summary>Reads an annotation file; the images themselves are opened for their size only.</summary>
    /// <param name="annotations">The JSON file.</param>
    /// <param name="imageFolder">The folder that its <c>file_name</c>s start from. Null: the first that holds the first image, of the file's own folder, <c>images</c> in it, and beside it
    /// or one folder up the folder named as the file (<c>val2017</c> for <c>instances_val2017.json</c>), alone or in <c>images</c>, and <c>images</c> itself.</param>
    /// <param name="warn">Receives a line for every box that is skipped (empty or outside of its image) or clipped by more than one pixel, for every image whose size is given wrongly or that
    /// EXIF data would turn, and a summary of the boxes at the end.</param>
    /// <returns>The images in the order of the file, those without objects included, with their boxes in pixels of the image as stored. Crowds (<c>iscrowd</c>) are difficult objects: evaluation
    /// neither counts nor punishes them, and training leaves them out.</returns>
    /// <exception cref="FileNotFoundException">The file, its images or one of them are not there.</exception>
    /// <exception cref="InvalidDataException">The file or an image is malformed; the message gives file, line, expected and found.</exception>
    public static IReadOnlyList<LabelledImage> Load(string annotations, string? imageFolder = null, Action<string>? warn = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(annotations);
        return Load(annotations, imageFolder, new FlawSink(warn));
    }

    /// <summary>Reads an annotation file; where the sink takes errors, what cannot be read is left out.</summary>
    internal static IReadOnlyList<LabelledImage> Load(string annotations, string? imageFolder, FlawSink flaws)
    {
        var file = CocoFile.Read(annotations, flaws);
        if (file.Images.Count == 0)
            return [];
        string folder = imageFolder ?? FindFolder(annotations, file.Images[0].FileName);
        var byImage = Distribute(file, annotations, flaws);
        var joiner = new ImageJoiner(flaws, "annotation");
        var images = new List<LabelledImage>(file.Images.Count);
        foreach (var image in file.Images)
        {
            try
            {
                string path = Path.Combine(folder, image.FileName);
                if (!File.Exists(path))
                    throw new FileNotFoundException($"{annotations}({image.Line}): expected the image {path}, found none.", path);
                var (width, height) = joiner.ReadSize(path, FormattableString.Invariant($"{annotations}({image.Line})"), image.Size);
                images.Add(joiner.Join(path, width, height, annotations, byImage[image.Id]));
            }
            catch (Exception exception) when (flaws.Takes(exception))
            {
            }
        }
        joiner.Summarize(annotations);
        return images;
    }

    /// <summary>The name of the set in a file: <c>val2017</c> of <c>instances_val2017.json</c>.</summary>
    internal static string SetName(string annotations)
    {
        string name = Path.GetFileNameWithoutExtension(annotations);
        return name.StartsWith(InstancesPrefix, StringComparison.OrdinalIgnoreCase) ? name[InstancesPrefix.Length..] : name;
    }

    private static Dictionary<long, List<AnnotatedObject>> Distribute(CocoFile file, string annotations, FlawSink flaws)
    {
        var byImage = new Dictionary<long, List<AnnotatedObject>>();
        foreach (var image in file.Images)
        {
            if (!byImage.TryAdd(image.Id, []))
                Note($"{annotations}({image.Line}): the image id {image.Id} stands in the file twice.");
        }
        foreach (var item in file.Annotations)
        {
            if (!byImage.TryGetValue(item.ImageId, out var objects))
                Note($"{annotations}({item.Line}): annotation {item.Id} is of the image {item.ImageId}, which the file does not have.");
            else if (!file.Categories.TryGetValue(item.CategoryId, out string? name))
                Note($"{annotations}({item.Line}): annotation {item.Id} is of the category {item.CategoryId}, which the file does not have.");
            else
                objects.Add(new(new(name, item.Box, item.IsCrowd), item.Line, item.Id));
        }
        return byImage;

        void Note(FormattableString problem)
        {
            var exception = new InvalidDataException(FormattableString.Invariant(problem));
            if (!flaws.Takes(exception))
                throw exception;
        }
    }

    private static string FindFolder(string annotations, string firstImage)
    {
        string own = Path.GetDirectoryName(Path.GetFullPath(annotations))!, up = Path.GetDirectoryName(own) ?? own, set = SetName(annotations);
        string[] candidates =
        [
            own, Path.Combine(own, "images"), Path.Combine(own, set), Path.Combine(own, "images", set), Path.Combine(up, set), Path.Combine(up, "images", set), Path.Combine(up, "images"), up,
        ];
        return Array.Find(candidates, folder => File.Exists(Path.Combine(folder, firstImage))) ?? throw new FileNotFoundException(
            $"{annotations}: expected its first image {firstImage} in one of {string.Join(", ", candidates)}, found it in none; name the folder of its images.");
    }
}
