using System.Runtime.InteropServices;

namespace Yolo.Model.Torch;

/// <summary>NVIDIA's driver, asked without libtorch.</summary>
internal static class NvidiaDriver
{
    private static readonly string s_library = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    private delegate int Initialize(uint flags);

    private delegate int GetCount(out int count);

    /// <summary>GPUs that the driver offers; 0 where there is no driver.</summary>
    public static int Devices()
    {
        if (!NativeLibrary.TryLoad(s_library, out nint library))
            return 0;
        // cuInit and cuDeviceGetCount return 0 for success.
        return Function<Initialize>(library, "cuInit") is { } initialize && Function<GetCount>(library, "cuDeviceGetCount") is { } getCount
            && initialize(0) == 0 && getCount(out int count) == 0 ? count : 0;
    }

    private static T? Function<T>(nint library, string name) where T : Delegate =>
        NativeLibrary.TryGetExport(library, name, out nint address) ? Marshal.GetDelegateForFunctionPointer<T>(address) : null;
}
