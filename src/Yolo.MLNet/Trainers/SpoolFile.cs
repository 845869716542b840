using System.Globalization;

namespace Yolo.MLNet.Trainers;

/// <summary>A temporary file of bytes that are written one after the other and read from anywhere. It is gone when it is disposed, or its process ends.</summary>
internal sealed class SpoolFile : IDisposable
{
    private readonly FileStream _stream;

    /// <summary>Makes the file.</summary>
    /// <param name="folder">Its folder, which is made where it does not exist; null: the system's folder for temporary files.</param>
    /// <exception cref="IOException">It cannot be made; the message names the option that chooses another folder.</exception>
    public SpoolFile(string? folder)
    {
        Folder = folder ?? System.IO.Path.GetTempPath();
        try
        {
            Directory.CreateDirectory(Folder);
            string path = System.IO.Path.Combine(Folder, $"yolo-images-{Guid.NewGuid():N}.tmp");
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, Options = FileOptions.DeleteOnClose | FileOptions.RandomAccess,
            };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            _stream = new(path, options);
            // Without a name it is gone even where the process is killed.
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{Folder}: no temporary file for images beyond CacheBytes can be made here. Choose another folder by CacheFolder, or raise CacheBytes. {error.Message}", error);
        }
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; private set; }

    /// <summary>Writes bytes behind those that are there. Not to be called from several threads.</summary>
    /// <returns>Where they begin.</returns>
    /// <exception cref="IOException">They cannot be written; the message says how many bytes that makes, and names the option that chooses another folder.</exception>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        long offset = Length;
        try
        {
            RandomAccess.Write(_stream.SafeFileHandle, bytes, offset);
        }
        catch (IOException error)
        {
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Folder}: images beyond CacheBytes need {offset + bytes.Length} bytes here so far, and they cannot be written. Choose another folder by CacheFolder, or raise CacheBytes. ")
                    + error.Message, error);
        }
        Length += bytes.Length;
        return offset;
    }

    /// <summary>Fills a span with the bytes from an offset on. May be called from several threads.</summary>
    public void Read(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = RandomAccess.Read(_stream.SafeFileHandle, bytes, offset);
            if (count == 0)
                throw new EndOfStreamException($"{Folder}: the temporary file for images ends at byte {offset}.");
            bytes = bytes[count..];
            offset += count;
        }
    }

    public void Dispose() => _stream.Dispose();
}
