using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace PublicizeMLNet;

/// <summary>Makes what is internal in an assembly public, by changing nothing but visibility bits in its metadata tables (ECMA-335, II.22 and II.23.1).</summary>
internal static class Publicizer
{
    private const int TypeFlags = 0, FieldFlags = 0, MethodFlags = 6;

    /// <summary>Opens the assembly in place. Private members stay private: nothing needs them, and they could clash with inherited names.</summary>
    /// <exception cref="BadImageFormatException">The bytes are no managed assembly.</exception>
    public static void Open(byte[] image)
    {
        using var pe = new PEReader(new MemoryStream(image, writable: false));
        if (!pe.HasMetadata)
            throw new BadImageFormatException("The file is no managed assembly.");
        var metadata = pe.GetMetadataReader();
        int start = pe.PEHeaders.MetadataStartOffset;

        foreach (var flags in Rows(TableIndex.TypeDef, TypeFlags))
            Replace(flags, (ushort)TypeAttributes.VisibilityMask, Opened((TypeAttributes)Read(flags)));
        foreach (var flags in Rows(TableIndex.MethodDef, MethodFlags))
            Replace(flags, (ushort)MethodAttributes.MemberAccessMask, (ushort)Opened((MethodAttributes)Read(flags)));
        foreach (var flags in Rows(TableIndex.Field, FieldFlags))
            Replace(flags, (ushort)FieldAttributes.FieldAccessMask, (ushort)Opened((MethodAttributes)Read(flags)));

        IEnumerable<Range> Rows(TableIndex table, int column)
        {
            int first = start + metadata.GetTableMetadataOffset(table) + column, size = metadata.GetTableRowSize(table);
            for (int row = 0; row < metadata.GetTableRowCount(table); row++)
                yield return new Range(first + row * size, first + row * size + sizeof(ushort));
        }

        // Every flags column holds its visibility in the lowest bits of its first two bytes.
        ushort Read(Range flags) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(flags));

        void Replace(Range flags, ushort mask, ushort visibility) =>
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(flags), (ushort)((Read(flags) & ~mask) | visibility));
    }

    private static ushort Opened(TypeAttributes flags) => (ushort)((flags & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.NotPublic => TypeAttributes.Public,
        TypeAttributes.NestedAssembly or TypeAttributes.NestedFamANDAssem or TypeAttributes.NestedFamORAssem => TypeAttributes.NestedPublic,
        var other => other,
    });

    /// <summary>Fields and methods share the values of their access bits. <c>protected internal</c> stays: it is overridden from outside as <c>protected</c>.</summary>
    private static MethodAttributes Opened(MethodAttributes flags) => (flags & MethodAttributes.MemberAccessMask) switch
    {
        MethodAttributes.Assembly => MethodAttributes.Public,
        var other => other,
    };
}
