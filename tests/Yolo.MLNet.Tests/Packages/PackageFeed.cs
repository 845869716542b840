using System.IO.Compression;
using Xunit;

namespace Yolo.MLNet.Tests.Packages;

/// <summary>A folder with the packages that <c>dotnet pack</c> makes of what was built for the tests.</summary>
public sealed class PackageFeed : IDisposable
{
    /// <summary>The version of the packages, Directory.Build.props's.</summary>
    public const string Version = "0.1.0";

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _path;

    public PackageFeed() => _path = new(Pack);

    /// <summary>The folder. A test that asks for it where there is no SDK skips itself.</summary>
    public string Path
    {
        get
        {
            Assert.SkipUnless(DotNet.HasSdk, "There is no .NET SDK here, only a runtime, so nothing can be packed.");
            return _path.Value;
        }
    }

    /// <summary>Opens a package.</summary>
    public ZipArchive Open(string name, string extension = "nupkg") => ZipFile.OpenRead(System.IO.Path.Combine(Path, $"{name}.{Version}.{extension}"));

    public void Dispose() => _folder.Dispose();

    private string Pack()
    {
        string configuration = AppContext.BaseDirectory.Contains($"{System.IO.Path.DirectorySeparatorChar}Release{System.IO.Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        foreach (string project in (string[])["Yolo.Model", "Yolo.MLNet"])
            DotNet.Run(TestPaths.Root, "pack", "--no-build", "-v", "q", "-c", configuration, "-o", _folder.Path, System.IO.Path.Combine("src", project));
        return _folder.Path;
    }
}
