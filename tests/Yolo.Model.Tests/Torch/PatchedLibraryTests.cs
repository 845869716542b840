using Xunit;
using Yolo.Model.Torch;

namespace Yolo.Model.Tests.Torch;

public sealed class PatchedLibraryTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("yolo-tests-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Store_EmptyCache_WritesTheBytesAndNothingElse()
    {
        string path = PatchedLibrary.Store(_root.FullName, [1, 2, 3], "libX.so");

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_root.FullName, "*", SearchOption.AllDirectories));
        Assert.Equal("libX.so", Path.GetFileName(path));
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 4 })]
    [InlineData(new byte[] { 1, 2 })]
    [InlineData(new byte[] { })]
    public void Store_CachedFileChangedBySomebody_IsReplaced(byte[] changed)
    {
        string path = PatchedLibrary.Store(_root.FullName, [1, 2, 3], "libX.so");
        File.WriteAllBytes(path, changed);

        Assert.Equal(path, PatchedLibrary.Store(_root.FullName, [1, 2, 3], "libX.so"));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    [Fact]
    public void Store_CachedFileRight_IsNotWrittenAgain()
    {
        string path = PatchedLibrary.Store(_root.FullName, [1, 2, 3], "libX.so");
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);

        PatchedLibrary.Store(_root.FullName, [1, 2, 3], "libX.so");

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void Store_OtherBytes_GoElsewhere() => Assert.NotEqual(
        PatchedLibrary.Store(_root.FullName, [1, 2, 3], "libX.so"), PatchedLibrary.Store(_root.FullName, [1, 2, 4], "libX.so"));

    [Fact]
    public void Store_RootIsAFile_ThrowsIOException()
    {
        string file = Path.Combine(_root.FullName, "file");
        File.WriteAllBytes(file, []);

        Assert.ThrowsAny<IOException>(() => PatchedLibrary.Store(file, [1], "libX.so"));
    }
}
