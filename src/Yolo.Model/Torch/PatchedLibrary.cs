using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Yolo.Model.Files;

namespace Yolo.Model.Torch;

/// <summary>Puts the bytes of a native library where they can be loaded from, since the system loads libraries from files only.</summary>
internal static class PatchedLibrary
{
    /// <summary>
    /// Loads the bytes from a copy in the user's cache folder, written once per content, or from a temporary file where that folder cannot be
    /// used (read-only, not executable, changed by somebody).
    /// </summary>
    /// <exception cref="DllNotFoundException">Neither copy could be written and loaded; the message says why each failed.</exception>
    public static nint Load(byte[] content, string fileName)
    {
        try
        {
            return NativeLibrary.Load(Store(CacheRoot(), content, fileName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            return LoadTemporary(content, fileName, exception.Message);
        }
    }

    /// <summary>The cached copy of the bytes, <c>ROOT/yolo-mlnet/HASH/NAME</c>, written if there is none or if it holds other bytes.</summary>
    /// <exception cref="IOException">It cannot be written, or holds other bytes and cannot be replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    internal static string Store(string root, byte[] content, string fileName)
    {
        string folder = Path.Combine(root, "yolo-mlnet", Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
        string path = Path.Combine(folder, fileName);
        if (Holds(path, content))
            return path;
        Directory.CreateDirectory(folder);
        AtomicFile.Write(path, stream => stream.Write(content));
        return Holds(path, content) ? path : throw new IOException($"{path} does not hold what was written to it.");
    }

    // XDG Base Directory Specification: XDG_CACHE_HOME, else ~/.cache; a relative path is to be ignored.
    private static string CacheRoot()
    {
        string? configured = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (Path.IsPathFullyQualified(configured ?? ""))
            return configured!;
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? Path.Combine(home, ".cache") : throw new IOException("The user has no home folder.");
    }

    private static bool Holds(string path, byte[] content) =>
        File.Exists(path) && new FileInfo(path).Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);

    // A loaded library stays mapped when its file goes away, so the folder need not outlive this call.
    private static nint LoadTemporary(byte[] content, string fileName, string cacheProblem)
    {
        DirectoryInfo? folder = null;
        try
        {
            folder = Directory.CreateTempSubdirectory("yolo-mlnet-");
            string path = Path.Combine(folder.FullName, fileName);
            File.WriteAllBytes(path, content);
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            throw new DllNotFoundException(
                $"the copy in the cache: {cacheProblem} The copy in {Path.GetTempPath()}: {exception.Message}", exception);
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }
}
