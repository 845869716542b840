using System.Globalization;

namespace Yolo.Benchmarks;

/// <summary>Times a step of the training loop beside a plain TorchSharp loop, and beside forward, backward and optimizer alone; each in processes of its own, in turn.</summary>
internal static class TrainingTimes
{
    private const int Turns = 2;

    private static readonly (TrainingWay Way, string Name)[] s_ways =
    [
        (TrainingWay.Plain, "TorchSharp as it comes: its modules and AdamW, fp32, a batch that is ready"),
        (TrainingWay.PlainWithAllocator, "the same with Yolo.Model's allocator settings"),
        (TrainingWay.BareFloat32, "forward + loss + backward + optimizer of Yolo.Model, fp32, a batch that is ready"),
        (TrainingWay.LoopFloat32, "the whole loop, fp32"),
        (TrainingWay.BareBFloat16, "forward + loss + backward + optimizer of Yolo.Model, bf16, a batch that is ready"),
        (TrainingWay.LoopBFloat16, "the whole loop, bf16"),
    ];

    public static void Print(string folder, string network, int steps)
    {
        var measured = s_ways.ToDictionary(way => way.Way, _ => new List<double[]>());
        for (int turn = 0; turn < Turns; turn++)
        {
            foreach (var (way, _) in s_ways)
                measured[way].Add(ChildProcess.MeasureAll(TrainingOnce.Mode, way.ToString(), folder, network, steps.ToString(CultureInfo.InvariantCulture)));
        }
        double plain = Median(TrainingWay.Plain, 0);
        Console.WriteLine($"| {network}, batch {TrainingOnce.BatchSize} at its own size, {Path.GetFileName(folder)}, medians of {Turns} x {steps} steps | ms a step | times as fast | waiting for data | peak memory, MB |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        foreach (var (way, name) in s_ways)
            Console.WriteLine($"| {name} | {Median(way, 0):F0} | {plain / Median(way, 0):F2} | {Median(way, 1):P1} | {Median(way, 2):F0} |");
        Console.WriteLine();
        Console.WriteLine($"The loop takes {Median(TrainingWay.LoopFloat32, 0) / Median(TrainingWay.BareFloat32, 0):F3} times the bare step in fp32, "
            + $"{Median(TrainingWay.LoopBFloat16, 0) / Median(TrainingWay.BareBFloat16, 0):F3} times in bf16.");

        double Median(TrainingWay way, int column) => Benchmarks.Turns.Median([.. measured[way].Select(values => values[column])]);
    }
}
