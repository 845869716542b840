using TorchSharp;

namespace Yolo.Benchmarks.Soak;

/// <summary>What this process holds, after the garbage collector has taken what it can. Files and threads are counted on Linux, and 0 elsewhere.</summary>
/// <param name="Resident">Resident memory, bytes.</param>
/// <param name="Managed">Live managed objects, bytes.</param>
/// <param name="Files">Open file descriptors.</param>
/// <param name="Threads">Threads, native ones included.</param>
/// <param name="Tensors">Live tensors that the calling thread made.</param>
/// <param name="Temporary">Entries of the temporary folder.</param>
internal readonly record struct ProcessCounts(long Resident, long Managed, int Files, int Threads, long Tensors, int Temporary)
{
    /// <summary>Counts now.</summary>
    public static ProcessCounts Take()
    {
        // Twice: what the finalizers of the first let go of.
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return new(
            Environment.WorkingSet,
            GC.GetTotalMemory(forceFullCollection: false),
            Entries("/proc/self/fd"),
            Entries("/proc/self/task"),
            DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount,
            Entries(Path.GetTempPath()));
    }

    private static int Entries(string folder) => Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Count() : 0;
}
