using Xunit;

namespace Yolo;

/// <summary>Where tests find files, whatever folder they run in. Linked into every test project.</summary>
internal static class TestPaths
{
    /// <summary>The repository's root: the folder above the test binaries that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A folder of material that is not part of the repository: the variable YOLO_SHARED, else <c>../shared</c> beside the root. It need not exist.</summary>
    public static string SharedFolder { get; } =
        Environment.GetEnvironmentVariable("YOLO_SHARED") is { Length: > 0 } folder ? Path.GetFullPath(folder) : Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    /// <summary>A file of the golden numbers that the repository holds, tests/Yolo.Model.Tests/Golden.</summary>
    public static string Golden(string relativePath) => Path.Combine(Root, "tests", "Yolo.Model.Tests", "Golden", relativePath);

    /// <summary>A file or folder below <see cref="SharedFolder"/>; where it is absent the running test skips itself and says so.</summary>
    public static string Shared(string relativePath)
    {
        string path = Path.Combine(SharedFolder, relativePath);
        Assert.SkipUnless(Path.Exists(path), $"{path} is absent; YOLO_SHARED names the folder that holds {relativePath}.");
        return path;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Yolo.MLNet.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Yolo.MLNet.sln.");
    }
}
