namespace Yolo.Model.Files;

/// <summary>Reads texts that others wrote, in UTF-8 unless a byte order mark says otherwise, and no more of them than <see cref="MaximumBytes"/>.</summary>
internal static class TextFile
{
    /// <summary>Most bytes of a text: 256 MiB, a list of several million images. A .cfg has thousands.</summary>
    public const long MaximumBytes = 1L << 28;

    /// <summary>The whole text of a file.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>The rest of a stream, which is left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="most">Most bytes that it may hold.</param>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    public static string Read(Stream stream, string name, long most = MaximumBytes)
    {
        using var reader = new StreamReader(new BoundedStream(stream, most, name));
        return reader.ReadToEnd();
    }

    /// <summary>The lines of a file, as they are asked for.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var stream = File.OpenRead(path);
        using var reader = new StreamReader(new BoundedStream(stream, MaximumBytes, path));
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
