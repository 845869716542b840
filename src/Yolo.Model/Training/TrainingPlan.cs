using TorchSharp;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training.Checkpoints;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Losses;
using Yolo.Model.Training.Optimization;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>What a run will be, before there are weights or images: the checked options, and what follows from them and from the machine.</summary>
internal sealed class TrainingPlan
{
    // Beside a step on the CPU, a quarter of the processors makes images.
    private const int ProcessorsPerWorker = 4;

    private readonly Lazy<Device> _device;
    private readonly Lazy<ScalarType> _computeType;

    /// <inheritdoc cref="DetectorTrainer(NetworkDefinition, TrainingOptions, IReadOnlyList{string}?)"/>
    public TrainingPlan(NetworkDefinition network, TrainingOptions options, IReadOnlyList<string>? classNames)
    {
        if (classNames is not null && classNames.Count != network.Region.Classes)
            throw new ArgumentException($"The network has {network.Region.Classes} classes, but there are {classNames.Count} names.", nameof(classNames));
        LearningRateSchedule.Check(options, network);
        Network = network;
        Options = options;
        ClassNames = classNames ?? [];
        Schedule = new InputSchedule(network, options);
        Loss = RegionLoss.Create(options, network);
        Group = new(options.Distributed);
        _device = new(() => TorchDevice.Select(options.GpuDeviceId));
        // A run that goes on computes as it began, whatever is faster at the moment.
        _computeType = new(() => (ScalarType)Group.OfLeader(
            () => (int)((options.Precision == Precision.Auto ? ResumedType(options.Checkpoints) : null) ?? TrainingPrecision.ComputeType(options.Precision, Device))));
    }

    public NetworkDefinition Network { get; }

    public TrainingOptions Options { get; }

    /// <summary>The processes that train together.</summary>
    public TrainingGroup Group { get; }

    /// <summary>Names of the classes; empty where they are not known.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Sizes of the input.</summary>
    public InputSchedule Schedule { get; }

    public RegionLoss Loss { get; }

    /// <summary>What the network is computed on.</summary>
    /// <exception cref="InvalidOperationException">The CUDA device asked for is not there.</exception>
    public Device Device => _device.Value;

    /// <summary>What the network is computed in.</summary>
    /// <exception cref="InvalidOperationException">The CUDA device asked for is not there.</exception>
    public ScalarType ComputeType => _computeType.Value;

    /// <summary>How batches hold their pixels: on the CPU nothing is gained by bytes, and images that nothing varies are trained on exactly as they are scored.</summary>
    public BatchFormat BatchFormat => Device.type != DeviceType.CPU && Options.Augmentation is not null ? BatchFormat.Bytes : BatchFormat.Floats;

    /// <summary>Images that are made at the same time.</summary>
    public int DataWorkers => Options.DataWorkers
        ?? (Device.type == DeviceType.CPU ? Math.Max(1, Environment.ProcessorCount / ProcessorsPerWorker) : Environment.ProcessorCount);

    private static ScalarType? ResumedType(CheckpointOptions? checkpoints)
    {
        if (checkpoints is not { Resume: true } || !Directory.Exists(checkpoints.Folder))
            return null;
        // Whoever resumes warns.
        using var file = new CheckpointFolder(checkpoints with { Warning = null }).OpenNewest();
        return Enum.TryParse<ScalarType>(file?.Header.ComputeType, out var type) ? type : null;
    }
}
