using System.Runtime.InteropServices;

namespace Yolo.Model.Files;

/// <summary>Gives a file another name, which .NET 10 has no method for.</summary>
internal static partial class HardLink
{
    /// <summary>Makes <paramref name="path"/> a further name of <paramref name="existing"/>.</summary>
    /// <exception cref="IOException">It cannot be made: most often the two are on different file systems.</exception>
    public static void Create(string path, string existing)
    {
        bool made = OperatingSystem.IsWindows() ? CreateHardLink(path, existing, 0) : Link(existing, path) == 0;
        if (!made)
        {
            throw new IOException($"{path}: expected to make a hard link to {existing}: {Marshal.GetLastPInvokeErrorMessage()}. "
                + "Hard links need one file system; copies and symbolic links do not.");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string path);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string path, string existing, nint security);
}
