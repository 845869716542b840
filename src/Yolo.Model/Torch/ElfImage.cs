using System.Buffers.Binary;

namespace Yolo.Model.Torch;

/// <summary>One entry of an ELF file's section table: where the section lies in the file and in memory.</summary>
internal readonly record struct ElfSection(int Index, uint Type, ulong Address, int Offset, int Size, int Link);

/// <summary>A 64-bit little-endian ELF shared library in memory, read with every offset checked against the file's length.</summary>
/// <remarks>Layouts: System V ABI, chapters 4 and 5; the version sections: Linux Standard Base Core, "Symbol Versioning".</remarks>
internal sealed class ElfImage
{
    public const uint StringTable = 3;
    public const uint DynamicTable = 6;
    public const uint DynamicSymbols = 11;
    public const uint VersionNeeds = 0x6ffffffe;
    public const uint SymbolVersions = 0x6fffffff;

    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const uint LoadedSegment = 1;
    private const uint NoBits = 8;
    private const ushort SharedObject = 3;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly ElfSection[] _sections;

    /// <summary>Reads the header and the section table.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such a library, or a table points outside them.</exception>
    public ElfImage(ReadOnlyMemory<byte> file)
    {
        _file = file;
        RequireSupported(file.Span);
        long table = ToOffset(ReadUInt64(40));
        int count = ReadUInt16(60);
        Require(ReadUInt16(58) == SectionHeaderSize, $"expected section headers of {SectionHeaderSize} bytes, found {ReadUInt16(58)}");
        Require(count > 0 && table + (long)count * SectionHeaderSize <= file.Length,
            $"{count} section headers at {table} do not fit a file of {file.Length} bytes");
        _sections = new ElfSection[count];
        for (int i = 0; i < count; i++)
            _sections[i] = ReadSection(i, (int)table + i * SectionHeaderSize);
    }

    /// <summary>The one section of a type.</summary>
    /// <exception cref="InvalidDataException">The file has none, or several.</exception>
    public ElfSection Single(uint type)
    {
        ElfSection[] found = Array.FindAll(_sections, section => section.Type == type);
        Require(found.Length == 1, $"expected one section of type 0x{type:x}, found {found.Length}");
        return found[0];
    }

    /// <summary>The string table that a section names its strings in.</summary>
    /// <exception cref="InvalidDataException">The section links to none.</exception>
    public ElfSection StringsOf(ElfSection section)
    {
        Require((uint)section.Link < (uint)_sections.Length && _sections[section.Link].Type == StringTable,
            $"section {section.Index} links to section {section.Link}, which is not a string table");
        return _sections[section.Link];
    }

    /// <summary>The zero-terminated string at a position of a string table.</summary>
    /// <exception cref="InvalidDataException">It starts or runs outside the table.</exception>
    public string ReadString(ElfSection strings, uint position)
    {
        Require(position < (uint)strings.Size, $"string at {position} of a table of {strings.Size} bytes");
        ReadOnlySpan<byte> rest = _file.Span.Slice(strings.Offset + (int)position, strings.Size - (int)position);
        int length = rest.IndexOf((byte)0);
        Require(length >= 0, $"the string at {position} of the string table has no end");
        return System.Text.Encoding.Latin1.GetString(rest[..length]);
    }

    /// <summary>Whether the loader maps the section's bytes in the file to the section's address.</summary>
    public bool IsLoaded(ElfSection section)
    {
        long table = ToOffset(ReadUInt64(32));
        int count = ReadUInt16(56);
        Require(ReadUInt16(54) == ProgramHeaderSize, $"expected program headers of {ProgramHeaderSize} bytes, found {ReadUInt16(54)}");
        for (long at = table; at < table + (long)count * ProgramHeaderSize; at += ProgramHeaderSize)
        {
            ulong offset = ReadUInt64(at + 8);
            ulong into = (ulong)section.Offset - offset;
            ulong size = ReadUInt64(at + 32);
            if (ReadUInt32(at) == LoadedSegment && offset <= (ulong)section.Offset && into <= size && (ulong)section.Size <= size - into)
                return section.Address == ReadUInt64(at + 16) + into;
        }

        return false;
    }

    public byte ReadByte(long offset) => Slice(offset, 1)[0];

    public ushort ReadUInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    public uint ReadUInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    public ulong ReadUInt64(long offset) => BinaryPrimitives.ReadUInt64LittleEndian(Slice(offset, 8));

    /// <summary>Throws unless the file is as expected.</summary>
    /// <exception cref="InvalidDataException"><paramref name="condition"/> is false.</exception>
    public static void Require(bool condition, string problem)
    {
        if (!condition)
            throw new InvalidDataException($"Not an ELF library that can be patched: {problem}.");
    }

    private static void RequireSupported(ReadOnlySpan<byte> file)
    {
        Require(file.Length >= HeaderSize, $"expected a header of {HeaderSize} bytes, found {file.Length}");
        Require(file[..4].SequenceEqual("\u007fELF"u8), $"expected 7F454C46 at the start, found {Convert.ToHexString(file[..4])}");
        Require(file[4] == 2, $"expected class 2 (64 bits), found {file[4]}");
        Require(file[5] == 1, $"expected byte order 1 (little endian), found {file[5]}");
        ushort type = BinaryPrimitives.ReadUInt16LittleEndian(file[16..]);
        Require(type == SharedObject, $"expected type {SharedObject} (shared object), found {type}");
    }

    private ElfSection ReadSection(int index, int header)
    {
        uint type = ReadUInt32(header + 4);
        ulong size = type == NoBits ? 0 : ReadUInt64(header + 32);
        int offset = ToOffset(ReadUInt64(header + 24));
        Require(size <= (ulong)(_file.Length - offset), $"section {index} ({size} bytes at {offset}) ends outside the file");
        return new ElfSection(index, type, ReadUInt64(header + 16), offset, (int)size, (int)ReadUInt32(header + 40));
    }

    private int ToOffset(ulong value)
    {
        Require(value <= (ulong)_file.Length, $"offset {value} in a file of {_file.Length} bytes");
        return (int)value;
    }

    private ReadOnlySpan<byte> Slice(long offset, int length)
    {
        Require(offset >= 0 && offset <= _file.Length - length, $"{length} bytes at {offset} of a file of {_file.Length} bytes");
        return _file.Span.Slice((int)offset, length);
    }
}
