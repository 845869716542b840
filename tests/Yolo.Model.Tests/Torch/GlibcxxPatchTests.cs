using System.Buffers.Binary;
using System.Security.Cryptography;
using Xunit;
using Yolo.Model.Torch;

namespace Yolo.Model.Tests.Torch;

/// <remarks>
/// The places below are those of TorchSharp 0.107.0's libLibTorchSharp.so, as binutils 2.40 prints them: <c>readelf -SW</c> gives the sections,
/// <c>readelf -VW</c> the entry of GLIBCXX_3.4.32 at 0x140 of .gnu.version_r with index 18, <c>readelf --dyn-syms -W</c> the symbol's number, 482,
/// and <c>strings -td</c> the place of its name.
/// </remarks>
public sealed class GlibcxxPatchTests
{
    private const int Dynsym = 0x3890;
    private const int Versym = 0x3dfae;
    private const int Verneed = 0x3f8f0;
    private const int Dynamic = 0x1d4b18;
    private const int SectionHeaders = 2397024;
    private const int Flags = Verneed + 0x140 + 4;
    private const int SymbolVersion = Versym + 482 * 2;
    private const int Name = 92085;

    [Fact]
    public void Apply_LibTorchSharp_ChangesThreePlacesAndNothingElse()
    {
        byte[] original = ReadOriginal();
        byte[] expected = [.. original];
        expected[Flags] = 2;
        expected[SymbolVersion] = 1;
        "_ZSt13get_terminatev\0\0\0\0\0\0\0\0"u8.CopyTo(expected.AsSpan(Name));

        byte[]? patched = GlibcxxPatch.Apply(original);

        Assert.NotNull(patched);
        Assert.Equal(DifferentBytes(original, expected), DifferentBytes(original, patched));
        Assert.True(expected.AsSpan().SequenceEqual(patched));
        Assert.Equal((0, 18), (original[Flags], original[SymbolVersion]));
        Assert.True(original.AsSpan(Name - 1, 30).SequenceEqual("\0_ZSt21ios_base_library_initv\0"u8));
    }

    [Fact]
    public void Apply_LibTorchSharp_LeavesTheSourceAsItWas()
    {
        byte[] original = ReadOriginal();
        byte[] before = SHA256.HashData(original);

        GlibcxxPatch.Apply(original);

        Assert.Equal(before, SHA256.HashData(original));
    }

    // libtorch.so is built against an older libstdc++: readelf -V finds no GLIBCXX_3.4.32 in it, nor in libc10.so.
    [Fact]
    public void Apply_LibraryThatDoesNotAskForTheVersion_GivesNull() => Assert.Null(GlibcxxPatch.Apply(Read("libc10.so")));

    [Fact]
    public void Apply_PatchedLibrary_IsRefusedAsPatched()
    {
        byte[] patched = GlibcxxPatch.Apply(ReadOriginal())!;

        Assert.Contains("patched", Refusal(patched), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 1, "class")] // EI_CLASS: 32 bits
    [InlineData(5, 2, "byte order")] // EI_DATA: big endian
    [InlineData(16, 2, "type")] // e_type: executable
    [InlineData(1, 0, "7F454C46")]
    [InlineData(58, 40, "section headers of 64")] // e_shentsize of a 32-bit file
    [InlineData(Flags, 2, "optional already")]
    [InlineData(SymbolVersion, 1, "found 0")] // no symbol of the version
    [InlineData(SymbolVersion + 2, 18, "found 2")] // a second one, number 483
    [InlineData(Dynsym + 482 * 24 + 6, 1, "defined in the file")] // st_shndx
    [InlineData(Name - 1, (byte)'x', "tail of a longer name")]
    [InlineData(Name + 5, (byte)'9', "expected _ZSt21ios")]
    [InlineData(SectionHeaders + 4 * 64 + 4, 1, "not a string table")] // sh_type of .dynstr
    [InlineData(SectionHeaders + 3 * 64 + 17, 0x39, "dynamic entry 0x6")] // sh_addr of .dynsym
    [InlineData(64 + 16, 1, "dynamic table|dynamic entry")] // p_vaddr of the first segment
    public void Apply_OneByteNotAsExpected_IsRefusedWithTheReason(int offset, byte value, string reason)
    {
        byte[] library = ReadOriginal();
        library[offset] = value;

        Assert.Matches(reason, Refusal(library));
    }

    // The name of symbol 483 made the tail "library_initv" of the name to be overwritten, as a linker would share it.
    [Fact]
    public void Apply_NameSharedWithAnotherSymbol_IsRefused()
    {
        byte[] library = ReadOriginal();
        int name = BinaryPrimitives.ReadInt32LittleEndian(library.AsSpan(Dynsym + 482 * 24));
        BinaryPrimitives.WriteInt32LittleEndian(library.AsSpan(Dynsym + 483 * 24), name + 15);

        Assert.Contains("used 2 times", Refusal(library), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(Verneed)]
    [InlineData(SectionHeaders)]
    [InlineData(SectionHeaders + 31 * 64 - 1)]
    public void Apply_TruncatedLibrary_IsRefused(int length) => Refusal(ReadOriginal()[..length]);

    [Fact]
    public void Apply_Text_IsRefused() => Refusal([.. Enumerable.Repeat((byte)'a', 4096)]);

    // Bytes that steer the reading, inverted: the patch may refuse or not care, but never read outside the file. Steps of 7 reach every byte
    // of the fields, whose entries have 16, 24, 56 and 64 bytes.
    [Theory]
    [InlineData(0, 64 + 10 * 56)]
    [InlineData(Verneed, 0x210)]
    [InlineData(Dynamic, 0x270)]
    [InlineData(SectionHeaders, 31 * 64)]
    public void Apply_ByteOfATableInverted_ThrowsNothingButInvalidData(int start, int length)
    {
        byte[] library = ReadOriginal();
        int refused = 0;
        for (int i = start; i < start + length; i += 7)
        {
            library[i] ^= 0xff;
            try
            {
                GlibcxxPatch.Apply(library);
            }
            catch (InvalidDataException)
            {
                refused++;
            }

            library[i] ^= 0xff;
        }

        Assert.InRange(refused, 1, length);
    }

    private static string Refusal(byte[] library) => Assert.Throws<InvalidDataException>(() => GlibcxxPatch.Apply(library)).Message;

    private static int[] DifferentBytes(byte[] left, byte[] right) =>
        [.. Enumerable.Range(0, left.Length).Where(i => left[i] != right[i])];

    private static byte[] ReadOriginal()
    {
        byte[] original = Read("libLibTorchSharp.so");
        Assert.Equal(2399008, original.Length); // another version of TorchSharp: read the places above anew
        return original;
    }

    private static byte[] Read(string fileName)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", fileName);
        Assert.SkipUnless(File.Exists(path), $"{path} is absent: the output holds the native files of this system only.");
        return File.ReadAllBytes(path);
    }
}
