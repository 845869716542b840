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

/// <summary>Trains a YOLOv2 network on labelled images.</summary>
public sealed class DetectorTrainer
{
    // With cross-entropy a fresh head must start out expecting little, or the many background boxes drown the first epochs (Lin et al., "Focal Loss", 2017, section 4.1).
    private const float ObjectnessPrior = 0.01f;

    private readonly TrainingPlan _plan;

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
        TorchRuntime.EnsureLoaded();
        _plan = new TrainingPlan(network, options, classNames);
    }

    /// <summary>What the network is computed in.</summary>
    /// <exception cref="InvalidOperationException">The CUDA device asked for is not there.</exception>
    internal string ComputeType => _plan.ComputeType.ToString();

    /// <summary>What the network is computed on.</summary>
    /// <exception cref="InvalidOperationException">The CUDA device asked for is not there.</exception>
    internal string DeviceName => _plan.Device.ToString();

    /// <summary>What to do about a GPU that is there while the CPU trains; null where none is, or one trains.</summary>
    internal string? UnusedGpu => _plan.Options.GpuDeviceId is null ? TorchDevice.WhyUnused() : null;

    /// <summary>Convolutions that the run begins with frozen.</summary>
    internal int FrozenConvolutions => _plan.Options.FreezeLayers;

    /// <summary>Sizes of the input that are trained on, pixels.</summary>
    internal IReadOnlyList<(int Width, int Height)> InputSizes => _plan.Schedule.Sizes;

    /// <summary>Random weights, drawn from the seed, that a run without initial weights starts from.</summary>
    public NetworkWeights CreateWeights() => WeightInitializer.Create(_plan.Network, WeightSeed, Prior);

    /// <summary>The same, drawn when the run begins.</summary>
    internal StartingWeights RandomWeights => StartingWeights.Random(WeightSeed, Prior);

    private int WeightSeed => SeedSequence.At(_plan.Options.SeedOrDefault, stream: 0, position: 0);

    private float? Prior => _plan.Options.Loss == LossKind.CIoU ? ObjectnessPrior : null;

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
        return Train(new(Reduced(images), validation is null or [] ? null : Reduced(validation)), initial is null ? RandomWeights : StartingWeights.Of(initial), progress, cancellationToken);
    }

    /// <inheritdoc cref="Train(IReadOnlyList{TrainingImage}, NetworkWeights?, IProgress{TrainingProgress}?, IReadOnlyList{TrainingImage}?, CancellationToken)"/>
    /// <exception cref="InvalidDataException">Too many images cannot be read.</exception>
    internal TrainingResult Train(TrainingData data, StartingWeights initial, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        data.Check(_plan.Network.Region.Classes);
        using var scope = NewDisposeScope();
        using var session = new TrainingSession(_plan, initial, data, progress);
        return session.Run(cancellation);
    }

    /// <summary>The images with as many pixels as scoring looks at.</summary>
    private ReadableImages Reduced(IReadOnlyList<TrainingImage> images) =>
        new(new TrainingImageList([.. images.Select(image => image.Reduced(_plan.Options.Filter, _plan.Network.Input.Width, _plan.Network.Input.Height))]));
}
