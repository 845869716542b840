using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Benchmarks;

/// <summary>Times a step of the training loop beside forward, backward and optimizer alone on a batch that is ready, in turns of a few steps each.</summary>
internal static class TrainingTimes
{
    private const int BatchSize = 8, Turns = 3, WarmUpSteps = 2;

    public static void Print(string folder, int steps)
    {
        var images = LoadImages(folder, out int classes);
        var anchors = AnchorKMeans.Cluster([.. images.SelectMany(image => image.Objects.Select(truth => Shape(image, truth)))], 5, seed: 1).Anchors;
        Console.WriteLine($"Milliseconds per optimizer step, batch {BatchSize} at 416, {images.Count} images of {folder}, medians of {Turns} x {steps} steps, the columns in turn.");
        Console.WriteLine();
        Console.WriteLine("| network | precision | training loop | forward + loss + backward + optimizer | of these the optimizer | overhead | waiting for data |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (string name in (string[])["yolov2-tiny", "yolov2-tiny-voc"])
        {
            var network = YoloV2Network.Get(name).WithRegion(classes, anchors);
            foreach (var precision in (Precision[])[Precision.Float32, Precision.BFloat16])
                Print(name, network, images, new TrainingOptions { BatchSize = BatchSize, Epochs = 1000, Precision = precision }, steps);
        }
    }

    private static void Print(string name, NetworkDefinition network, List<TrainingImage> images, TrainingOptions options, int steps)
    {
        var (loop, bare, optimizer, waiting) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (int turn = 0; turn < Turns; turn++)
        {
            waiting.Add(TimeLoop(network, images, options, steps, loop));
            TimeBare(network, images, options, steps, bare, optimizer);
        }
        double whole = Median(loop), needed = Median(bare);
        Console.WriteLine($"| {name} | {options.Precision} | {whole:F0} | {needed:F0} | {Median(optimizer):F0} | {(whole - needed) / whole:P1} | {Median(waiting):P1} |");
    }

    /// <summary>Adds the time of each step and returns the part of it, 0 to 1, that was spent waiting for data.</summary>
    private static double TimeLoop(NetworkDefinition network, List<TrainingImage> images, TrainingOptions options, int steps, List<double> times)
    {
        using var stop = new CancellationTokenSource();
        var clock = new StepClock(steps + WarmUpSteps, stop);
        try
        {
            new DetectorTrainer(network, options).Train(images, progress: clock, cancellation: stop.Token);
        }
        catch (OperationCanceledException)
        {
            times.AddRange(clock.Times.Skip(WarmUpSteps));
        }
        return clock.WaitingShare;
    }

    private static void TimeBare(NetworkDefinition network, List<TrainingImage> images, TrainingOptions options, int steps, List<double> times, List<double> optimizerTimes)
    {
        using var scope = NewDisposeScope();
        using var module = new YoloModule(network, options.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        TorchWeights.Load(module, WeightInitializer.Create(network, seed: 1, objectnessPrior: 0.01f));
        module.train();
        using var optimizer = new TrainingOptimizer(module, options);
        var loss = RegionLoss.Create(options.Loss, network);
        var (pixels, targets) = Batch(network, images, options);
        for (int step = -WarmUpSteps; step < steps; step++)
        {
            using var stepScope = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            loss.Compute(module.forward(pixels), targets, seen: 0).Total.backward();
            long middle = Stopwatch.GetTimestamp();
            optimizer.Step(options.LearningRate);
            if (step < 0)
                continue;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            optimizerTimes.Add(Stopwatch.GetElapsedTime(middle).TotalMilliseconds);
        }
    }

    private static (Tensor Pixels, List<EncodedTargets> Targets) Batch(NetworkDefinition network, List<TrainingImage> images, TrainingOptions options)
    {
        var encoder = new TargetEncoder(network.RegionLayout, network.Region.Anchors);
        var augmentation = new Augmentation(options.Augmentation);
        var targets = new List<EncodedTargets>();
        var pixels = empty(BatchSize, network.Input.Channels, network.Input.Height, network.Input.Width);
        var values = MemoryMarshal.Cast<byte, float>(pixels.bytes);
        int perImage = (int)network.Input.Count;
        for (int i = 0; i < BatchSize; i++)
        {
            var objects = new List<GroundTruth>();
            augmentation.Apply(images[i], options.Resize, network.Input.Width, network.Input.Height, seed: i, values.Slice(i * perImage, perImage), objects);
            targets.Add(encoder.Encode(objects, network.Input.Width, network.Input.Height));
        }
        return (pixels, targets);
    }

    private static List<TrainingImage> LoadImages(string folder, out int classes)
    {
        var labelled = VocDataset.Load(folder);
        var names = VocDataset.ClassNames(labelled).ToList();
        classes = names.Count;
        var images = new List<TrainingImage>();
        foreach (var image in labelled)
        {
            using var bitmap = ImageFile.Decode(image.Path, ImageOrientation.AsStored);
            images.Add(TrainingImage.Create(bitmap.Pixels(), [.. image.Objects.Select(item => new GroundTruth(item.Box, names.IndexOf(item.ClassName)))]));
        }
        return images;
    }

    private static BoxShape Shape(TrainingImage image, GroundTruth truth) =>
        new(13 * truth.Box.Width / image.Width, 13 * truth.Box.Height / image.Height);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Notes the time between reports and stops the run after enough of them.</summary>
    private sealed class StepClock(int steps, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private TimeSpan _last;
        private TrainingProgress? _warm;

        public List<double> Times { get; } = [];

        public double WaitingShare { get; private set; }

        public void Report(TrainingProgress value)
        {
            Times.Add((value.Elapsed - _last).TotalMilliseconds);
            _last = value.Elapsed;
            if (Times.Count == WarmUpSteps)
                _warm = value;
            if (Times.Count < steps)
                return;
            WaitingShare = _warm is null ? 0 : (value.Waited - _warm.Waited) / (value.Elapsed - _warm.Elapsed);
            stop.Cancel();
        }
    }
}
