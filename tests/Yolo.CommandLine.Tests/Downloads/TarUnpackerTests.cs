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

    public void Dispose() => _folder.Dispose();
}
