using System.Collections.Concurrent;
using Yolo.Model.Files;

namespace Yolo.Model.Data;

/// <summary>Finds the files and folders that data sets name, however they are written: the one place where paths of data sets are understood. Lists each folder once at the most. Safe to use from
/// several threads.</summary>
/// <remarks>First the path as it stands; then with <c>\</c> as separator and with percent-encoded characters decoded; then with other case and with accents written the other way (Unicode NFC
/// and NFD); then without the folders that it begins with, which are those of another machine, the longest rest first.</remarks>
internal sealed class DatasetFiles
{
    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyDictionary<string, string>>> _folders = new(StringComparer.Ordinal);

    /// <summary>The full path of a file or folder; null where there is none.</summary>
    /// <param name="written">As the data set names it.</param>
    /// <param name="place">Where that stands, for messages.</param>
    /// <param name="roots">The folders that it may start from, the likeliest first.</param>
    /// <exception cref="InvalidDataException">It is no path.</exception>
    public string? Find(string written, string place, params IReadOnlyList<string> roots)
    {
        if (written.Contains('\0', StringComparison.Ordinal))
            throw new InvalidDataException($"{place}: expected a path, found a text with a null character.");
        foreach (string root in roots)
        {
            if (Path.Combine(root, written) is var exact && Path.Exists(exact))
                return Path.GetFullPath(exact);
        }
        return FindBelow(written, roots) is { } found ? Path.GetFullPath(found) : null;
    }

    /// <summary>A file or folder below one of the roots, never above or beside them; null where there is none.</summary>
    public string? FindBelow(string written, params IReadOnlyList<string> roots)
    {
        foreach (string spelling in Spellings(written))
        {
            string[] parts = spelling.Split('/', StringSplitOptions.RemoveEmptyEntries);
            for (int skipped = 0; skipped < parts.Length; skipped++)
            {
                foreach (string root in roots)
                {
                    if (Walk(root, parts.AsSpan(skipped)) is { } found)
                        return found;
                }
            }
        }
        return null;
    }

    /// <summary>A file or folder in a folder: of this name, else of one that differs in case or in how accents are written; null where there is none.</summary>
    public string? FindIn(string folder, string name)
    {
        string exact = Path.Combine(folder, name);
        if (Path.Exists(exact))
            return exact;
        var names = _folders.GetOrAdd(folder, key => new(() => List(key))).Value;
        return names.GetValueOrDefault(UnicodeNames.Compose(name)) ?? names.GetValueOrDefault(WithoutCase(name));
    }

    /// <summary>What a path that was not found may mean, on whatever machine it was written.</summary>
    private static IEnumerable<string> Spellings(string written)
    {
        string forward = written.Replace('\\', '/');
        if (forward.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
            forward = forward["file://".Length..];
        yield return forward;
        string decoded = Uri.UnescapeDataString(forward);
        if (decoded != forward && !decoded.Contains('\0', StringComparison.Ordinal))
            yield return decoded;
    }

    private string? Walk(string root, ReadOnlySpan<string> parts)
    {
        string found = root;
        foreach (string part in parts)
        {
            // A folder above is looked for as it is written, among the exact paths.
            if (part == "..")
                return null;
            if (part == ".")
                continue;
            if (FindIn(found, part) is not { } next)
                return null;
            found = next;
        }
        return found == root ? null : found;
    }

    private static IReadOnlyDictionary<string, string> List(string folder)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!Directory.Exists(folder))
            return names;
        string[] entries = [.. Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal)];
        foreach (string path in entries)
            names.TryAdd(UnicodeNames.Compose(Path.GetFileName(path)), path);
        foreach (string path in entries)
            names.TryAdd(WithoutCase(Path.GetFileName(path)), path);
        return names;
    }

    /// <summary>Not a name that a file can have, so that it is no other file's name.</summary>
    private static string WithoutCase(string name) => "/" + UnicodeNames.Compose(name).ToUpperInvariant();
}
