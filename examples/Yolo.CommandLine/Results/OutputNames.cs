namespace Yolo.CommandLine.Results;

/// <summary>Gives every image a name of its own in one output folder: its file name without extension, and with its folder's name before it where several images are called alike.</summary>
internal sealed class OutputNames
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public OutputNames(IReadOnlyList<string> files)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string file in files)
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (!taken.Add(name))
            {
                string stem = $"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)))}-{name}";
                name = stem;
                for (int i = 2; !taken.Add(name); i++)
                    name = FormattableString.Invariant($"{stem}-{i}");
            }
            _names[file] = name;
        }
    }

    /// <summary>The name of an image.</summary>
    public string this[string file] => _names[file];
}
