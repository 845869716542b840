using System.Buffers.Binary;

namespace Yolo.Model.Weights;

/// <summary>What a .weights file begins with.</summary>
/// <param name="Length">Its length in bytes, 16 or 20.</param>
/// <param name="Seen">Images trained on.</param>
internal readonly record struct WeightsHeader(int Length, long Seen)
{
    // Version 1000 and up marks weights that Darknet transposes, and to pjreddie's Darknet alone a seen of 32 bits (parser.c, load_weights_upto).
    private const int FirstTransposedVersion = 1000;

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    /// <exception cref="NotSupportedException">It marks transposed weights, or the machine is big-endian.</exception>
    public static WeightsHeader Read(Stream stream, string name)
    {
        RequireLittleEndian();
        Span<byte> bytes = stackalloc byte[20];
        if (stream.ReadAtLeast(bytes[..16], 16, throwOnEndOfStream: false) < 16)
            throw new InvalidDataException($"{name}: shorter than the 16 bytes of a Darknet header.");
        int major = BinaryPrimitives.ReadInt32LittleEndian(bytes), minor = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (major < 0 || minor < 0)
            throw new InvalidDataException($"{name}: version {major}.{minor} is no version of Darknet; this is no .weights file.");
        if (major >= FirstTransposedVersion || minor >= FirstTransposedVersion)
            throw new NotSupportedException($"{name}: version {major}.{minor} marks transposed weights, which are not supported, or this is no .weights file.");
        if (major * 10 + minor < 2)
            return new(16, BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
        if (stream.ReadAtLeast(bytes[16..], 4, throwOnEndOfStream: false) < 4)
            throw new InvalidDataException($"{name}: shorter than the 20 bytes of a Darknet header of version {major}.{minor}.");
        long seen = BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]);
        return seen >= 0 ? new(20, seen) : throw new InvalidDataException($"{name}: {(ulong)seen} images seen; this is no .weights file.");
    }

    /// <summary>Writes the header of version 0.2.0, 20 bytes.</summary>
    public static void Write(Stream stream, long seen)
    {
        RequireLittleEndian();
        Span<byte> bytes = stackalloc byte[20];
        bytes.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], 2);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[12..], seen);
        stream.Write(bytes);
    }

    // The floats behind the header are read and written as they lie in memory.
    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Darknet's .weights files are little-endian; this machine is not.");
    }
}
