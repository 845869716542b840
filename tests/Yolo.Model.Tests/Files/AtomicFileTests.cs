using Xunit;
using Yolo.Model.Files;

namespace Yolo.Model.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("yolo-atomic-");

    private string Target => Path.Combine(_folder.FullName, "model.bin");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_ExistingLongerFile_ReplacesAllOfIt()
    {
        File.WriteAllText(Target, "a much longer old content");

        AtomicFile.Write(Target, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void Write_WriterThrowsHalfway_KeepsTheOldFileAndLeavesNoTemporary()
    {
        File.WriteAllText(Target, "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void Write_WhileWriting_TheTargetStillHoldsTheOldContent()
    {
        File.WriteAllText(Target, "old");
        string seen = "";

        AtomicFile.Write(Target, stream =>
        {
            stream.WriteByte((byte)'n');
            stream.Flush();
            seen = File.ReadAllText(Target);
        });

        Assert.Equal("old", seen);
    }

    [Fact]
    public void Write_TargetIsAFolder_ThrowsAndLeavesNoTemporary()
    {
        Directory.CreateDirectory(Target);

        Assert.ThrowsAny<SystemException>(() => AtomicFile.Write(Target, stream => stream.WriteByte(1)));

        Assert.Empty(_folder.GetFiles());
    }

    // 255 bytes are what file systems take; a letter of the second name has three.
    [Theory]
    [InlineData("x", 255)]
    [InlineData("\u56FE", 85)]
    public void Write_NameOfAllBytesThatAreAllowed_IsWritten(string letter, int count)
    {
        string target = Path.Combine(_folder.FullName, string.Concat(Enumerable.Repeat(letter, count)));
        string temporary = "";

        AtomicFile.Write(target, stream => temporary = _folder.GetFiles().Single().Name);

        Assert.Equal(target, _folder.GetFiles().Single().FullName);
        Assert.EndsWith(".tmp", temporary, StringComparison.Ordinal);
        Assert.InRange(temporary.Length, 1, 40);
    }

    [Fact]
    public void Write_NameThatIsTooLong_ThrowsAndLeavesNoTemporary()
    {
        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(Path.Combine(_folder.FullName, new string('x', 256)), stream => stream.WriteByte(1)));

        Assert.Empty(_folder.GetFiles());
    }
}
