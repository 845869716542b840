using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using TorchSharp;
using Yolo.Model.Files;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>A checkpoint on the disk, little-endian: <c>YOLOV2CP</c>, int32 version, int32 length of the header, the header as JSON in UTF-8, the floats of the tensors in the header's
/// order, and the SHA-256 of all of that.</summary>
/// <remarks>Tensors pass one at a time between libtorch's memory and the file: the managed heap holds none of them.</remarks>
internal sealed class CheckpointFile : IDisposable
{
    /// <summary>Version of the format. Whoever raises it stores a sample: docs/versions.md.</summary>
    internal const int Version = 1;

    private const int PrefixLength = 16;
    private const int ChunkBytes = 1 << 20;

    private readonly FileStream _stream;

    private CheckpointFile(FileStream stream, CheckpointHeader header)
    {
        _stream = stream;
        Header = header;
    }

    private static ReadOnlySpan<byte> Magic => "YOLOV2CP"u8;

    /// <summary>What the file says before its tensors.</summary>
    public CheckpointHeader Header { get; }

    /// <summary>The file.</summary>
    public string Path => _stream.Name;

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, CheckpointContent content) => AtomicFile.Write(path, stream =>
    {
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(content.Header, CheckpointJson.Default.CheckpointHeader);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> prefix = stackalloc byte[PrefixLength];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[12..], header.Length);
        Append(stream, hash, prefix);
        Append(stream, hash, header);
        foreach (var value in content.Tensors)
        {
            using var scope = NewDisposeScope();
            Append(stream, hash, value.detach().cpu().contiguous().bytes);
        }
        stream.Write(hash.GetHashAndReset());
    });

    /// <summary>Opens a file whose checksum is right.</summary>
    /// <returns>The file; null where it is damaged.</returns>
    /// <exception cref="NotSupportedException">The file is whole, but of another version.</exception>
    /// <exception cref="InvalidDataException">The file is whole, but its header is none that this library writes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CheckpointFile? TryOpen(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
        try
        {
            if (IsWhole(stream))
                return new(stream, ReadHeader(stream, path));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
        stream.Dispose();
        return null;
    }

    /// <summary>Puts the state of the file, which must be of the same run, in place of a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="header">The file's header, its position counted in the steps of the state's run.</param>
    /// <exception cref="InvalidDataException">The file's position or tensors are not of the state's run.</exception>
    public void Restore(TrainingState state, CheckpointHeader header)
    {
        try
        {
            header.Restore(state);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{_stream.Name}: {exception.Message}", exception);
        }
        using var noGradient = no_grad();
        var targets = state.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value, StringComparer.Ordinal);
        if (!targets.Keys.Order(StringComparer.Ordinal).SequenceEqual(Header.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), StringComparer.Ordinal))
            throw new InvalidDataException($"{_stream.Name}: {targets.Count} tensors of this network and optimizer expected, found {Header.Tensors.Count} with other names.");
        long expected = sizeof(float) * targets.Values.Sum(tensor => tensor.NumberOfElements), found = _stream.Length - _stream.Position - SHA256.HashSizeInBytes;
        if (found != expected)
            throw new InvalidDataException($"{_stream.Name}: expected {expected} bytes of tensors, found {found}.");
        foreach (var (name, shape) in Header.Tensors)
        {
            var target = targets[name];
            if (!shape.SequenceEqual(target.shape))
                throw new InvalidDataException($"{_stream.Name}: {name} has the shape [{string.Join(", ", shape)}], expected [{string.Join(", ", target.shape)}].");
            using var scope = NewDisposeScope();
            var values = empty(target.shape);
            _stream.ReadExactly(values.bytes);
            target.copy_(values);
        }
    }

    /// <summary>The numbers of the tensors whose names begin with a prefix, by the rest of their names.</summary>
    /// <exception cref="InvalidDataException">The file is too short for its tensors.</exception>
    public Dictionary<string, float[]> ReadTensors(string prefix)
    {
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        long start = _stream.Position, end = _stream.Length - SHA256.HashSizeInBytes;
        foreach (var (name, shape) in Header.Tensors)
        {
            long count = shape.Aggregate(1L, static (product, size) => checked(product * size));
            if (count < 0 || sizeof(float) * count > end - _stream.Position)
                throw new InvalidDataException($"{_stream.Name}: expected {sizeof(float) * count} bytes of {name}, found {end - _stream.Position}.");
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                float[] values = new float[count];
                _stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                tensors[name[prefix.Length..]] = values;
            }
            else
            {
                _stream.Position += sizeof(float) * count;
            }
        }
        _stream.Position = start;
        return tensors;
    }

    /// <summary>Whether all numbers of the tensors are finite: older versions could save those of a run that had diverged.</summary>
    public bool IsFinite()
    {
        long start = _stream.Position, left = _stream.Length - start - SHA256.HashSizeInBytes;
        byte[] buffer = new byte[ChunkBytes];
        bool finite = true;
        for (; left > 0 && finite; left -= Math.Min(left, buffer.Length))
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            _stream.ReadExactly(part);
            foreach (float value in MemoryMarshal.Cast<byte, float>(part))
                finite &= float.IsFinite(value);
        }
        _stream.Position = start;
        return finite;
    }

    public void Dispose() => _stream.Dispose();

    private static bool IsWhole(FileStream stream)
    {
        long left = stream.Length - SHA256.HashSizeInBytes;
        if (left < PrefixLength)
            return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[ChunkBytes];
        while (left > 0)
        {
            int count = (int)Math.Min(left, buffer.Length);
            stream.ReadExactly(buffer.AsSpan(0, count));
            hash.AppendData(buffer.AsSpan(0, count));
            left -= count;
        }
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(expected);
        return expected.SequenceEqual(hash.GetHashAndReset());
    }

    private static CheckpointHeader ReadHeader(FileStream stream, string path)
    {
        stream.Position = 0;
        Span<byte> prefix = stackalloc byte[PrefixLength];
        stream.ReadExactly(prefix);
        int version = BinaryPrimitives.ReadInt32LittleEndian(prefix[8..]);
        if (!prefix[..Magic.Length].SequenceEqual(Magic) || version != Version)
            throw new NotSupportedException($"{path}: expected a checkpoint of version {Version}, found one of version {version}; it was written by another version of this library.");
        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]);
        long most = stream.Length - PrefixLength - SHA256.HashSizeInBytes;
        if (length < 0 || length > most)
            throw new InvalidDataException($"{path}: expected a header of at most {most} bytes, found one of {length}.");
        byte[] header = new byte[length];
        stream.ReadExactly(header);
        try
        {
            return JsonSerializer.Deserialize(header, CheckpointJson.Default.CheckpointHeader) is { } read && IsComplete(read)
                ? read : throw new InvalidDataException($"{path}: the header cannot be read. It is null, or something in its lists is.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: the header cannot be read. {exception.Message}", exception);
        }
    }

    // RespectNullableAnnotations does not look into lists.
    private static bool IsComplete(CheckpointHeader header) =>
        !header.Tensors.Contains(null!) && !header.Position.History.Contains(null!) && !header.Run.ClassNames.Contains(null!) && !header.Run.Settings.Values.Contains(null!);

    private static void Append(Stream stream, IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, ChunkBytes)..])
        {
            var part = bytes[..Math.Min(bytes.Length, ChunkBytes)];
            hash.AppendData(part);
            stream.Write(part);
        }
    }
}
