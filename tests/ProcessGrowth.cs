using Xunit;

namespace Yolo;

/// <summary>What a process holds more of after something was done over and over. Linked into every test project; nothing else may run meanwhile.</summary>
internal static class ProcessGrowth
{
    private const int WarmUp = 10, Cycles = 40;

    // A cycle that left its network behind would leave one or two megabytes, a file and a thread.
    private const long AllowedBytes = 30_000_000;
    private const int AllowedFiles = 5, AllowedThreads = 10;

    /// <summary>Does it 50 times; fails unless files, threads and memory stay as they are after the first ten.</summary>
    public static void AssertNone(Action cycle)
    {
        for (int i = 0; i < WarmUp; i++)
            cycle();
        var before = Count();
        for (int i = 0; i < Cycles; i++)
            cycle();
        var after = Count();

        Assert.True(
            after.Bytes - before.Bytes <= AllowedBytes && after.Files - before.Files <= AllowedFiles && after.Threads - before.Threads <= AllowedThreads,
            $"Before {Cycles} cycles {before}, after them {after}.");
    }

    /// <summary>Gives back what nobody holds any more.</summary>
    public static void Collect()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
    }

    private static (long Bytes, int Files, int Threads) Count()
    {
        Collect();
        return (Environment.WorkingSet, Entries("/proc/self/fd"), Entries("/proc/self/task"));
    }

    private static int Entries(string folder) => Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Count() : 0;
}
