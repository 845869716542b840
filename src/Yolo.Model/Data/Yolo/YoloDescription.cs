using System.Globalization;
using Yolo.Model.Files;
using Yolo.Model.Weights;

namespace Yolo.Model.Data.Yolo;

/// <summary>What describes a data set with YOLO's label files: the names of the classes, and where the images of each set are.</summary>
/// <param name="Place">The file, or the folder where nothing describes it; for messages.</param>
/// <param name="Root">The folder that relative paths start from.</param>
/// <param name="ClassNames">Names of the classes, by index.</param>
/// <param name="Sets">Of each set, folders of images or lists of them, as they are written.</param>
internal sealed record YoloDescription(string Place, string Root, IReadOnlyList<string> ClassNames, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Sets)
{
    private static readonly string[] s_setNames = ["train", "val", "valid", "test"];

    /// <summary>Reads a <c>.yaml</c> (Ultralytics), a <c>.data</c> (Darknet), or looks for one in a folder, else for <c>classes.txt</c> or a <c>.names</c>.</summary>
    /// <exception cref="FileNotFoundException">There is none of them.</exception>
    /// <exception cref="InvalidDataException">The file is malformed.</exception>
    public static YoloDescription Read(string path)
    {
        if (!Directory.Exists(path))
            return ReadFile(path);
        string? file = Find(path, "*.yaml") ?? Find(path, "*.yml") ?? Find(path, "*.data");
        return file is not null ? ReadFile(file) : ReadFolder(path);
    }

    /// <summary>Whether a folder or file looks like one.</summary>
    public static bool Exists(string path) => Directory.Exists(path)
        ? (Find(path, "*.yaml") ?? Find(path, "*.yml") ?? Find(path, "*.data") ?? FindNames(path)) is not null
        : Path.GetExtension(path).ToUpperInvariant() is ".YAML" or ".YML" or ".DATA";

    private static YoloDescription ReadFile(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file.", path);
        return Path.GetExtension(path).Equals(".data", StringComparison.OrdinalIgnoreCase) ? ReadData(path) : ReadYaml(path);
    }

    private static YoloDescription ReadYaml(string path)
    {
        var yaml = PlainYaml.Read(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string root = yaml.Texts("path") is [var given] ? Path.Combine(folder, given) : folder;
        var names = yaml.Texts("names");
        if (names.Count == 0)
            throw new InvalidDataException($"{path}: expected 'names', the names of the classes, found {(yaml.Keys.Count == 0 ? "no keys" : string.Join(", ", yaml.Keys))}.");
        if (yaml.Texts("nc") is [var count] && count != names.Count.ToString(CultureInfo.InvariantCulture))
            throw new InvalidDataException($"{path}: nc says {count} classes, but names has {names.Count}.");
        return new(path, Directory.Exists(root) ? root : folder, names,
            [.. s_setNames.Where(set => yaml.Texts(set).Count > 0).Select(set => KeyValuePair.Create(set, yaml.Texts(set)))]);
    }

    private static YoloDescription ReadData(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in TextFile.ReadLines(path))
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] is '#' or ';')
                continue;
            int sign = text.IndexOf('=', StringComparison.Ordinal);
            if (sign < 1)
                throw new InvalidDataException(FormattableString.Invariant($"{path}({number}): expected 'key = value', found '{text}'."));
            values[text[..sign].Trim()] = text[(sign + 1)..].Trim();
        }
        string names = values.GetValueOrDefault("names") ?? throw new InvalidDataException($"{path}: expected 'names', the file of the class names, found none.");
        var sets = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        foreach (var (key, set) in ((string, string)[])[("train", "train"), ("valid", "val"), ("test", "test")])
        {
            if (values.TryGetValue(key, out string? list))
                sets.Add(KeyValuePair.Create<string, IReadOnlyList<string>>(set, [list]));
        }
        return new(path, folder, ReadNames(YoloPaths.Resolve(names, folder, path)), sets);
    }

    private static YoloDescription ReadFolder(string folder)
    {
        string names = FindNames(folder) ?? throw new FileNotFoundException(
            $"{folder}: expected a data set with YOLO's label files: a .yaml, a .data, classes.txt or a .names, found none.");
        string images = Path.Combine(folder, "images");
        var sets = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        foreach (string set in s_setNames)
        {
            string? found = ((string[])[Path.Combine(images, set), Path.Combine(folder, set, "images"), Path.Combine(folder, set), Path.Combine(folder, set + ".txt")]).FirstOrDefault(Path.Exists);
            if (found is not null)
                sets.Add(KeyValuePair.Create<string, IReadOnlyList<string>>(set, [found]));
        }
        if (sets.Count == 0)
            sets.Add(KeyValuePair.Create<string, IReadOnlyList<string>>("", [Directory.Exists(images) ? images : folder]));
        return new(folder, folder, ReadNames(names), sets);
    }

    private static IReadOnlyList<string> ReadNames(string path)
    {
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path}: expected a file of class names, found a folder.");
        var names = DarknetModel.ParseNames(TextFile.Read(path));
        return names.Count > 0 ? names : throw new InvalidDataException($"{path}: expected class names, one a line, found none.");
    }

    private static string? FindNames(string folder) =>
        Find(folder, "classes.txt") ?? Find(folder, "*.names") ?? (Directory.Exists(Path.Combine(folder, "labels")) ? Find(Path.Combine(folder, "labels"), "classes.txt") : null);

    private static string? Find(string folder, string pattern) => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).FirstOrDefault();
}
