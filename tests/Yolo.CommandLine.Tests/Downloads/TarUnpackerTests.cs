using System.Formats.Tar;
using Xunit;
using Yolo.CommandLine.Downloads;
using Yolo.CommandLine.Output;

namespace Yolo.CommandLine.Tests.Downloads;

public sealed class TarUnpackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Archive => _folder.Combine("a.tar");

    private IReadOnlyList<string> Unpack() =>
        TarUnpacker.Unpack(Archive, _folder.Combine("out"), new Terminal(TextWriter.Null, TextWriter.Null, interactive: false), TestContext.Current.CancellationToken);

    private void Write(params TarEntry[] entries)
    {
        using var writer = new TarWriter(File.Create(Archive));
        foreach (var entry in entries)
            writer.WriteEntry(entry);
    }

    private static PaxTarEntry FileEntry(string name, string text) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) };

    [Fact]
    public void Unpack_FilesAndFolders_WritesThemAndNamesLicences()
    {
        Write(new PaxTarEntry(TarEntryType.Directory, "VOCdevkit/empty/"), FileEntry("VOCdevkit/VOC2007/Annotations/1.xml", "one"), FileEntry("VOCdevkit/LICENSE.txt", "terms"));

        var licences = Unpack();

        Assert.True(Directory.Exists(_folder.Combine("out", "VOCdevkit", "empty")));
        Assert.Equal("one", File.ReadAllText(_folder.Combine("out", "VOCdevkit", "VOC2007", "Annotations", "1.xml")));
        Assert.Equal([_folder.Combine("out", "VOCdevkit", "LICENSE.txt")], licences);
    }

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("a/../../evil.txt")]
    [InlineData("../outside/evil.txt")]
    [InlineData("/tmp/yolo-evil.txt")]
    public void Unpack_EntryThatLeavesTheFolder_IsRefused(string name)
    {
        Write(FileEntry("good.txt", "good"), FileEntry(name, "evil"));

        var exception = Assert.Throws<InvalidDataException>(Unpack);

        Assert.Contains($"the entry '{name}' would leave the folder", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Combine("evil.txt")));
        Assert.False(File.Exists("/tmp/yolo-evil.txt"));
    }

    // A link could lead out of the folder, and the next entry through it.
    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void Unpack_Link_IsRefused(TarEntryType type)
    {
        Write(new PaxTarEntry(type, "link") { LinkName = "../" }, FileEntry("link/evil.txt", "evil"));

        Assert.Throws<InvalidDataException>(Unpack);
        Assert.False(File.Exists(_folder.Combine("evil.txt")));
    }

    // A name that is no path, numbers that are none, an entry that goes on behind the end.
    [Fact]
    public void Unpack_CutOffOrChanged_IsUnpackedOrRefused()
    {
        Write(new PaxTarEntry(TarEntryType.Directory, "a/"), FileEntry("a/one.txt", new string('1', 700)), FileEntry("a/LICENSE", "terms"));
        byte[] whole = File.ReadAllBytes(Archive);
        int refused = 0;
        for (int length = 0; length < whole.Length; length += 100)
            refused += UnpackOrRefuse(whole[..length]);
        var random = new Random(20170612);
        for (int i = 0; i < 2000; i++)
        {
            byte[] damaged = [.. whole];
            for (int wounds = random.Next(1, 5); wounds > 0; wounds--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            refused += UnpackOrRefuse(damaged);
        }
        foreach (byte[] garbage in (byte[][])[[.. Enumerable.Repeat((byte)'9', 10_000)], [0xFF, 0xFE, 0, 0xD8], "%PDF-1.4\n"u8.ToArray()])
            Assert.Equal(1, UnpackOrRefuse(garbage));

        Assert.InRange(refused, 100, 2100);
        Assert.All(Directory.EnumerateFileSystemEntries(_folder.Path), path => Assert.True(path == Archive || path == _folder.Combine("out"), path));
        Assert.Equal(0, UnpackOrRefuse(whole));
        Assert.Equal("terms", File.ReadAllText(_folder.Combine("out", "a", "LICENSE")));
    }

    [Fact]
    public void Unpack_Cancelled_LeavesNothingHalfUnpacked()
    {
        Write(FileEntry("one.txt", "one"), FileEntry("two.txt", "two"));
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => TarUnpacker.Unpack(Archive, _folder.Combine("out"), new Terminal(TextWriter.Null, TextWriter.Null, interactive: false), stop.Token));

        Assert.False(Directory.Exists(_folder.Combine("out")));
        Assert.Empty(Unpack());
        Assert.Equal("two", File.ReadAllText(_folder.Combine("out", "two.txt")));
    }

    /// <summary>Whether it was refused, 1 or 0.</summary>
    private int UnpackOrRefuse(byte[] bytes)
    {
        File.WriteAllBytes(Archive, bytes);
        if (Directory.Exists(_folder.Combine("out")))
            Directory.Delete(_folder.Combine("out"), recursive: true);
        try
        {
            Unpack();
            return 0;
        }
        catch (InvalidDataException exception)
        {
            Assert.StartsWith(Archive + ": ", exception.Message, StringComparison.Ordinal);
            return 1;
        }
    }

    public void Dispose() => _folder.Dispose();
}
