namespace Yolo;

/// <summary>An empty folder that is removed with all it holds when the test ends. Linked into every test project.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("yolo-tests-").FullName;

    public string Combine(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
