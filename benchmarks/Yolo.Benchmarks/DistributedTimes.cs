using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using Yolo.Model.Processes.Mpi;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;

namespace Yolo.Benchmarks;

/// <summary>Training steps by all processes that mpirun has started, on one thread each, and how long the exchange of the gradients takes by
/// itself.</summary>
internal static class DistributedTimes
{
    public const string Mode = "distributed";

    private const int WarmUpSteps = 2, Exchanges = 5;

    /// <summary>Process 0 prints milliseconds a step, images a second, and milliseconds of an exchange of as many numbers as the network has,
    /// in 32 and in 16 bits.</summary>
    public static void Print(string folder, string networkName, int steps)
    {
        using var group = MpiProcessGroup.Start(Console.Error.WriteLine);
        TorchRuntime.EnsureLoaded();
        torch.set_num_threads(1);
        var (network, images) = TrainingOnce.Load(folder, networkName);
        float[] numbers = new float[network.WeightCount];
        ushort[] halves = new ushort[network.WeightCount];
        double whole = Time(() => group.Sum(numbers.AsSpan())), half = Time(() => group.SumBFloat16(halves));
        var clock = new Clock(steps + WarmUpSteps);
        using var stop = new CancellationTokenSource();
        clock.Done += stop.Cancel;
        var options = new TrainingOptions { BatchSize = TrainingOnce.BatchSize, Epochs = 1000, Precision = Precision.Float32, Distributed = group };
        try
        {
            new DetectorTrainer(network, options).Train(images, progress: clock, cancellationToken: stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The first process alone is told of steps.
            if (group.Rank == 0)
            {
                double step = Turns.Median([.. clock.Times.Skip(WarmUpSteps)]);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{group.Size} processes, {networkName}, {TrainingOnce.BatchSize} images each: {step:F0} ms a step, {1000 * group.Size * TrainingOnce.BatchSize / step:F2} images/s; "
                        + $"exchange alone of {4e-6 * network.WeightCount:F0} MB: {whole:F0} ms, in bfloat16 {half:F0} ms"));
            }
        }

        double Time(Action exchange)
        {
            var times = new List<double>();
            for (int i = 0; i < Exchanges; i++)
            {
                group.Barrier();
                long start = Stopwatch.GetTimestamp();
                exchange();
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return Turns.Median(times);
        }
    }

    private sealed class Clock(int steps) : IProgress<TrainingProgress>
    {
        private TimeSpan _last;

        public event Action? Done;

        public List<double> Times { get; } = [];

        public void Report(TrainingProgress value)
        {
            Times.Add((value.Elapsed - _last).TotalMilliseconds);
            _last = value.Elapsed;
            if (Times.Count == steps)
                Done?.Invoke();
        }
    }
}
