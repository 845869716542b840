using System.Globalization;
using Yolo.Model.Files;

namespace Yolo.Model.Data.Voc;

/// <summary>The sets of images: lists of ids in <c>ImageSets/Main</c>, or the folders of images that hold their annotations.</summary>
internal static class VocImageSet
{
    /// <summary>The ids of a set, each once, in its order.</summary>
    /// <exception cref="FileNotFoundException">There is no such set.</exception>
    public static IReadOnlyList<DatasetEntry> Read(VocLayout layout, string imageSet, FlawLog log)
    {
        if (imageSet.Length == 0 || imageSet.AsSpan().ContainsAny('/', '\\'))
            throw new ArgumentException($"Expected the name of a list in ImageSets/Main, found '{imageSet}'.", nameof(imageSet));
        string path = Path.Combine(Lists(layout.Root), imageSet + ".txt");
        if (File.Exists(path))
            return ReadList(layout, path, log);
        var names = Names(layout);
        if (layout.IsMixed && names.Contains(imageSet))
            return [.. layout.Ids().Where(id => id.StartsWith(imageSet + "/", StringComparison.Ordinal)).Select(id => new DatasetEntry(id, layout.Root))];
        throw new FileNotFoundException($"{path}: no such list of images; {(names.Count == 0 ? "there are none" : "there are " + string.Join(", ", names))}.", path);
    }

    /// <summary>Names of the sets of a data set, in ordinal order.</summary>
    public static IReadOnlyList<string> Names(VocLayout layout)
    {
        string lists = Lists(layout.Root);
        if (Directory.Exists(lists))
            return [.. Directory.EnumerateFiles(lists, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal)];
        return layout.IsMixed ? [.. layout.Ids().Where(id => id.Contains('/', StringComparison.Ordinal)).Select(id => id[..id.IndexOf('/', StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal)] : [];
    }

    private static IReadOnlyList<DatasetEntry> ReadList(VocLayout layout, string path, FlawLog log)
    {
        var entries = new List<DatasetEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in TextFile.ReadLines(path))
        {
            number++;
            if (ReadId(layout, TextFile.TrimInvisible(line)) is not { } id)
                continue;
            if (seen.Add(id))
                entries.Add(new(id, path));
            else
                log.Warn(FlawKind.Suspicious, string.Create(CultureInfo.InvariantCulture, $"{path}({number}): the id '{id}' stands in the list twice."));
        }
        return entries;
    }

    /// <summary>The id in a line; null where the line is blank or marks the image as one without the class. Ids may hold spaces, folders and the image's extension: what is there decides.</summary>
    private static string? ReadId(VocLayout layout, string line)
    {
        if (line.Length == 0)
            return null;
        if (Find(layout, line) is { } whole)
            return whole;
        // A list of one class (cat_train): -1 shows no object of it, 1 does, 0 only difficult ones.
        int space = line.LastIndexOfAny([' ', '\t']);
        if (space < 0 || line[(space + 1)..] is not ("-1" or "0" or "1"))
            return line;
        string id = line[..space].TrimEnd();
        return line.EndsWith("-1", StringComparison.Ordinal) ? null : Find(layout, id) ?? id;
    }

    private static string? Find(VocLayout layout, string written)
    {
        if (written.Contains('\0', StringComparison.Ordinal))
            return null;
        if (layout.FindAnnotation(written) is { } annotation)
            return layout.IdOf(annotation);
        bool extended = VocLayout.IsImage(Path.GetExtension(written)) || Path.GetExtension(written).Equals(".xml", StringComparison.OrdinalIgnoreCase);
        return extended && layout.FindAnnotation(Path.ChangeExtension(written, null)) is { } stripped ? layout.IdOf(stripped) : null;
    }

    private static string Lists(string root) => Path.Combine(root, "ImageSets", "Main");
}
