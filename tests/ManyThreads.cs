using System.Collections.Concurrent;

namespace Yolo;

/// <summary>Runs code on many threads at once. Linked into every test project.</summary>
internal static class ManyThreads
{
    /// <summary>Threads that <see cref="Run"/> starts: more than the cores of most machines that tests run on.</summary>
    public const int Count = 8;

    /// <summary>Starts all threads together, waits for them and throws if one of them did.</summary>
    /// <param name="work">Called on each thread with its index.</param>
    /// <param name="meanwhile">Called on the caller's thread.</param>
    public static void Run(Action<int> work, Action? meanwhile = null)
    {
        using var start = new Barrier(Count);
        var failures = new ConcurrentQueue<Exception>();
        Thread[] threads =
        [
            .. Enumerable.Range(0, Count).Select(index => new Thread(() =>
            {
                try
                {
                    start.SignalAndWait();
                    work(index);
                }
                catch (Exception exception)
                {
                    failures.Enqueue(exception);
                }
            }) { IsBackground = true }),
        ];
        foreach (var thread in threads)
            thread.Start();
        meanwhile?.Invoke();
        foreach (var thread in threads)
            thread.Join();
        if (!failures.IsEmpty)
            throw new AggregateException("Threads failed.", failures);
    }
}
