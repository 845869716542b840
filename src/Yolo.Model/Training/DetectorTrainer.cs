using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training.Checkpoints;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Losses;
using Yolo.Model.Training.Optimization;
using Yolo.Model.Training.Validation;
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
    private readonly IReadOnlyList<string> _classNames;
    private readonly InputSchedule _schedule;
    private readonly RegionLoss _loss;

    /// <summary>Takes the network, with the classes and anchors it shall have, and the options.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">How to train.</param>
    /// <param name="classNames">Names of the classes, which checkpoints keep so that they go on with the same ones only; null: they keep none.</param>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    /// <exception cref="ArgumentException">The number of names is not that of the network's classes; or the network does not fit one of the
    /// <see cref="TrainingOptions.InputSizes"/>; or all of its convolutions are to be frozen.</exception>
    public DetectorTrainer(NetworkDefinition network, TrainingOptions options, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        if (classNames is not null && classNames.Count != network.Region.Classes)
            throw new ArgumentException($"The network has {network.Region.Classes} classes, but there are {classNames.Count} names.", nameof(classNames));
        LearningRateSchedule.Check(options, network);
        TorchRuntime.EnsureLoaded();
        _network = network;
        _options = options;
        _classNames = classNames ?? [];
        _schedule = new InputSchedule(network, options);
        _loss = RegionLoss.Create(options, network);
    }

    /// <summary>What the network is computed in.</summary>
    /// <exception cref="InvalidOperationException">The CUDA device asked for is not there.</exception>
    internal string ComputeType => TrainingPrecision.ComputeType(_options.Precision, TorchDevice.Select(_options.GpuDeviceId)).ToString();

    /// <summary>What the network is computed on.</summary>
    /// <exception cref="InvalidOperationException">The CUDA device asked for is not there.</exception>
    internal string DeviceName => TorchDevice.Select(_options.GpuDeviceId).ToString();

    /// <summary>What to do about a GPU that is there while the CPU trains; null where none is, or one trains.</summary>
    internal string? UnusedGpu => _options.GpuDeviceId is null ? TorchDevice.WhyUnused() : null;

    /// <summary>Sizes of the input that are trained on, pixels.</summary>
    internal IReadOnlyList<(int Width, int Height)> InputSizes => _schedule.Sizes;

    /// <summary>Random weights, drawn from the seed, that a run without initial weights starts from.</summary>
    public NetworkWeights CreateWeights() => WeightInitializer.Create(
        _network, SeedSequence.At(_options.SeedOrDefault, stream: 0, position: 0), _options.Loss == LossKind.CIoU ? ObjectnessPrior : null);

    /// <summary>Trains from the given weights, or from random ones, and returns the result.</summary>
    /// <param name="images">At least one image; class indices below the network's number of classes. Crowds are not trained on.</param>
    /// <param name="initial">Weights to start from; null takes <see cref="CreateWeights"/>.</param>
    /// <param name="progress">Told after every step, on the calling thread.</param>
    /// <param name="validation">Images to validate with (<see cref="TrainingOptions.Validation"/>): at least one object that is neither difficult nor a crowd. Such ones count
    /// neither in the loss nor in mAP. Null or empty: none.</param>
    /// <param name="cancellationToken">Stops the run before the next step, with a last checkpoint where there are <see cref="TrainingOptions.Checkpoints"/>.</param>
    /// <exception cref="ArgumentException">There is no image, or a class index is out of range.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite; the message lists its terms. Or the CUDA device asked for is not there, or the
    /// checkpoints are of another run; the message says in what that one differs.</exception>
    /// <exception cref="IOException">A checkpoint cannot be read or written.</exception>
    /// <exception cref="NotSupportedException">The newest checkpoint was written by another version of this library.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public TrainingResult Train(
        IReadOnlyList<TrainingImage> images, NetworkWeights? initial = null, IProgress<TrainingProgress>? progress = null, IReadOnlyList<TrainingImage>? validation = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Train(Reduced(images), ref initial, progress, validation is null or [] ? null : Reduced(validation), cancellationToken);
    }

    /// <inheritdoc cref="Train(IReadOnlyList{TrainingImage}, NetworkWeights?, IProgress{TrainingProgress}?, IReadOnlyList{TrainingImage}?, CancellationToken)"/>
    /// <exception cref="InvalidDataException">Too many images cannot be read.</exception>
    /// <remarks><paramref name="initial"/> is null once the module holds the weights: they need not be in memory twice.</remarks>
    internal TrainingResult Train(
        ReadableImages images, ref NetworkWeights? initial, IProgress<TrainingProgress>? progress, ReadableImages? validationImages, CancellationToken cancellation)
    {
        Check(images.Labels, "image");
        Check(validationImages?.Labels, "validation image");
        using var scope = NewDisposeScope();
        var device = TorchDevice.Select(_options.GpuDeviceId);
        using var module = new YoloModule(_network, TrainingPrecision.ComputeType(_options.Precision, device), _options.BatchNormMomentum);
        long seen = Load(module, ref initial);
        // Megabytes of arrays that nothing else would make the collector look for: a step allocates nothing on its heap.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        module.to(device);
        module.train();
        module.Freeze(_options.FreezeLayers);
        var loader = new BatchLoader(images, _schedule, _options);
        var validation = validationImages is null ? null : new ValidationSchedule(new(_network, _options, _loss, validationImages), _options.Validation, device);
        bool keepsBest = validation is not null && _options.Validation.KeepBest;
        using var state = new TrainingState(module, _options, new(_options.Epochs, loader.StepsPerEpoch, _loss.Names), seen, keepsBest)
        {
            Skipped = images.Skipped,
            SkippedInValidation = validationImages?.Skipped,
        };
        var checkpoints = _options.Checkpoints is { } options ? new Checkpointer(options, RunFingerprint.Of(_network, _classNames, _options, images.Labels, validationImages?.Labels ?? [])) : null;
        checkpoints?.Start(state);
        if (_options.MetricsFile is { } metrics)
            MetricsFile.Prepare(metrics);
        try
        {
            // The run was stopped while it validated.
            if (validation?.IsDue(state.Run) == true)
                AfterStep(validation.Run(state, cancellation));
            foreach (var batches in validation?.IsOver(state.Run) == true ? [] : loader.Load(state.Run.Steps, cancellation))
            {
                // Not between the parts of a step: they change the rolling statistics, and a step in parts cannot be gone on with.
                cancellation.ThrowIfCancellationRequested();
                var report = Step(state, batches, device, loader);
                AfterStep(validation?.IsDue(state.Run) == true ? validation.Run(state, cancellation) : report);
                if (validation?.IsOver(state.Run) == true)
                    break;
            }
            checkpoints?.Save(state);
        }
        catch (OperationCanceledException)
        {
            checkpoints?.Save(state);
            throw;
        }
        if (keepsBest)
            state.Best!.Apply();
        else
            state.Average?.Apply();
        var history = state.Run.History;
        return new TrainingResult(TorchWeights.Save(module, state.Seen), history) { Epoch = keepsBest ? ValidationSchedule.Best(history)!.Epoch : history[^1].Epoch };

        void AfterStep(TrainingProgress report)
        {
            if (state.Run.IsBetweenEpochs && _options.MetricsFile is { } path)
                MetricsFile.Write(path, report.History, _classNames);
            progress?.Report(report);
            checkpoints?.AfterStep(state);
        }
    }

    /// <summary>The images with as many pixels as scoring looks at.</summary>
    private ReadableImages Reduced(IReadOnlyList<TrainingImage> images) =>
        new(new TrainingImageList([.. images.Select(image => image.Reduced(_options.Filter, _network.Input.Width, _network.Input.Height))]));

    /// <summary>Fills the module and lets go of the weights, whose images seen it returns.</summary>
    private long Load(YoloModule module, ref NetworkWeights? initial)
    {
        initial ??= CreateWeights();
        TorchWeights.Load(module, initial);
        long seen = initial.Seen;
        initial = null;
        return seen;
    }

    private TrainingProgress Step(TrainingState state, IReadOnlyList<TrainingBatch> batches, Device device, BatchLoader loader)
    {
        double rate = new LearningRateSchedule(_options, loader.StepsPerEpoch).At(state.Run.Steps);
        float[] terms = AccumulateGradients(state.Module, batches, device, state.Seen);
        state.Run.CheckFinite(terms);
        state.Optimizer.Step(rate);
        state.Average?.Update();
        state.Seen += batches.Sum(batch => batch.Count);
        return state.Run.Advance(rate, terms, loader.Waited);
    }

    /// <summary>Runs forward and backward over the parts of a step; returns the mean of each loss term, the total last.</summary>
    private float[] AccumulateGradients(YoloModule module, IReadOnlyList<TrainingBatch> batches, Device device, long seen)
    {
        using var scope = NewDisposeScope();
        int images = batches.Sum(batch => batch.Count);
        Tensor? sum = null;
        foreach (var batch in batches)
        {
            using var partScope = NewDisposeScope();
            var map = Forward(module, batch, device);
            var terms = _loss.Compute(map, batch.Targets, seen);
            seen += batch.Count;
            double share = (double)batch.Count / images;
            terms.Total.Times(share).backward();
            var values = cat([terms.Values, terms.Total.detach().reshape(1)]).Times(share);
            sum = (sum is null ? values : sum.Plus(values)).MoveToOuterDisposeScope();
            batch.Dispose();
        }
        using var host = sum!.cpu();
        return MemoryMarshal.Cast<byte, float>(host.bytes).ToArray();
    }

    // The input goes before the backward pass, when memory is fullest.
    private static Tensor Forward(YoloModule module, TrainingBatch batch, Device device)
    {
        using var scope = NewDisposeScope();
        return module.forward(ToTensor(batch).to(device)).MoveToOuterDisposeScope();
    }

    private static Tensor ToTensor(TrainingBatch batch)
    {
        var tensor = empty(batch.Count, 3, batch.Input.Height, batch.Input.Width);
        batch.Pixels.CopyTo(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor;
    }

    private void Check(IReadOnlyList<ImageLabels>? images, string what)
    {
        if (images is null)
            return;
        if (images.Count == 0)
            throw new ArgumentException($"There is no {what}.", nameof(images));
        int classes = _network.Region.Classes;
        for (int i = 0; i < images.Count; i++)
        {
            foreach (var truth in images[i].Objects)
            {
                if (truth.ClassIndex < 0 || truth.ClassIndex >= classes)
                    throw new ArgumentException($"{char.ToUpperInvariant(what[0])}{what[1..]} {i} has an object of class {truth.ClassIndex}; the network has {classes} classes.", nameof(images));
            }
        }
    }
}
