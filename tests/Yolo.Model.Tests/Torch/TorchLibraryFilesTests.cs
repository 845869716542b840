using TorchSharp;
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

    // The second line of a torch/version.py of PyTorch 2.9.1 for CUDA, and build-version of a libtorch archive.
    [Theory]
    [InlineData("version.py", "__version__ = '2.9.1+cu128'\ndebug = False\n", "2.9.1")]
    [InlineData("build-version", "2.1.0+cpu\n", "2.1.0")]
    public void Constructor_LibtorchOfAnotherVersion_NamesBoth(string file, string content, string version)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, file), content);
        string lib = CreateLibtorch();

        string message = Assert.Throws<InvalidOperationException>(() => new TorchLibraryFiles(lib)).Message;

        Assert.Contains($"expected libtorch 2.10, found {version}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void LibtorchVersion_IsWhatTorchSharpWasBuiltFor()
    {
        TorchRuntime.EnsureLoaded();

        Assert.StartsWith($"{TorchLibraryFiles.LibtorchVersion}.", torch.__version__, StringComparison.Ordinal);
    }

    // TorchSharp loads torch_cpu from the output by its path, whatever is loaded already: two copies would register their operators twice.
    [Fact]
    public void Constructor_OutputCarriesLibtorchToo_IsRefusedWithTheWayOut()
    {
        string lib = CreateLibtorch();
        File.WriteAllText(Path.Combine(_folder.FullName, "version.py"), "__version__ = '2.10.0+cpu'\n");

        string message = Assert.Throws<InvalidOperationException>(() => new TorchLibraryFiles(lib)).Message;

        Assert.Contains(AppContext.BaseDirectory, message, StringComparison.Ordinal);
        Assert.Contains("-p:TorchBackend=none", message, StringComparison.Ordinal);
    }

    // As `dotnet fsi` runs: assemblies stay in the folders of packages.
    [Fact]
    public void PackageFolders_TorchSharpInAPackage_AreThoseOfItAndOfItsLibtorch()
    {
        string rid = TorchLibraryFiles.RuntimeIdentifier, sharp = Path.Combine(_folder.FullName, "torchsharp", "0.107.0", "lib", "net8.0");
        Directory.CreateDirectory(sharp);
        foreach (string version in (string[])["2.7.1", "2.10.0"])
            _folder.CreateSubdirectory(Path.Combine($"libtorch-cpu-{rid}", version));
        _folder.CreateSubdirectory(Path.Combine("libtorch-cpu-other-x64", "2.10.0"));

        Assert.Equal(
            [
                Path.Combine(_folder.FullName, "torchsharp", "0.107.0", "runtimes", rid, "native"),
                Path.Combine(_folder.FullName, $"libtorch-cpu-{rid}", "2.10.0", "runtimes", rid, "native"),
            ],
            TorchLibraryFiles.PackageFolders(Path.Combine(sharp, "TorchSharp.dll")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("TorchSharp.dll")]
    [InlineData("/app/bin/TorchSharp.dll")]
    [InlineData("/app/torchsharp/0.107.0/bin/net8.0/TorchSharp.dll")]
    public void PackageFolders_TorchSharpElsewhere_AreNone(string path) => Assert.Empty(TorchLibraryFiles.PackageFolders(path));

    private string CreateLibtorch()
    {
        string lib = _folder.CreateSubdirectory("lib").FullName;
        File.WriteAllBytes(Path.Combine(lib, TorchLibraryFiles.Libtorch[^1]), []);
        return lib;
    }
}
