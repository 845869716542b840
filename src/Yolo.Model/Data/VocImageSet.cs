namespace Yolo.Model.Data;

/// <summary>The lists of ids in <c>ImageSets/Main</c>.</summary>
internal static class VocImageSet
{
    /// <summary>The ids of a list, each once, in its order, and the list's path for messages.</summary>
    internal static (IReadOnlyList<string> Ids, string Path) Read(string folder, string imageSet)
    {
        if (imageSet.Length == 0 || imageSet.AsSpan().ContainsAny('/', '\\'))
            throw new ArgumentException($"Expected the name of a list in ImageSets/Main, found '{imageSet}'.", nameof(imageSet));
        string lists = Path.Combine(folder, "ImageSets", "Main");
        string path = Path.Combine(lists, imageSet + ".txt");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such list of images; {Present(lists)}.", path);

        var ids = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string[] columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length == 0 || IsAbsent(columns, path, number))
                continue;
            if (columns[0].AsSpan().ContainsAny('/', '\\'))
                throw new InvalidDataException($"{path}({number}): expected the id of an image, found the path '{columns[0]}'.");
            if (!seen.Add(columns[0]))
                throw new InvalidDataException($"{path}({number}): the id '{columns[0]}' stands in the list twice.");
            ids.Add(columns[0]);
        }
        return (ids, path);
    }

    /// <summary>Whether a line of a class's list says that the image shows no object of the class: -1; 1 says that it does, 0 that only difficult ones.</summary>
    private static bool IsAbsent(string[] columns, string path, int number) => columns switch
    {
        [_] or [_, "1" or "0"] => false,
        [_, "-1"] => true,
        _ => throw new InvalidDataException($"{path}({number}): expected an id, and -1, 0 or 1 or nothing behind it, found '{string.Join(' ', columns)}'."),
    };

    private static string Present(string lists)
    {
        string[] names = Directory.Exists(lists)
            ? [.. Directory.EnumerateFiles(lists, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)]
            : [];
        return names.Length == 0 ? "there are none" : "there are " + string.Join(", ", names);
    }
}
