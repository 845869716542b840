using Yolo.Model.Files;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data.Yolo;

/// <summary>Finds the files of data sets with YOLO's label files.</summary>
internal static class YoloPaths
{
    private static readonly string[] s_imageFolders = ["images", "JPEGImages"];

    /// <summary>A file or folder as a description names it: from its root, the folder above (Darknet counts from where it is started) or, for <c>../</c>, as Roboflow means it.</summary>
    /// <exception cref="FileNotFoundException">It is in none of these places.</exception>
    /// <exception cref="InvalidDataException">It is no path.</exception>
    public static string Resolve(string written, string root, string place)
    {
        RequirePath(written, place);
        List<string> candidates = [Path.Combine(root, written), Path.Combine(root, "..", written)];
        if (written.StartsWith("../", StringComparison.Ordinal))
            candidates.Add(Path.Combine(root, written[3..]));
        return candidates.Find(Path.Exists) is { } found
            ? Path.GetFullPath(found)
            : throw new FileNotFoundException($"{place}: expected '{written}' at one of {string.Join(", ", candidates.Select(Path.GetFullPath).Distinct())}, found none.", written);
    }

    /// <summary>The images of a folder, those of its sub-folders included, or of a list, with the line of each in it.</summary>
    /// <exception cref="FileNotFoundException">Neither is there.</exception>
    /// <exception cref="InvalidDataException">A sub-folder is a link: it may lead anywhere, back to where it came from as well.</exception>
    public static IEnumerable<(string Image, string? ListedAt)> Images(string path, string root)
    {
        if (Directory.Exists(path))
            return SubFolders(new(path)).Order(StringComparer.Ordinal).Prepend(path).SelectMany(ImageFile.InFolder).Select(image => (image, (string?)null));
        return Listed(path, root);
    }

    /// <summary>The label file of an image: in the folder <c>labels</c> that stands beside its folder <c>images</c>, else beside the image.</summary>
    public static string LabelOf(string image)
    {
        string beside = Path.ChangeExtension(image, ".txt");
        string[] parts = beside.Split(Path.DirectorySeparatorChar);
        int folder = Array.FindLastIndex(parts, parts.Length - 2, part => s_imageFolders.Contains(part));
        if (folder < 0)
            return beside;
        parts[folder] = "labels";
        string moved = string.Join(Path.DirectorySeparatorChar, parts);
        return File.Exists(moved) || !File.Exists(beside) ? moved : beside;
    }

    private static IEnumerable<string> SubFolders(DirectoryInfo folder)
    {
        foreach (var inside in folder.EnumerateDirectories())
        {
            if (inside.LinkTarget is { } target)
                throw new InvalidDataException($"{inside.FullName}: expected a folder, found a link to {target}. Where images are meant to be found behind it, name it in the description of the data set or list them.");
            yield return inside.FullName;
            foreach (string deeper in SubFolders(inside))
                yield return deeper;
        }
    }

    private static IEnumerable<(string, string?)> Listed(string list, string root)
    {
        string folder = Path.GetDirectoryName(list)!;
        int number = 0;
        foreach (string line in TextFile.ReadLines(list))
        {
            number++;
            string written = line.Trim();
            if (written.Length == 0)
                continue;
            string place = FormattableString.Invariant($"{list}({number})");
            RequirePath(written, place);
            string[] candidates = [Path.Combine(folder, written), Path.Combine(root, written), Path.Combine(root, "..", written)];
            yield return (Path.GetFullPath(Array.Find(candidates, File.Exists) ?? candidates[0]), place);
        }
    }

    private static void RequirePath(string written, string place)
    {
        if (written.Contains('\0'))
            throw new InvalidDataException($"{place}: expected a path, found a text with a null character.");
    }
}
