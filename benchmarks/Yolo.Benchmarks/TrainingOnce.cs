using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Benchmarks.Peers;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Data.Voc;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Losses;
using Yolo.Model.Training.Optimization;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Benchmarks;

/// <summary>What a step of training is computed with.</summary>
internal enum TrainingWay
{
    Plain,
    PlainWithAllocator,
    BareFloat32,
    LoopFloat32,
    BareBFloat16,
    LoopBFloat16,
}

/// <summary>Some training steps in one way, in a process that does nothing else.</summary>
internal sealed class TrainingOnce
{
    /// <summary>The mode in which this program starts itself: prints milliseconds a step, the share of time spent waiting for data, and the peak of resident memory in MB.</summary>
    public const string Mode = "training-once";

    public const int BatchSize = 8;

    // Images to train on: a step does not depend on how many there are.
    private const int Images = 64;

    // Enough for the allocators to have seen every size.
    private const int WarmUpSteps = 2;

    private readonly NetworkDefinition _network;
    private readonly List<TrainingImage> _images;
    private readonly TrainingOptions _options;
    private readonly int _steps;
    private readonly List<double> _times = [];

    private TrainingOnce(string folder, string network, Precision precision, int steps)
    {
        (_network, _images) = Load(folder, network);
        _options = new() { BatchSize = BatchSize, Epochs = 1000, Precision = precision };
        // The pictures that were decoded for it would count in the peak.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _steps = steps;
    }

    /// <summary>Some images, decoded, and a network for their classes.</summary>
    public static (NetworkDefinition Network, List<TrainingImage> Images) Load(string folder, string network)
    {
        var images = LoadImages(folder, out int classes);
        var definition = YoloV2Network.Get(network);
        var anchors = AnchorKMeans.Cluster([.. images.SelectMany(image => image.Objects.Select(truth => Shape(definition, image, truth)))], 5, seed: 1).Anchors;
        return (definition.WithRegion(classes, anchors), images);
    }

    public static void Print(TrainingWay way, string folder, string network, int steps, int threads)
    {
        AppContext.SetSwitch("Yolo.Model.KeepFreedMemory", way != TrainingWay.Plain);
        TorchRuntime.EnsureLoaded();
        set_num_threads(threads);
        var run = new TrainingOnce(folder, network, way is TrainingWay.BareBFloat16 or TrainingWay.LoopBFloat16 ? Precision.BFloat16 : Precision.Float32, steps);
        double waiting = 0;
        switch (way)
        {
            case TrainingWay.Plain or TrainingWay.PlainWithAllocator:
                run.TimePlain();
                break;
            case TrainingWay.BareFloat32 or TrainingWay.BareBFloat16:
                run.TimeBare();
                break;
            default:
                waiting = run.TimeLoop();
                break;
        }
        double peak = Process.GetCurrentProcess().PeakWorkingSet64 / (1024.0 * 1024);
        // The other ways hold the decoded images, too.
        GC.KeepAlive(run._images);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Turns.Median(run._times)} {waiting} {peak}"));
    }

    /// <summary>Returns the part of the time, 0 to 1, that was spent waiting for data.</summary>
    private double TimeLoop()
    {
        using var stop = new CancellationTokenSource();
        var clock = new StepClock(_steps + WarmUpSteps, stop);
        try
        {
            new DetectorTrainer(_network, _options).Train(_images, progress: clock, cancellationToken: stop.Token);
        }
        catch (OperationCanceledException)
        {
            _times.AddRange(clock.Times.Skip(WarmUpSteps));
        }
        return clock.WaitingShare;
    }

    private void TimeBare()
    {
        using var scope = NewDisposeScope();
        using var module = new YoloModule(_network, _options.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        TorchWeights.Load(module, WeightInitializer.Create(_network, seed: 1, objectnessPrior: 0.01f));
        module.train();
        using var weights = new FlatWeights(module);
        using var optimizer = new TrainingOptimizer(weights, _options);
        var loss = RegionLoss.Create(_options.Loss, _network);
        var (pixels, targets) = Batch();
        Time(() =>
        {
            loss.Compute(module.forward(pixels), targets, seen: 0).Total.backward();
            optimizer.Step(_options.LearningRate);
        });
    }

    private void TimePlain()
    {
        using var scope = NewDisposeScope();
        using var module = new PlainModule(_network);
        module.train();
        using var optimizer = optim.AdamW(module.parameters(), _options.LearningRate, weight_decay: _options.WeightDecay);
        var loss = RegionLoss.Create(_options.Loss, _network);
        var (pixels, targets) = Batch();
        Time(() =>
        {
            optimizer.zero_grad();
            loss.Compute(module.forward(pixels), targets, seen: 0).Total.backward();
            nn.utils.clip_grad_norm_(module.parameters(), _options.GradientClipNorm);
            optimizer.step();
        });
    }

    private void Time(Action step)
    {
        for (int i = -WarmUpSteps; i < _steps; i++)
        {
            using var scope = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            step();
            if (i >= 0)
                _times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    private (Tensor Pixels, List<EncodedTargets> Targets) Batch()
    {
        var encoder = new TargetEncoder(_network.RegionLayout, _network.Region.Anchors);
        var augmentation = new Augmentation(_options.Augmentation);
        var targets = new List<EncodedTargets>();
        var pixels = empty(BatchSize, _network.Input.Channels, _network.Input.Height, _network.Input.Width);
        var values = MemoryMarshal.Cast<byte, float>(pixels.bytes);
        int perImage = (int)_network.Input.Count;
        for (int i = 0; i < BatchSize; i++)
        {
            var objects = new List<GroundTruth>();
            augmentation.Apply(_images[i], _options.Resize, _network.Input.Width, _network.Input.Height, seed: i, values.Slice(i * perImage, perImage), objects);
            targets.Add(encoder.Encode(objects, _network.Input.Width, _network.Input.Height));
        }
        return (pixels, targets);
    }

    private static List<TrainingImage> LoadImages(string folder, out int classes)
    {
        var labelled = VocDataset.Load(folder);
        var names = LabelledDataset.ClassNamesOf(labelled).ToList();
        classes = names.Count;
        var images = new List<TrainingImage>();
        foreach (var image in labelled.Take(Images))
        {
            using var bitmap = ImageFile.Decode(image.Path, image.Orientation);
            images.Add(TrainingImage.Create(bitmap.Pixels(), [.. image.Objects.Select(item => new GroundTruth(item.Box, names.IndexOf(item.ClassName)))]));
        }
        return images;
    }

    private static BoxShape Shape(NetworkDefinition network, TrainingImage image, GroundTruth truth) => new(
        network.RegionLayout.Width * truth.Box.Width / image.Width, network.RegionLayout.Height * truth.Box.Height / image.Height);

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
