using System.Diagnostics;
using Yolo.Benchmarks.Peers;
using Yolo.Model.Encoding;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.Benchmarks;

/// <summary>Times a folder of JPEGs from files to detections, beside bare sessions on ready tensors.</summary>
internal static class FolderTimes
{
    private const int DrawnImages = 500, Rounds = 2, SampleSize = 100, WarmUpImages = 8;

    /// <summary>Prints images a second.</summary>
    /// <param name="network">A built-in network.</param>
    /// <param name="folder">A folder of JPEGs; null: 500 drawn ones of 640 x 480.</param>
    /// <param name="threads">Threads of the detector and of the session it is compared with.</param>
    public static void Print(string network, string? folder, int threads)
    {
        using var drawn = new TemporaryFolder();
        string[] paths = folder is null ? Draw(drawn) : [.. Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal)];
        string[] sample = [.. paths.Take(SampleSize)];
        var model = RandomModel.Create(network);
        using var detector = new Detector(model, new DetectionOptions { IntraOpThreads = threads });
        using var antialiased = new Detector(RandomModel.Create(model.Network, ResizeFilter.Antialiased), new DetectionOptions { IntraOpThreads = threads });
        using var bare = new BareSession(model, threads);
        using var one = new BareSession(model, threads: 1);
        using var other = new BareSession(model, threads: 1);
        Part[] parts =
        [
            new($"bare session, {threads} threads, ready tensors", SampleSize, () => Repeat(bare, SampleSize)),
            new("two bare sessions at once, 1 thread each", SampleSize, () => Parallel.Invoke(() => Repeat(one, SampleSize / 2), () => Repeat(other, SampleSize / 2))),
            new("DetectFiles, the whole folder", paths.Length, () => Consume(detector.DetectFiles(paths))),
            new("DetectFiles, antialiased", paths.Length, () => Consume(antialiased.DetectFiles(paths))),
            new("Detect(path), one after the other", sample.Length, () => Array.ForEach(sample, path => detector.Detect(path))),
        ];
        double warmUp = WarmUp(bare, one, other, () => Consume(detector.DetectFiles(paths.Take(WarmUpImages))));
        Consume(antialiased.DetectFiles(paths.Take(WarmUpImages)));
        double[] rates = Rates(parts);
        Console.WriteLine($"| {network}, {paths.Length} JPEGs | images a second | x the bare session |");
        Console.WriteLine("| --- | ---: | ---: |");
        foreach (var (part, rate) in parts.Zip(rates))
            Console.WriteLine($"| {part.Name} | {rate:F1} | {rate / rates[0]:F2} |");
        Console.WriteLine();
        Console.WriteLine($"The first {WarmUpImages} files, before the time above, took DetectFiles {warmUp:F1} s: it opens its second session then.");
    }

    // Returns the seconds of the last one.
    private static double WarmUp(BareSession bare, BareSession one, BareSession other, Action files)
    {
        foreach (var session in (ReadOnlySpan<BareSession>)[bare, one, other])
            Repeat(session, WarmUpImages);
        long start = Stopwatch.GetTimestamp();
        files();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double[] Rates(Part[] parts)
    {
        double[] seconds = new double[parts.Length];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                parts[i].Run();
                seconds[i] += Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
        return [.. parts.Zip(seconds, (part, time) => Rounds * part.Images / time)];
    }

    private static string[] Draw(TemporaryFolder folder)
    {
        string[] paths = [.. Enumerable.Range(0, DrawnImages).Select(index => folder.File($"{index:D3}.jpg"))];
        Parallel.For(0, paths.Length, index => new RgbaImage(640, 480, seed: index).SaveJpeg(paths[index]));
        return paths;
    }

    private static void Repeat(BareSession session, int times)
    {
        for (int i = 0; i < times; i++)
            session.Run();
    }

    private static void Consume(IEnumerable<FileDetections> files)
    {
        foreach (var file in files)
            _ = file.Detections;
    }

    private sealed record Part(string Name, int Images, Action Run);
}
