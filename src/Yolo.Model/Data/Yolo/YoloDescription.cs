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

    /// <summary>Values of key points after the box in a line of labels (<c>kpt_shape</c>, Ultralytics); 0: none.</summary>
    public int KeyPointValues { get; init; }

    /// <summary>Reads a <c>.yaml</c> (Ultralytics), a <c>.data</c> (Darknet), or looks for one in a folder, else for <c>classes.txt</c> or a <c>.names</c>.</summary>
    /// <exception cref="FileNotFoundException">There is none of them.</exception>
    /// <exception cref="InvalidDataException">The file is malformed.</exception>
    public static YoloDescription Read(string path)
    {
        if (!Directory.Exists(path))
            return ReadFile(path);
        return FindFile(path) is { } file ? ReadFile(file) : ReadFolder(path);
    }

    /// <summary>Whether a folder or file looks like one.</summary>
    public static bool Exists(string path) => Directory.Exists(path)
        ? (FindFile(path) ?? FindNames(path)) is not null
        : Path.GetExtension(path).ToUpperInvariant() is ".YAML" or ".YML" or ".DATA";

    private static YoloDescription ReadFile(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file.", path);
        return Path.GetExtension(path).Equals(".data", StringComparison.OrdinalIgnoreCase) ? ReadData(path) : ReadYaml(path);
    }

    private static YoloDescription ReadYaml(string path)
    {
        var yaml = DataYaml.Read(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string root = yaml.Texts("path") is [var given] ? Path.Combine(folder, given.Replace('\\', '/')) : folder;
        var names = yaml.Texts("names");
        if (names is [var single] && Path.GetExtension(single).ToUpperInvariant() is ".TXT" or ".NAMES" && File.Exists(Path.Combine(folder, single)))
            names = ReadNames(Path.Combine(folder, single));
        if (names.Count == 0)
            throw NoNames(yaml, path);
        string place = string.Create(CultureInfo.InvariantCulture, $"{path}({yaml.LineOf("names")})");
        if (yaml.Texts("nc") is [var count] && count != names.Count.ToString(CultureInfo.InvariantCulture))
            throw new InvalidDataException($"{path}: nc says {count} classes, but names has {names.Count}.");
        return new(path, Directory.Exists(root) ? root : folder, Distinct(names, place),
            [.. s_setNames.Where(set => yaml.Texts(set).Count > 0).Select(set => KeyValuePair.Create(set, yaml.Texts(set)))])
        {
            KeyPointValues = ReadKeyPoints(yaml, path),
        };
    }

    private static InvalidDataException NoNames(DataYaml yaml, string path)
    {
        bool unindented = yaml.Keys.Contains("names") && yaml.Keys.Any(key => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        return new(unindented
            ? string.Create(CultureInfo.InvariantCulture, $"{path}({yaml.LineOf("names")}): 'names' is empty, and its numbers stand at the left margin: indent them, '  0: first class' on a line of its own.")
            : $"{path}: expected 'names', the names of the classes, found {(yaml.Keys.Count == 0 ? "no keys" : string.Join(", ", yaml.Keys))}.");
    }

    private static int ReadKeyPoints(DataYaml yaml, string path)
    {
        const int Most = 10_000;
        var texts = yaml.Texts("kpt_shape");
        if (texts.Count == 0)
            return 0;
        long values = 1;
        foreach (string text in texts)
            values *= int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is > 0 and <= Most ? side : 0;
        return texts.Count == 2 && values is > 0 and <= Most ? (int)values : throw new InvalidDataException(
            string.Create(CultureInfo.InvariantCulture, $"{path}({yaml.LineOf("kpt_shape")}): expected kpt_shape to be a number of key points and 2 or 3, found {string.Join(", ", texts)}."));
    }

    private static YoloDescription ReadData(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in TextFile.ReadLines(path))
        {
            number++;
            string text = TextFile.TrimInvisible(line);
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
        return new(path, folder, ReadNames(YoloPaths.Resolve(new(), names, folder, path)), sets);
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
        return names.Count > 0 ? Distinct(names, path) : throw new InvalidDataException($"{path}: expected class names, one a line, found none.");
    }

    /// <summary>The names without what nobody sees at their ends. Two classes of one name would become one without a word.</summary>
    private static string[] Distinct(IReadOnlyList<string> names, string place)
    {
        string[] visible = [.. names.Select(TextFile.TrimInvisible)];
        int empty = Array.IndexOf(visible, "");
        if (empty >= 0)
            throw new InvalidDataException(FormattableString.Invariant($"{place}: expected a name for every class, found none for class {empty}."));
        return visible.CountBy(name => name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1) is { Key: { } twice }
            ? throw new InvalidDataException(FormattableString.Invariant($"{place}: expected a name of its own for every class, found '{twice}' {visible.Count(name => name == twice)} times."))
            : visible;
    }

    private static string? FindNames(string folder) =>
        Find(folder, "classes.txt") ?? Find(folder, "*.names") ?? (Directory.Exists(Path.Combine(folder, "labels")) ? Find(Path.Combine(folder, "labels"), "classes.txt") : null);

    /// <summary>The description in a folder: data.yaml before others.</summary>
    private static string? FindFile(string folder) =>
        Find(folder, "data.yaml") ?? Find(folder, "dataset.yaml") ?? Find(folder, "*.yaml") ?? Find(folder, "*.yml") ?? Find(folder, "*.data");

    private static string? Find(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal).FirstOrDefault();
}
