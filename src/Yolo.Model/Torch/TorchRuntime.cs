using System.Runtime.InteropServices;
using TorchSharp;

namespace Yolo.Model.Torch;

/// <summary>Loads libtorch and TorchSharp's native library, on Linux systems older than TorchSharp asks for too.</summary>
/// <remarks>
/// <para>
/// TorchSharp 0.107's libLibTorchSharp.so needs GLIBCXX_3.4.32 (GCC 13.2). Where that is missing (Ubuntu 22.04, Debian 12, RHEL 9), a
/// corrected copy is loaded instead, from <c>~/.cache/yolo-mlnet</c>; where the original loads, it is used.
/// </para>
/// <para>
/// On glibc the allocator is told to keep freed memory for the next tensor (<c>mallopt</c>: mmap and trim thresholds), for the whole process.
/// Training is about three times faster with it; what the process once needed it keeps until it ends.
/// </para>
/// <para>
/// Environment variable <c>YOLO_LIBTORCH</c>: a folder to take libtorch from, such as <c>lib/python3.12/site-packages/torch/lib</c> of a
/// Python install. Its version must be the one TorchSharp was built for, 2.10, and the application must be built with
/// <c>-p:TorchBackend=none</c>, so that it carries no libtorch of its own.
/// </para>
/// </remarks>
public static class TorchRuntime
{
    /// <summary>The environment variable that names the folder to take libtorch from: <c>YOLO_LIBTORCH</c>.</summary>
    public const string LibtorchVariable = "YOLO_LIBTORCH";

    private static readonly Lock Gate = new();
    private static volatile bool _loaded;

    /// <summary>
    /// Makes TorchSharp ready for use. To be called before the first use of TorchSharp in the process; cheap afterwards, and safe from any
    /// thread.
    /// </summary>
    /// <exception cref="DllNotFoundException">A native library is missing or does not load; the message names it and the ways out.</exception>
    /// <exception cref="InvalidOperationException">
    /// <c>YOLO_LIBTORCH</c> is set but unusable, or TorchSharp was used before this call and failed, which it does for good.
    /// </exception>
    public static void EnsureLoaded()
    {
        if (_loaded)
            return;
        lock (Gate)
        {
            if (_loaded)
                return;
            NativeAllocator.KeepFreedMemory();
            var files = new TorchLibraryFiles(Environment.GetEnvironmentVariable(LibtorchVariable));
            if (files.IsExternal || !TrySharpLibrary())
                Load(files);
            Initialize();
            _loaded = true;
        }
    }

    // What TorchSharp itself does on its first use. It must find the library, be it by the name of one that is loaded already.
    private static bool TrySharpLibrary() => NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out _);

    // The first touch of the class torch runs TorchSharp's own loading; where that fails, the class stays unusable.
    private static void Initialize()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (TypeInitializationException exception)
        {
            throw new InvalidOperationException(
                "TorchSharp failed to start and stays unusable in this process. Call TorchRuntime.EnsureLoaded before anything else uses " +
                $"TorchSharp. Its error: {exception.InnerException?.Message}", exception);
        }
    }

    private static void Load(TorchLibraryFiles files)
    {
        foreach (string library in TorchLibraryFiles.Libtorch)
            LoadLibtorch(files, library);
        string sharp = files.Find(TorchLibraryFiles.Sharp)
            ?? throw new DllNotFoundException($"{TorchLibraryFiles.Sharp} is in none of {files.Searched}. It comes with the package TorchSharp.");
        LoadSharp(sharp);
        if (!TrySharpLibrary())
            throw new DllNotFoundException($"{sharp} was loaded, but TorchSharp does not find it by its name.");
    }

    private static void LoadLibtorch(TorchLibraryFiles files, string library)
    {
        // Without a file of that name the system may still know it, through LD_LIBRARY_PATH for example.
        string path = files.Find(library) ?? library;
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(
                $"libtorch's {library} does not load{(path == library ? $"; it is in none of {files.Searched}" : $" from {path}")}. Reference " +
                "libtorch-cpu-linux-x64, libtorch-cpu-win-x64, libtorch-cpu-osx-arm64 or TorchSharp-cuda-linux in the application " +
                $"(build/TorchBackend.props does), or set {LibtorchVariable} to the torch/lib folder of a Python install of the same version. " +
                $"The system says: {exception.Message}", exception);
        }
    }

    private static void LoadSharp(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException exception) when (OperatingSystem.IsLinux() && exception.Message.Contains(GlibcxxPatch.Version, StringComparison.Ordinal))
        {
            LoadPatched(path);
        }
    }

    private static void LoadPatched(string path)
    {
        try
        {
            byte[] patched = GlibcxxPatch.Apply(File.ReadAllBytes(path))
                ?? throw new InvalidDataException($"{path} does not ask for {GlibcxxPatch.Version} itself.");
            PatchedLibrary.Load(patched, Path.GetFileName(path));
        }
        catch (Exception exception) when (exception is InvalidDataException or DllNotFoundException)
        {
            throw new DllNotFoundException(
                $"{path} needs {GlibcxxPatch.Version}, which this system's libstdc++.so.6 lacks, and a corrected copy could not be loaded: " +
                $"{exception.Message} Ways out: make a cache folder (XDG_CACHE_HOME or ~/.cache) or the temporary folder writable and " +
                "executable; put a libstdc++.so.6 of GCC 13.2 or newer on LD_LIBRARY_PATH (conda's libstdcxx-ng has one); run on Ubuntu " +
                "24.04, Debian 13, RHEL 10 or newer.", exception);
        }
    }
}
