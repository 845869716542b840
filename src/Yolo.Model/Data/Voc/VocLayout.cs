using System.IO.Enumeration;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data.Voc;

/// <summary>Where the parts of a VOC data set are. The usual place is <c>Annotations</c>, <c>JPEGImages</c> and <c>ImageSets/Main</c>; exports also have <c>annotations</c> and <c>images</c>, or the XML
/// files beside the images, in a folder per set or in one (Roboflow, labelImg). An image is known by its id: the path of its annotation without folder and extension, with <c>/</c> between names.</summary>
internal sealed class VocLayout
{
    /// <summary>The usual name of the folder of annotations.</summary>
    internal const string AnnotationsFolder = "Annotations";

    /// <summary>The usual name of the folder of images.</summary>
    internal const string ImagesFolder = "JPEGImages";

    private static readonly string[] s_imageFolders = [ImagesFolder, "images"];
    private static readonly string[] s_imageExtensions = [".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif"];

    private readonly DatasetFiles _files;

    private VocLayout(string root, string annotations, string images, DatasetFiles files) => (Root, Annotations, Images, _files) = (root, annotations, images, files);

    /// <summary>The folder of the data set.</summary>
    public string Root { get; }

    /// <summary>The folder that ids of annotations start from.</summary>
    public string Annotations { get; }

    /// <summary>The folder that ids of images start from.</summary>
    public string Images { get; }

    /// <summary>Whether annotations and images share a folder.</summary>
    public bool IsMixed => Annotations == Images;

    /// <summary>Finds the parts; null where the folder holds no VOC data set.</summary>
    public static VocLayout? Find(string root)
    {
        if (!Directory.Exists(root))
            return null;
        var files = new DatasetFiles();
        string? annotations = files.FindIn(root, AnnotationsFolder);
        string? images = s_imageFolders.Select(name => files.FindIn(root, name)).FirstOrDefault(folder => folder is not null && Directory.Exists(folder));
        if (annotations is not null && images is not null && Directory.Exists(annotations) && (Path.GetFileName(images) == ImagesFolder || AnnotationFiles(annotations).Any()))
            return new(root, annotations, images, files);
        bool mixed = Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal).Prepend(root).Any(folder => HasAnnotationBesideImage(folder));
        return mixed ? new(root, root, root, files) : null;
    }

    /// <summary>The annotation of an id; null where there is none.</summary>
    public string? FindAnnotation(string id) => _files.FindBelow(id + ".xml", Annotations);

    /// <summary>The id of an annotation.</summary>
    public string IdOf(string annotation) => Path.ChangeExtension(Path.GetRelativePath(Annotations, annotation), null).Replace('\\', '/');

    /// <summary>The image of an id, or null. The id decides; the annotation's file name gives the extension, and the name where no file bears the id.</summary>
    public string? FindImage(string id, string? fileName)
    {
        string folder = Path.Combine(Images, Path.GetDirectoryName(id) ?? ""), name = Path.GetFileName(id);
        string? named = fileName?[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        string? extension = Path.GetExtension(named);
        if (!string.IsNullOrEmpty(extension) && IsImage(extension) && _files.FindIn(folder, name + extension) is { } path)
            return path;
        foreach (string probe in s_imageExtensions)
        {
            if (_files.FindIn(folder, name + probe) is { } found)
                return found;
        }
        return string.IsNullOrEmpty(named) ? null : _files.FindIn(folder, named) ?? _files.FindBelow(fileName!, Images, Root);
    }

    /// <summary>What messages say about an image that is not there.</summary>
    public string ExpectedImage(string id) => $"{Path.Combine(Images, id)}{string.Join(" or ", s_imageExtensions.Take(3))}";

    /// <summary>Every annotation, by ordinal id.</summary>
    public IReadOnlyList<string> Ids() => [.. AnnotationFiles(Annotations).Select(IdOf).Order(StringComparer.Ordinal)];

    /// <summary>Every image.</summary>
    public IEnumerable<string> ImageFiles() => Folders(Images).Order(StringComparer.Ordinal).Prepend(Images).SelectMany(ImageFile.InFolder);

    /// <summary>Whether a name ends as an image's does.</summary>
    public static bool IsImage(string extension) => s_imageExtensions.Contains(extension, StringComparer.OrdinalIgnoreCase);

    /// <summary>Annotations of a folder and those below it. Links to folders are not followed: they may lead anywhere, and in circles.</summary>
    private static IEnumerable<string> AnnotationFiles(string folder) => new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), s_everything)
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) =>
            !entry.IsDirectory && Path.GetExtension(entry.FileName).Equals(".xml", StringComparison.OrdinalIgnoreCase) && !entry.FileName.StartsWith('.'),
        ShouldRecursePredicate = IsOwnFolder,
    };

    private static IEnumerable<string> Folders(string folder) => new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), s_everything)
    {
        ShouldIncludePredicate = IsOwnFolder,
        ShouldRecursePredicate = IsOwnFolder,
    };

    private static readonly EnumerationOptions s_everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private static bool IsOwnFolder(ref FileSystemEntry entry) =>
        entry.IsDirectory && (entry.Attributes & FileAttributes.ReparsePoint) == 0 && !entry.FileName.StartsWith('.');

    private static bool HasAnnotationBesideImage(string folder)
    {
        const int Looked = 20;
        return Directory.EnumerateFiles(folder, "*.xml").Take(Looked).Any(annotation => s_imageExtensions.Any(extension =>
            File.Exists(Path.ChangeExtension(annotation, extension)) || File.Exists(Path.ChangeExtension(annotation, extension.ToUpperInvariant()))));
    }
}
