using System.Diagnostics;

namespace Yolo.Benchmarks;

/// <summary>Times several things in turn, so that what disturbs the machine disturbs them alike.</summary>
/// <remarks>The thread pools of ONNX Runtime, OpenCV and libtorch keep their threads spinning for some milliseconds after their work is done, which slows whatever runs next.
/// Each turn is therefore a block: a pause in which the others' threads fall asleep, runs that are not counted, then the counted ones.</remarks>
internal static class Turns
{
    private const int WarmUpRuns = 2, CountedRuns = 4;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Median milliseconds of each.</summary>
    /// <param name="parts">What to time.</param>
    /// <param name="rounds">Blocks of each; the first of them is a warm-up and comes on top.</param>
    public static double[] Medians(IReadOnlyList<Action> parts, int rounds)
    {
        List<double>[] times = [.. parts.Select(_ => new List<double>(rounds * CountedRuns))];
        for (int round = -1; round < rounds; round++)
        {
            for (int part = 0; part < parts.Count; part++)
            {
                Thread.Sleep(s_pause);
                for (int run = -WarmUpRuns; run < CountedRuns; run++)
                {
                    long start = Stopwatch.GetTimestamp();
                    parts[part]();
                    if (round >= 0 && run >= 0)
                        times[part].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }
        return [.. times.Select(Median)];
    }

    /// <summary>The middle one, or the upper of the two middle ones.</summary>
    public static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);
}
