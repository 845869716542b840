using System.Formats.Tar;
using Yolo.CommandLine.Output;
using Yolo.Model.Files;

namespace Yolo.CommandLine.Downloads;

/// <summary>Unpacks .tar archives that others made.</summary>
internal static class TarUnpacker
{
    private static readonly string[] s_licences = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT"];

    /// <summary>Unpacks files and folders; those that are there already are replaced. Returns the paths of the files that look like a licence.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">Where to; nothing is written outside of it.</param>
    /// <param name="terminal">Shows the progress.</param>
    /// <param name="cancellation">Stops between two entries.</param>
    /// <exception cref="InvalidDataException">An entry would leave the folder, is a link or a device, or the archive is damaged.</exception>
    public static IReadOnlyList<string> Unpack(string archive, string folder, Terminal terminal, CancellationToken cancellation)
    {
        string root = Path.GetFullPath(folder);
        var licences = new List<string>();
        using var stream = File.OpenRead(archive);
        using var reader = new TarReader(stream);
        Ticker.Run(terminal, "unpacking", stream.Length, ticker =>
        {
            while (Next(reader, archive) is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                if (Extract(entry, archive, root) is { } path && IsLicence(path))
                    licences.Add(path);
                ticker.MoveTo(stream.Position, stream.Length);
            }
        }, rate => FormattableString.Invariant($"{rate / 1e6:F1} MB/s"));
        return licences;
    }

    /// <summary>The next entry; null at the end.</summary>
    private static TarEntry? Next(TarReader reader, string archive)
    {
        try
        {
            return reader.GetNextEntry();
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException or FormatException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"{archive}: expected a .tar archive, found one that is cut off or damaged. {exception.Message}", exception);
        }
    }

    private static string? Extract(TarEntry entry, string archive, string root)
    {
        string path = Path.GetFullPath(Path.Combine(root, entry.Name));
        bool inside = path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || path == root;
        if (!inside || Path.IsPathRooted(entry.Name))
            throw new InvalidDataException($"{archive}: the entry '{entry.Name}' would leave the folder {root}.");
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(path);
                return null;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                AtomicFile.Write(path, target => entry.DataStream?.CopyTo(target), flushToDisk: false);
                return path;
            case TarEntryType.GlobalExtendedAttributes:
                return null;
            default:
                throw new InvalidDataException($"{archive}: the entry '{entry.Name}' is a {entry.EntryType}; files and folders alone are unpacked.");
        }
    }

    private static bool IsLicence(string path) =>
        s_licences.Any(name => Path.GetFileName(path).StartsWith(name, StringComparison.OrdinalIgnoreCase));
}
