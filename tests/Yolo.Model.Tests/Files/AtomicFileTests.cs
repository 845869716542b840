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
}
