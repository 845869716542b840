namespace Yolo.Model.Files;

/// <summary>Writes files whole or not at all.</summary>
internal static class AtomicFile
{
    private const int LongestKeptName = 40;

    /// <summary>Writes a temporary file beside <paramref name="path"/>, flushes it to the disk and renames it over <paramref name="path"/>,
    /// so that a reader finds the old content or the new one and never a part. Where <paramref name="write"/> throws, the old content
    /// stays.</summary>
    /// <param name="path">The file to write or to replace; its folder must exist.</param>
    /// <param name="write">Writes the content to a seekable stream, which it need not close.</param>
    /// <param name="flushToDisk">Whether the content is on the disk before it takes the name, so that a failure of the power cannot leave
    /// an empty file; false for thousands of files that can be made again.</param>
    /// <exception cref="IOException">The file cannot be written or replaced.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Write(string path, Action<Stream> write, bool flushToDisk = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        string temporary = TemporaryFor(target);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // A file system takes names up to 255 bytes (eCryptfs: 143), and a long one may use them up. A letter of UTF-16 takes up to three.
    private static string TemporaryFor(string target)
    {
        string name = Path.GetFileName(target), random = Path.GetRandomFileName() + ".tmp";
        return Path.Combine(Path.GetDirectoryName(target) ?? target, name.Length <= LongestKeptName ? $"{name}.{random}" : random);
    }
}
