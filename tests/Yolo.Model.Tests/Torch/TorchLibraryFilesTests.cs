using Xunit;
using Yolo.Model.Torch;

namespace Yolo.Model.Tests.Torch;

public sealed class TorchLibraryFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("yolo-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Find_NoFolderNamed_FindsTheLibrariesOfTheOutput(string? variable)
    {
        var files = new TorchLibraryFiles(variable);

        Assert.False(files.IsExternal);
        Assert.All([.. TorchLibraryFiles.Libtorch, TorchLibraryFiles.Sharp], name =>
            Assert.StartsWith(AppContext.BaseDirectory, files.Find(name), StringComparison.Ordinal));
        Assert.Null(files.Find("no-such-library"));
    }

    [Fact]
    public void Constructor_FolderWithoutLibtorch_NamesVariableFolderAndFile()
    {
        string message = Assert.Throws<InvalidOperationException>(() => new TorchLibraryFiles(_folder.FullName)).Message;

        Assert.Contains($"YOLO_LIBTORCH={_folder.FullName}: expected the folder that holds {TorchLibraryFiles.Libtorch[^1]}", message, StringComparison.Ordinal);
    }

    // TorchSharp loads torch_cpu from the output by its path, whatever is loaded already: two copies would register their operators twice.
    [Fact]
    public void Constructor_OutputCarriesLibtorchToo_IsRefusedWithTheWayOut()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, TorchLibraryFiles.Libtorch[^1]), []);

        string message = Assert.Throws<InvalidOperationException>(() => new TorchLibraryFiles(_folder.FullName)).Message;

        Assert.Contains(AppContext.BaseDirectory, message, StringComparison.Ordinal);
        Assert.Contains("-p:TorchBackend=none", message, StringComparison.Ordinal);
    }
}
