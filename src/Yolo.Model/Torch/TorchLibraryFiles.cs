using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Yolo.Model.Torch;

/// <summary>Where an application's native libraries lie: its output, the package folders the host knows, or a folder the user names.</summary>
internal sealed partial class TorchLibraryFiles
{
    /// <summary>The libtorch that the referenced TorchSharp was compiled against, without the patch number.</summary>
    public const string LibtorchVersion = "2.10";

    private readonly string? _libtorchFolder;
    private readonly string[] _folders = [.. HostFolders().Where(Directory.Exists).Distinct()];

    /// <param name="libtorchFolder">The value of <c>YOLO_LIBTORCH</c>: libtorch's folder, or null or empty to use the application's own.</param>
    /// <exception cref="InvalidOperationException">
    /// The folder holds no libtorch or one of another version, or the application carries one as well and TorchSharp would load both.
    /// </exception>
    public TorchLibraryFiles(string? libtorchFolder)
    {
        if (string.IsNullOrEmpty(libtorchFolder))
            return;
        string library = Libtorch[^1];
        if (!File.Exists(Path.Combine(libtorchFolder, library)))
            throw new InvalidOperationException(
                $"{TorchRuntime.LibtorchVariable}={libtorchFolder}: expected the folder that holds {library}, for example .../site-packages/torch/lib.");
        if (VersionOf(libtorchFolder) is { } version && !version.StartsWith($"{LibtorchVersion}.", StringComparison.Ordinal))
            throw new InvalidOperationException(
                $"{TorchRuntime.LibtorchVariable}={libtorchFolder}: expected libtorch {LibtorchVersion}, found {version}.");
        if (FindIn(_folders, library) is { } own)
            throw new InvalidOperationException(
                $"{TorchRuntime.LibtorchVariable}={libtorchFolder}, but the application carries {own} and TorchSharp would load both. " +
                $"Build with -p:TorchBackend=none or unset {TorchRuntime.LibtorchVariable}.");
        _libtorchFolder = libtorchFolder;
    }

    /// <summary>libtorch's libraries, each before those that need it.</summary>
    public static IReadOnlyList<string> Libtorch { get; } = [FileName("c10"), FileName("torch_cpu"), FileName("torch")];

    /// <summary>TorchSharp's own library.</summary>
    public static string Sharp { get; } = FileName("LibTorchSharp");

    /// <summary>Whether libtorch comes from the folder the user named.</summary>
    public bool IsExternal => _libtorchFolder != null;

    /// <summary>The folders looked into, for messages.</summary>
    public string Searched => string.Join(", ", Folders);

    private IEnumerable<string> Folders => _libtorchFolder is null ? _folders : _folders.Prepend(_libtorchFolder);

    /// <summary>The path of the first file of a name, or null.</summary>
    public string? Find(string fileName) => FindIn(Folders, fileName);

    private static string? FindIn(IEnumerable<string> folders, string fileName) =>
        folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);

    // A Python install keeps version.py beside lib, a libtorch archive keeps build-version there; other folders tell nothing.
    private static string? VersionOf(string libtorchFolder)
    {
        string parent = Path.Combine(libtorchFolder, "..");
        string? file = FindIn([parent], "version.py") ?? FindIn([parent], "build-version");
        if (file is null)
            return null;
        Match match = VersionNumber().Match(File.ReadAllText(file));
        return match.Success ? match.Value : null;
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex VersionNumber();

    private static IEnumerable<string> HostFolders()
    {
        var known = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        foreach (string folder in known.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return Path.TrimEndingDirectorySeparator(folder);
        // A single-file application has no location.
        foreach (string folder in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(typeof(torch).Assembly.Location) ?? "" })
        {
            yield return Path.TrimEndingDirectorySeparator(folder);
            yield return Path.Combine(folder, "runtimes", RuntimeIdentifier, "native");
        }
        foreach (string folder in PackageFolders(typeof(torch).Assembly.Location))
            yield return folder;
    }

    /// <summary>The folders of native libraries in NuGet's packages, for programs that run from these: F# scripts. Of the packages of
    /// libtorch those for CUDA are left out, since they hold its files in parts.</summary>
    /// <param name="sharp">TorchSharp's assembly; if it is not in a package, there is no folder.</param>
    internal static IEnumerable<string> PackageFolders(string sharp)
    {
        // root/torchsharp/0.107.0/lib/net8.0/TorchSharp.dll
        if (Path.GetDirectoryName(sharp) is not { Length: > 0 } framework
            || new DirectoryInfo(framework).Parent is not { Name: "lib", Parent: { Parent: { Parent: { } root } package } version }
            || !package.Name.Equals("torchsharp", StringComparison.OrdinalIgnoreCase))
        {
            yield break;
        }
        yield return Native(version.FullName);
        foreach (var libtorch in root.EnumerateDirectories($"libtorch-cpu-{RuntimeIdentifier}"))
        {
            foreach (var found in libtorch.EnumerateDirectories($"{LibtorchVersion}.*").OrderBy(folder => folder.Name, StringComparer.Ordinal))
                yield return Native(found.FullName);
        }

        static string Native(string folder) => Path.Combine(folder, "runtimes", RuntimeIdentifier, "native");
    }

    internal static string RuntimeIdentifier =>
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux") + "-" +
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
}
