using Yolo.Model.Files;

namespace Yolo.Model.Data.Voc;

/// <summary>The lists of ids in <c>ImageSets/Main</c>.</summary>
internal static class VocImageSet
{
    /// <summary>The ids of a list, each once, in its order, and the list's path for messages.</summary>
    internal static (IReadOnlyList<string> Ids, string Path) Read(string folder, string imageSet, FlawSink flaws)
    {
        if (imageSet.Length == 0 || imageSet.AsSpan().ContainsAny('/', '\\'))
            throw new ArgumentException($"Expected the name of a list in ImageSets/Main, found '{imageSet}'.", nameof(imageSet));
        string path = Path.Combine(Lists(folder), imageSet + ".txt");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such list of images; {Present(Names(folder))}.", path);

        var ids = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in TextFile.ReadLines(path))
        {
            number++;
            try
            {
                if (ReadId(line, path, number) is not { } id)
                    continue;
                if (!seen.Add(id))
                    throw new InvalidDataException($"{path}({number}): the id '{id}' stands in the list twice.");
                ids.Add(id);
            }
            catch (InvalidDataException exception) when (flaws.Takes(exception))
            {
            }
        }
        return (ids, path);
    }

    /// <summary>The id in a line; null where the line is blank or marks the image as one without the class.</summary>
    private static string? ReadId(string line, string path, int number)
    {
        string[] columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (columns.Length == 0 || IsAbsent(columns, path, number))
            return null;
        return columns[0].AsSpan().ContainsAny('/', '\\')
            ? throw new InvalidDataException($"{path}({number}): expected the id of an image, found the path '{columns[0]}'.")
            : columns[0];
    }

    /// <summary>Whether a line of a class's list says that the image shows no object of the class: -1; 1 says that it does, 0 that only difficult ones.</summary>
    private static bool IsAbsent(string[] columns, string path, int number) => columns switch
    {
        [_] or [_, "1" or "0"] => false,
        [_, "-1"] => true,
        _ => throw new InvalidDataException($"{path}({number}): expected an id, and -1, 0 or 1 or nothing behind it, found '{string.Join(' ', columns)}'."),
    };

    /// <summary>Names of the lists of a data set, in ordinal order.</summary>
    internal static IReadOnlyList<string> Names(string folder)
    {
        string lists = Lists(folder);
        return Directory.Exists(lists)
            ? [.. Directory.EnumerateFiles(lists, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)]
            : [];
    }

    private static string Lists(string folder) => Path.Combine(folder, "ImageSets", "Main");

    private static string Present(IReadOnlyList<string> names) => names.Count == 0 ? "there are none" : "there are " + string.Join(", ", names);
}
