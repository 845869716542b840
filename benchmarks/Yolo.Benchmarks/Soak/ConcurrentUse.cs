using System.Collections.Concurrent;
using System.Diagnostics;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks.Soak;

/// <summary>Many threads on one model, in every way it can be used, each result compared bit for bit with that of one thread.</summary>
internal static class ConcurrentUse
{
    // What one thread finds is found twice before it counts as what is expected.
    private const int References = 2;

    /// <summary>Runs and prints.</summary>
    /// <returns>Whether all results were the same and nothing was thrown.</returns>
    public static bool Print(DetectorModel model, int threads, TimeSpan time)
    {
        using var soak = new SoakModel(model);
        var ways = soak.Ways;
        byte[][][] expected = [.. ways.Select(way => Enumerable.Range(0, soak.Tasks).Select(Reference(way.CreateCaller())).ToArray())];
        long[] calls = new long[ways.Count], different = new long[ways.Count];
        var failures = new ConcurrentQueue<Exception>();
        using var stop = new ManualResetEventSlim();

        long start = Stopwatch.GetTimestamp();
        Thread[] all = [.. Enumerable.Range(0, threads).Select(index => new Thread(() => Use(index)) { IsBackground = true })];
        foreach (var thread in all)
            thread.Start();
        stop.Wait(time / 5);
        long early = ProcessCounts.Take().Resident;
        stop.Wait(time * 4 / 5);
        long late = ProcessCounts.Take().Resident;
        stop.Set();
        foreach (var thread in all)
            thread.Join();

        Console.WriteLine($"{threads} threads, {Stopwatch.GetElapsedTime(start).TotalMinutes:F1} minutes, {soak.Tasks} images of different sizes.\n");
        Console.WriteLine("| way | calls | different |");
        Console.WriteLine("| --- | ---: | ---: |");
        for (int way = 0; way < ways.Count; way++)
            Console.WriteLine($"| {ways[way].Name} | {calls[way]} | {different[way]} |");
        Console.WriteLine($"\nExceptions: {failures.Count}. Resident memory after a fifth of the time {early / 1e6:F0} MB, at the end {late / 1e6:F0} MB.");
        foreach (var failure in failures.Take(3))
            Console.WriteLine(failure);
        return failures.IsEmpty && different.Sum() == 0 && calls.All(count => count > 0);

        void Use(int index)
        {
            try
            {
                var random = new Random(index);
                Func<int, byte[]>[] callers = [.. ways.Select(way => way.CreateCaller())];
                while (!stop.IsSet)
                {
                    int way = random.Next(ways.Count), task = random.Next(soak.Tasks);
                    if (!callers[way](task).AsSpan().SequenceEqual(expected[way][task]))
                        Interlocked.Increment(ref different[way]);
                    Interlocked.Increment(ref calls[way]);
                }
            }
            catch (Exception exception)
            {
                failures.Enqueue(exception);
            }
        }
    }

    private static Func<int, byte[]> Reference(Func<int, byte[]> caller) => task =>
    {
        byte[] result = caller(task);
        for (int i = 1; i < References; i++)
        {
            if (!caller(task).AsSpan().SequenceEqual(result))
                throw new InvalidOperationException("One thread alone gives two results for the same images.");
        }
        return result;
    };
}
