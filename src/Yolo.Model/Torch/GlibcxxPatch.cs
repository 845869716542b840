using System.Buffers.Binary;

namespace Yolo.Model.Torch;

/// <summary>
/// Frees TorchSharp's native library from the one symbol that asks for GCC 13's libstdc++, so that it loads on Ubuntu 22.04, Debian 12 and
/// RHEL 9.
/// </summary>
/// <remarks>
/// The symbol, <c>std::ios_base_library_init()</c>, starts iostreams; libtorch_cpu.so has done that for itself by then. Three places change:
/// the version requirement becomes weak, the symbol is renamed to <c>std::get_terminate()</c> (no argument, no side effect, in every libstdc++
/// since GCC 4.9), and its version index becomes 1, "any". Whatever is not exactly as expected is refused.
/// </remarks>
internal static class GlibcxxPatch
{
    /// <summary>The version of libstdc++'s interface that the patch makes optional: GCC 13.2.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    private const string Symbol = "_ZSt21ios_base_library_initv";

    private const int SymbolSize = 24;
    private const int DynamicEntrySize = 16;
    private const ushort WeakFlag = 2;
    private const ushort AnyVersion = 1;

    private static ReadOnlySpan<byte> Replacement => "_ZSt13get_terminatev"u8;

    /// <summary>A patched copy of a library.</summary>
    /// <param name="library">The file's bytes, which stay as they are.</param>
    /// <returns>The copy, of equal length, or null where the library does not ask for <see cref="Version"/>.</returns>
    /// <exception cref="InvalidDataException">The bytes are not a library that the patch understands, or are patched already.</exception>
    public static byte[]? Apply(ReadOnlyMemory<byte> library)
    {
        var image = new ElfImage(library);
        ElfSection needs = image.Single(ElfImage.VersionNeeds);
        ElfSection symbols = image.Single(ElfImage.DynamicSymbols);
        ElfSection versions = image.Single(ElfImage.SymbolVersions);
        ElfSection strings = image.StringsOf(symbols);
        RequireSeenByLoader(image, symbols, strings, versions, needs);
        List<VersionNeed> required = ReadVersionNeeds(image, needs, strings);
        if (!required.Exists(need => need.Name == Version))
            return null;

        VersionNeed requirement = SingleRequirement(required);
        int symbol = SingleSymbol(image, symbols, versions, requirement.Index);
        uint name = image.ReadUInt32(symbols.Offset + symbol * SymbolSize);
        RequireSymbol(image, symbols, strings, symbol);
        RequireUnshared(image, strings, name, StringPositions(image, symbols, required).ToList());

        byte[] patched = library.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(requirement.FlagsOffset), (ushort)(requirement.Flags | WeakFlag));
        Span<byte> oldName = patched.AsSpan(strings.Offset + (int)name, Symbol.Length);
        oldName.Clear();
        Replacement.CopyTo(oldName);
        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(versions.Offset + symbol * sizeof(ushort)), AnyVersion);
        return patched;
    }

    // The loader goes by the dynamic table, this class by the section table: both must speak of the same bytes.
    private static void RequireSeenByLoader(
        ElfImage image, ElfSection symbols, ElfSection strings, ElfSection versions, ElfSection needs)
    {
        ElfImage.Require(symbols.Size % SymbolSize == 0 && versions.Size == symbols.Size / SymbolSize * sizeof(ushort),
            $"{symbols.Size} bytes of symbols but {versions.Size} of versions");
        ElfImage.Require(versions.Link == symbols.Index && needs.Link == strings.Index, "the version sections belong to other tables");
        ReadOnlySpan<(ulong Tag, ElfSection Section)> expected =
            [(5, strings), (6, symbols), (0x6ffffff0, versions), (0x6ffffffe, needs)];
        foreach ((ulong tag, ElfSection section) in expected)
        {
            ulong[] addresses = [.. DynamicEntries(image).Where(entry => entry.Tag == tag).Select(entry => entry.Value)];
            ElfImage.Require(addresses.Length == 1 && addresses[0] == section.Address && image.IsLoaded(section),
                $"dynamic entry 0x{tag:x} is not the address 0x{section.Address:x} of section {section.Index}");
        }
    }

    private static IEnumerable<(ulong Tag, ulong Value)> DynamicEntries(ElfImage image)
    {
        ElfSection table = image.Single(ElfImage.DynamicTable);
        ElfImage.Require(image.IsLoaded(table), "the dynamic table is not loaded");
        for (int at = table.Offset; at + DynamicEntrySize <= table.Offset + table.Size; at += DynamicEntrySize)
        {
            ulong tag = image.ReadUInt64(at);
            if (tag == 0)
                yield break;
            yield return (tag, image.ReadUInt64(at + 8));
        }
    }

    // Elf64_Verneed: version, count (2 bytes each), file, first Vernaux, next Verneed (4 bytes each).
    // Elf64_Vernaux: hash (4), flags, index (2 each), name, next Vernaux (4 each).
    private static List<VersionNeed> ReadVersionNeeds(ElfImage image, ElfSection needs, ElfSection strings)
    {
        List<VersionNeed> found = [];
        long file = needs.Offset;
        uint nextFile;
        do
        {
            RequireInside(needs, file);
            int count = image.ReadUInt16(file + 2);
            long entry = file + image.ReadUInt32(file + 8);
            for (int i = 0; i < count; i++)
            {
                RequireInside(needs, entry);
                uint name = image.ReadUInt32(entry + 8);
                found.Add(new VersionNeed(image.ReadString(strings, name), name, image.ReadUInt32(file + 4),
                    (int)entry + 4, image.ReadUInt16(entry + 4), image.ReadUInt16(entry + 6)));
                entry += image.ReadUInt32(entry + 12);
            }

            nextFile = image.ReadUInt32(file + 12);
            file += nextFile;
        }
        while (nextFile != 0);
        return found;
    }

    private static void RequireInside(ElfSection needs, long entry) =>
        ElfImage.Require(entry >= needs.Offset && entry + 16 <= needs.Offset + needs.Size, $"a version entry at {entry} lies outside its section");

    private static VersionNeed SingleRequirement(List<VersionNeed> required)
    {
        List<VersionNeed> matching = required.FindAll(need => need.Name == Version);
        ElfImage.Require(matching.Count == 1, $"expected {Version} to be required once, found {matching.Count} times");
        ElfImage.Require((matching[0].Flags & WeakFlag) == 0, $"{Version} is optional already: the file has been patched");
        return matching[0];
    }

    private static int SingleSymbol(ElfImage image, ElfSection symbols, ElfSection versions, ushort version)
    {
        int[] users = [.. Enumerable.Range(0, symbols.Size / SymbolSize)
            .Where(i => (image.ReadUInt16(versions.Offset + i * sizeof(ushort)) & 0x7fff) == version)];
        ElfImage.Require(users.Length == 1, $"expected one symbol of {Version}, found {users.Length}");
        return users[0];
    }

    private static void RequireSymbol(ElfImage image, ElfSection symbols, ElfSection strings, int index)
    {
        int at = symbols.Offset + index * SymbolSize;
        string name = image.ReadString(strings, image.ReadUInt32(at));
        ElfImage.Require(name == Symbol, $"expected {Symbol} to be the symbol of {Version}, found {name}");
        ElfImage.Require(image.ReadUInt16(at + 6) == 0, $"{Symbol} is defined in the file itself");
    }

    // Linkers let one string be the tail of another: a name that another entry also uses must not be overwritten.
    private static void RequireUnshared(ElfImage image, ElfSection strings, uint name, List<uint> positions)
    {
        int uses = positions.Count(position => position >= name && position <= name + Symbol.Length);
        ElfImage.Require(uses == 1, $"the name of {Symbol} is used {uses} times");
        ElfImage.Require(name > 0 && image.ReadByte(strings.Offset + name - 1) == 0, $"the name of {Symbol} is the tail of a longer name");
    }

    private static IEnumerable<uint> StringPositions(ElfImage image, ElfSection symbols, List<VersionNeed> required)
    {
        for (int at = symbols.Offset; at < symbols.Offset + symbols.Size; at += SymbolSize)
            yield return image.ReadUInt32(at);
        foreach (VersionNeed need in required)
        {
            yield return need.NamePosition;
            yield return need.FilePosition;
        }

        foreach ((ulong tag, ulong value) in DynamicEntries(image))
        {
            if (tag is 1 or 14 or 15 or 29) // NEEDED, SONAME, RPATH, RUNPATH
                yield return (uint)value;
        }
    }

    private readonly record struct VersionNeed(
        string Name, uint NamePosition, uint FilePosition, int FlagsOffset, ushort Flags, ushort Index);
}
