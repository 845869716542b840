using Yolo.Model.Files;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data.Yolo;

/// <summary>Finds the files of a data set with YOLO's label files. Safe to use from several threads.</summary>
internal sealed class YoloPaths(YoloDescription description)
{
    private static readonly string[] s_imageFolders = ["images", "JPEGImages"];

    private readonly DatasetFiles _files = new();

    /// <summary>A file or folder as a description names it: from its root, the folder above (Darknet counts from where it is started) or, for <c>../</c>, as Roboflow means it.</summary>
    /// <exception cref="FileNotFoundException">It is in none of these places.</exception>
    /// <exception cref="InvalidDataException">It is no path.</exception>
    public string Resolve(string written, string? imageFolder) => Resolve(_files, written, description.Root, description.Place, imageFolder);

    /// <inheritdoc cref="Resolve(string, string?)"/>
    public static string Resolve(DatasetFiles files, string written, string root, string place, string? imageFolder = null)
    {
        List<string> roots = [root, Path.Combine(root, "..")];
        if (imageFolder is not null)
            roots.Insert(0, imageFolder);
        return files.Find(written, place, roots) ?? throw new FileNotFoundException(
            $"{place}: expected '{written}' at {string.Join(" or ", roots.Select(folder => Path.GetFullPath(Path.Combine(folder, written))).Distinct())}, found none.", written);
    }

    /// <summary>The images of a folder, those of its sub-folders included, or of a list, with where each is named.</summary>
    /// <exception cref="FileNotFoundException">Neither is there.</exception>
    /// <exception cref="InvalidDataException">A sub-folder is a link: it may lead anywhere, back to where it came from as well. Or the list is not in UTF-8.</exception>
    public IEnumerable<(string Image, string Place)> Images(string path, string? imageFolder) => Directory.Exists(path)
        ? SubFolders(new(path)).Order(StringComparer.Ordinal).Prepend(path).SelectMany(ImageFile.InFolder).Select(image => (image, path))
        : Listed(path, imageFolder);

    /// <summary>The label file of an image, and whether it is there: in the folder <c>labels</c> that stands beside its folder <c>images</c>, else beside the image.</summary>
    public (string Path, bool Found) LabelsOf(string image)
    {
        string beside = Path.ChangeExtension(image, ".txt");
        string[] parts = beside.Split(Path.DirectorySeparatorChar);
        int folder = Array.FindLastIndex(parts, parts.Length - 2, part => s_imageFolders.Contains(part));
        string moved = beside;
        if (folder >= 0)
        {
            parts[folder] = "labels";
            moved = string.Join(Path.DirectorySeparatorChar, parts);
        }
        string? found = FindLabels(moved) ?? (moved == beside ? null : FindLabels(beside));
        return (found ?? moved, found is not null);
    }

    /// <summary>Whether a file in a folder of labels holds labels: those that programs put beside them do not.</summary>
    public static bool IsLabelFile(string path) =>
        Path.GetExtension(path).Equals(".txt", StringComparison.OrdinalIgnoreCase) && Path.GetFileName(path) is var name && name != "classes.txt" && !name.StartsWith('.');

    private string? FindLabels(string path) => _files.FindIn(Path.GetDirectoryName(path)!, Path.GetFileName(path));

    private static IEnumerable<string> SubFolders(DirectoryInfo folder)
    {
        foreach (var inside in folder.EnumerateDirectories())
        {
            if (inside.Name.StartsWith('.'))
                continue;
            if (inside.LinkTarget is { } target)
            {
                throw new InvalidDataException(
                    $"{inside.FullName}: expected a folder, found a link to {target}. If images are meant to be found there, name the link in the description of the data set, or list the images.");
            }
            yield return inside.FullName;
            foreach (string deeper in SubFolders(inside))
                yield return deeper;
        }
    }

    private IEnumerable<(string, string)> Listed(string list, string? imageFolder)
    {
        string folder = Path.GetDirectoryName(list)!;
        List<string> roots = [folder, description.Root, Path.Combine(description.Root, "..")];
        if (imageFolder is not null)
            roots.Insert(0, imageFolder);
        int number = 0;
        foreach (string line in TextFile.ReadLines(list))
        {
            number++;
            string written = TextFile.TrimInvisible(line).Trim('"');
            if (written.Length == 0)
                continue;
            string place = FormattableString.Invariant($"{list}({number})");
            yield return (_files.Find(written, place, roots) ?? Path.GetFullPath(Path.Combine(folder, written)), place);
        }
    }
}
