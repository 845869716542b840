using System.Runtime.InteropServices;

namespace Yolo.Model.Torch;

/// <summary>Settings of the C library's allocator, from which libtorch takes the memory of its tensors.</summary>
internal static partial class NativeAllocator
{
    private const int TrimThreshold = -1, MmapThreshold = -3;

    /// <summary>The AppContext switch that leaves the allocator as it is where it is false.</summary>
    public const string Switch = "Yolo.Model.KeepFreedMemory";

    /// <summary>Makes glibc keep freed memory for the next tensor. By default it maps every tensor of 32 MB or more anew and unmaps it when freed, so that a
    /// training step spends most of its time in page faults: measured three times slower on two cores. What the process once needed it then keeps.</summary>
    /// <remarks>glibc alone has the call; elsewhere nothing is changed.</remarks>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || AppContext.TryGetSwitch(Switch, out bool keep) && !keep)
            return;
        try
        {
            _ = SetOption(MmapThreshold, int.MaxValue);
            _ = SetOption(TrimThreshold, int.MaxValue);
        }
        catch (EntryPointNotFoundException)
        {
            // musl: its allocator has no such options.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
