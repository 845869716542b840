using System.IO.Enumeration;
using Yolo.Model.Imaging;

namespace Yolo.CommandLine.Data;

/// <summary>Finds the image files that a command line names.</summary>
internal static class ImageFiles
{
    private static readonly char[] s_wildcards = ['*', '?'];

    /// <summary>The images of files, folders and patterns, each once, in the order in which they are named and ordinal within a folder or pattern.</summary>
    /// <exception cref="IOException">A file or folder is not there, or one holds no image.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> named)
    {
        var files = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in named)
        {
            foreach (string file in Expand(name))
            {
                if (seen.Add(Path.GetFullPath(file)))
                    files.Add(file);
            }
        }
        return files;
    }

    private static IReadOnlyList<string> Expand(string name)
    {
        if (File.Exists(name))
            return [name];
        if (!Directory.Exists(name) && name.IndexOfAny(s_wildcards) < 0)
            throw new FileNotFoundException($"{name}: no such file or folder.");
        var found = Directory.Exists(name) ? ImageFile.InFolder(name) : Match(name);
        return found.Count > 0 ? found : throw new FileNotFoundException($"{name}: no image (jpg, jpeg, png, bmp, webp, gif) is there.");
    }

    /// <summary>Files that a pattern fits: <c>*</c> and <c>?</c> within a name, <c>**</c> for folders of any depth. Hidden files are left out.</summary>
    private static IReadOnlyList<string> Match(string pattern)
    {
        string[] parts = pattern.Split('/', Path.DirectorySeparatorChar);
        int fixedParts = Array.FindIndex(parts, part => part.IndexOfAny(s_wildcards) >= 0);
        string root = string.Join('/', parts[..fixedParts]);
        if (fixedParts > 0 && root.Length == 0)
            root = "/";
        if (root.Length > 0 && !Directory.Exists(root))
            throw new DirectoryNotFoundException($"{pattern}: no such folder {root}.");
        var files = new List<string>();
        Walk(root, parts.AsSpan(fixedParts), files);
        return [.. files.Distinct().Order(StringComparer.Ordinal)];
    }

    private static void Walk(string folder, ReadOnlySpan<string> parts, List<string> files)
    {
        string place = folder.Length == 0 ? "." : folder;
        if (parts.Length == 1 && parts[0] != "**")
        {
            foreach (string file in ImageFile.InFolder(place))
            {
                if (FileSystemName.MatchesSimpleExpression(parts[0], Path.GetFileName(file), ignoreCase: OperatingSystem.IsWindows()))
                    files.Add(Join(folder, Path.GetFileName(file)));
            }
            return;
        }
        if (parts[0] == "**")
            Walk(folder, parts.Length == 1 ? ["*"] : parts[1..], files);
        foreach (string sub in Directory.EnumerateDirectories(place))
        {
            string name = Path.GetFileName(sub);
            // As in a shell: a folder such as .git or .ipynb_checkpoints is looked into only if its name is given.
            if (name.StartsWith('.') && !parts[0].StartsWith('.'))
                continue;
            if (parts[0] == "**")
                Walk(Join(folder, name), parts, files);
            else if (FileSystemName.MatchesSimpleExpression(parts[0], name, ignoreCase: OperatingSystem.IsWindows()))
                Walk(Join(folder, name), parts[1..], files);
        }
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : Path.Combine(folder, name);
}
