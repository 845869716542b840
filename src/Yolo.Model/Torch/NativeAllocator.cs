using System.Runtime.InteropServices;

namespace Yolo.Model.Torch;

/// <summary>Settings of the C library's allocator, from which libtorch takes the memory of its tensors.</summary>
internal static partial class NativeAllocator
{
    /// <summary>The AppContext switch that leaves the allocator as it is where it is false.</summary>
    public const string Switch = "Yolo.Model.KeepFreedMemory";

    internal const int TrimThreshold = -1, MmapThreshold = -3;

    // The most that glibc accepted as a threshold before version 2.35 (malloc.c, do_set_mmap_threshold).
    internal const int OldestMmapLimit = 32 << 20;

    /// <summary>What a user should know if freed memory cannot be kept, or not all of it; null if all is well.</summary>
    public static string? Warning { get; private set; }

    /// <summary>Makes glibc keep freed memory for the next tensor. By default it maps every tensor of 32 MB or more anew and unmaps it when freed, so that a
    /// training step spends most of its time in page faults: measured three times slower on two cores. What the process once needed it then keeps.</summary>
    /// <remarks>glibc alone has the call; elsewhere nothing is changed.</remarks>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || AppContext.TryGetSwitch(Switch, out bool keep) && !keep)
            return;
        try
        {
            Warning = KeepFreedMemory((option, value) => SetOption(option, value) != 0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl: its allocator has no such options.
        }
    }

    /// <summary>Keeps what the C library lets us keep.</summary>
    /// <param name="set">Sets an option to a value; false if the C library refuses.</param>
    /// <returns>What a user should know; null if all freed memory is kept.</returns>
    internal static string? KeepFreedMemory(Func<int, int, bool> set)
    {
        bool all = set(MmapThreshold, int.MaxValue);
        if (!all && !set(MmapThreshold, OldestMmapLimit))
            return "The C library refuses to keep freed memory, so training steps take longer than they need to.";
        // Only now: setting any threshold stops glibc from raising the other one by itself, and the one it starts with is 128 KB.
        bool trims = !set(TrimThreshold, int.MaxValue);
        return (all, trims) switch
        {
            (true, false) => null,
            (_, true) => "The C library keeps less freed memory than training would like, so steps take longer than they need to.",
            _ => "This C library is older than glibc 2.35 and keeps no freed memory for tensors above 32 MB: steps take longer. "
                + "More Subdivisions, a smaller batch or a newer system avoids that.",
        };
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
