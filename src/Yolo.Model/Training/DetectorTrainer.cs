using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Data;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>Trains a YOLOv2 network on labelled images: the loop and only the loop.</summary>
public sealed class DetectorTrainer
{
    // With cross-entropy a fresh head must start out expecting little, or the many background boxes drown the first epochs (Lin et al., "Focal Loss", 2017, section 4.1).
    private const float ObjectnessPrior = 0.01f;

    private readonly NetworkDefinition _network;
    private readonly TrainingOptions _options;
    private readonly TargetEncoder _encoder;
    private readonly RegionLoss _loss;

    /// <summary>Takes the network, with the classes and anchors it shall have, and the options.</summary>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    public DetectorTrainer(NetworkDefinition network, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        TorchRuntime.EnsureLoaded();
        _network = network;
        _options = options;
        _encoder = new TargetEncoder(network.RegionLayout, network.Region.Anchors);
        _loss = RegionLoss.Create(options.Loss, network);
    }

    /// <summary>Random weights, drawn from the seed, that a run without initial weights starts from.</summary>
    public NetworkWeights CreateWeights() => WeightInitializer.Create(
        _network, SeedSequence.At(_options.Seed, stream: 0, position: 0), _options.Loss == LossKind.CIoU ? ObjectnessPrior : null);

    /// <summary>Trains from the given weights, or from random ones, and returns the result.</summary>
    /// <param name="images">At least one image; class indices below the network's number of classes.</param>
    /// <param name="initial">Weights to start from; null takes <see cref="CreateWeights"/>.</param>
    /// <param name="progress">Told after every step, on the calling thread.</param>
    /// <param name="cancellation">Stops the run before the next forward pass.</param>
    /// <exception cref="ArgumentException">There is no image, or a class index is out of range.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite; the message lists its terms. Or the CUDA device asked for is not there.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public TrainingResult Train(
        IReadOnlyList<TrainingImage> images, NetworkWeights? initial = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check(images);
        initial ??= CreateWeights();
        using var scope = NewDisposeScope();
        var device = TorchDevice.Select(_options.GpuDeviceId);
        using var module = new YoloModule(_network, TrainingPrecision.ComputeType(_options.Precision, device));
        TorchWeights.Load(module, initial);
        module.to(device);
        module.train();
        using var optimizer = new TrainingOptimizer(module, _options);
        using var average = _options.AverageDecay > 0 ? new WeightAverage(module, _options.AverageDecay) : null;

        var loader = new BatchLoader(images, _network.Input, _options);
        var run = new TrainingRun(_options.Epochs, loader.StepsPerEpoch, _loss.Names);
        long seen = initial.Seen;
        foreach (var batches in loader.Load())
        {
            double rate = _options.LearningRate * _options.LearningRatePolicy.Factor(run.EpochsDone, _options.Epochs);
            float[] terms = AccumulateGradients(module, batches, device, seen, cancellation);
            run.CheckFinite(terms);
            optimizer.Step(rate);
            average?.Update();
            seen += batches.Sum(batch => batch.Count);
            var report = run.Advance(rate, terms);
            progress?.Report(report);
        }
        average?.Apply();
        return new TrainingResult(TorchWeights.Save(module, seen), run.History);
    }

    /// <summary>Runs forward and backward over the parts of a step; returns the mean of each loss term, the total last.</summary>
    private float[] AccumulateGradients(YoloModule module, IReadOnlyList<TrainingBatch> batches, Device device, long seen, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        int images = batches.Sum(batch => batch.Count);
        Tensor? sum = null;
        foreach (var batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            using var partScope = NewDisposeScope();
            var map = module.forward(ToTensor(batch).to(device));
            var targets = batch.Objects.Select(objects => _encoder.Encode(objects, _network.Input.Width, _network.Input.Height)).ToList();
            var terms = _loss.Compute(map, targets, seen);
            double share = (double)batch.Count / images;
            (terms.Total * share).backward();
            var values = cat([terms.Values, terms.Total.detach().reshape(1)]) * share;
            sum = (sum is null ? values : sum + values).MoveToOuterDisposeScope();
            batch.Dispose();
        }
        using var host = sum!.cpu();
        return MemoryMarshal.Cast<byte, float>(host.bytes).ToArray();
    }

    private Tensor ToTensor(TrainingBatch batch)
    {
        var tensor = empty(batch.Count, _network.Input.Channels, _network.Input.Height, _network.Input.Width);
        batch.Pixels.CopyTo(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor;
    }

    private void Check(IReadOnlyList<TrainingImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
            throw new ArgumentException("There is no image to train on.", nameof(images));
        int classes = _network.Region.Classes;
        for (int i = 0; i < images.Count; i++)
        {
            foreach (var truth in images[i].Objects)
            {
                if (truth.ClassIndex < 0 || truth.ClassIndex >= classes)
                    throw new ArgumentException($"Image {i} has an object of class {truth.ClassIndex}; the network has {classes} classes.", nameof(images));
            }
        }
    }
}
