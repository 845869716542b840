using System.Buffers.Binary;

namespace Yolo.Model.Weights;

/// <summary>What a .weights file begins with.</summary>
/// <param name="Version">Version of the format.</param>
/// <param name="Seen">Images trained on.</param>
internal readonly record struct WeightsHeader(WeightsVersion Version, long Seen)
{
    private const int LongestLength = 20;

    // Version 1000 and up marks weights that Darknet transposes, and to pjreddie's Darknet alone a seen of 32 bits (parser.c, load_weights_upto).
    private const int FirstTransposedVersion = 1000;

    /// <summary>Its length in bytes, 16 or 20.</summary>
    public int Length => Version.HasLongSeen ? LongestLength : LongestLength - sizeof(int);

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    /// <exception cref="NotSupportedException">It marks transposed weights, or the machine is big-endian.</exception>
    public static WeightsHeader Read(Stream stream, string name)
    {
        RequireLittleEndian();
        Span<byte> bytes = stackalloc byte[LongestLength];
        if (stream.ReadAtLeast(bytes[..16], 16, throwOnEndOfStream: false) < 16)
            throw new InvalidDataException($"{name}: shorter than the 16 bytes of a Darknet header.");
        int major = BinaryPrimitives.ReadInt32LittleEndian(bytes), minor = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (major < 0 || minor < 0)
            throw new InvalidDataException($"{name}: version {major}.{minor} is no version of Darknet; this is no .weights file.");
        if (major >= FirstTransposedVersion || minor >= FirstTransposedVersion)
            throw new NotSupportedException($"{name}: version {major}.{minor} marks transposed weights, which are not supported, or this is no .weights file.");
        var version = new WeightsVersion(major, minor, BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]));
        if (!version.HasLongSeen)
            return new(version, BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
        if (stream.ReadAtLeast(bytes[16..], 4, throwOnEndOfStream: false) < 4)
            throw new InvalidDataException($"{name}: shorter than the 20 bytes of a Darknet header of version {major}.{minor}.");
        long seen = BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]);
        return seen >= 0 ? new(version, seen) : throw new InvalidDataException($"{name}: {(ulong)seen} images seen; this is no .weights file.");
    }

    /// <summary>Writes the header.</summary>
    public void Write(Stream stream)
    {
        RequireLittleEndian();
        Span<byte> bytes = stackalloc byte[LongestLength];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Version.Major);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Version.Minor);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], Version.Revision);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[12..], Seen);
        stream.Write(bytes[..Length]);
    }

    // The floats behind the header are read and written as they lie in memory.
    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Darknet's .weights files are little-endian; this machine is not.");
    }
}
