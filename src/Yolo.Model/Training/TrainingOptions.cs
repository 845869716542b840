using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Training;

/// <summary>How a detector is trained. The defaults suit a few hundred images on a CPU.</summary>
public record TrainingOptions
{
    /// <summary>Passes over the images, at least 1. Default: 80.</summary>
    public int Epochs
    {
        get;
        init => field = AtLeast(1, value, nameof(Epochs));
    } = 80;

    /// <summary>Time, positive, that the training may take. It ends after the last epoch that fits, at least one, and the learning rate falls towards that end.
    /// The time of earlier parts of a resumed run counts. Default: null, all <see cref="Epochs"/>.</summary>
    public TimeSpan? MaxDuration
    {
        get;
        init => field = value is null || value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(MaxDuration), value, "A duration must be positive.");
    }

    /// <summary>Images per optimizer step, at least 1. Default: 4: a few hundred images need many steps more than smooth ones (docs/training.md). Darknet trains with 64.</summary>
    public int BatchSize
    {
        get;
        init => field = AtLeast(1, value, nameof(BatchSize));
    } = 4;

    /// <summary>Parts that a batch is computed in, one after the other, to save memory; gradients are accumulated (Darknet's <c>subdivisions</c>). At least 1; more
    /// than <see cref="BatchSize"/> act as that many. Default: 1.</summary>
    public int Subdivisions
    {
        get;
        init => field = AtLeast(1, value, nameof(Subdivisions));
    } = 1;

    /// <summary>Images in each part of a batch but the last, which may have fewer.</summary>
    internal int PartSize => (BatchSize + Subdivisions - 1) / Subdivisions;

    /// <summary>What is minimised. Default: <see cref="LossKind.CIoU"/>.</summary>
    public LossKind Loss { get; init => field = Argument.Defined(value, nameof(Loss)); } = LossKind.CIoU;

    /// <summary>Weights of the terms of <see cref="LossKind.CIoU"/>; the other losses take theirs from the region layer of the network.</summary>
    public CIoULossOptions CIoU
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(CIoU));
            field = value;
        }
    } = new();

    /// <summary>Which account of the notebook's loss <see cref="LossKind.Notebook"/> computes. Default: its code.</summary>
    public NotebookLossVariant NotebookVariant { get; init => field = Argument.Defined(value, nameof(NotebookVariant)); } = NotebookLossVariant.Code;

    /// <summary>Whether <see cref="LossKind.Darknet"/> weighs the boxes of small objects up to twice as much, as pjreddie's Darknet does. Default: false, as AlexeyAB's.</summary>
    public bool DarknetWeighsSmallBoxes { get; init; }

    /// <summary>How gradients change the weights. Default: <see cref="OptimizerKind.AdamW"/>.</summary>
    public OptimizerKind Optimizer { get; init => field = Argument.Defined(value, nameof(Optimizer)); } = OptimizerKind.AdamW;

    /// <summary>Highest learning rate, positive. Default: 0.001, both for AdamW and for the paper's SGD.</summary>
    public double LearningRate
    {
        get;
        init => field = Positive(value, nameof(LearningRate));
    } = 1e-3;

    /// <summary>How the learning rate changes during the run. Default: warm-up over 3 epochs, then half a cosine down to 1 %.</summary>
    public LearningRatePolicy LearningRatePolicy
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(LearningRatePolicy));
    } = new CosinePolicy();

    /// <summary>Momentum of SGD, at least 0 and below 1. Default: 0.9, the paper's.</summary>
    public double Momentum
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Momentum), value, "Momentum must be at least 0 and below 1.");
    } = 0.9;

    /// <summary>Weight decay of convolution kernels, at least 0; biases and batch norm are never decayed. Default: 0.0005, the paper's.</summary>
    public double WeightDecay
    {
        get;
        init => field = NotNegative(value, nameof(WeightDecay));
    } = 5e-4;

    /// <summary>Largest L2 norm of the gradient of all weights together; a longer one is scaled down. 0 switches it off. Default: 10.</summary>
    public double GradientClipNorm
    {
        get;
        init => field = NotNegative(value, nameof(GradientClipNorm));
    } = 10;

    /// <summary>Decay per step of the running average of the weights that the run ends with, at least 0 and below 1; 0 switches it off and the last weights are
    /// taken. The average covers fewer steps at the start. Default: 0.998.</summary>
    public double AverageDecay
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(AverageDecay), value, "The decay must be at least 0 and below 1.");
    } = 0.998;

    /// <summary>How images are varied; null trains on the images as they are. Default: the paper's crop and scale jitter, flip and colour changes.</summary>
    public AugmentationOptions? Augmentation { get; init; } = new();

    /// <summary>Widths of the input, pixels, that are trained on in turn (multi-scale training: YOLO9000, section 2; Darknet's <c>random=1</c>): multiples of the network's
    /// stride, 32 for the built-in ones; heights follow in the proportion of the network's input. The paper has 320, 352 and so on to 608. The trained network keeps its own size.
    /// Default: none, the network's own size alone.</summary>
    public IReadOnlyList<int> InputSizes
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(InputSizes));
            foreach (int size in value)
                _ = AtLeast(1, size, nameof(InputSizes));
            field = [.. value];
        }
    } = [];

    /// <summary>Optimizer steps after which the next of the <see cref="InputSizes"/> is drawn, at least 1. Default: 10, the paper's.</summary>
    public int InputSizeSteps
    {
        get;
        init => field = AtLeast(1, value, nameof(InputSizeSteps));
    } = 10;

    /// <summary>Convolutions at the start of the network, at least 0, that stay as they are: their weights do not change and their batch norm uses its rolling statistics.
    /// For small data sets on a pre-trained trunk, and to save time and memory. Default: 0, all are trained.</summary>
    public int FreezeLayers
    {
        get;
        init => field = AtLeast(0, value, nameof(FreezeLayers));
    }

    /// <summary>Images, at least 1, that are read and varied at the same time, ahead of the step that needs them. Their number changes no result. Default: null: beside a GPU as many as
    /// the machine has processors, on the CPU, which the step needs itself, a quarter of that. Raise it if the step waits for data (<see cref="TrainingProgress.Waited"/>).</summary>
    public int? DataWorkers
    {
        get;
        init => field = value is { } workers ? AtLeast(1, workers, nameof(DataWorkers)) : null;
    }

    /// <summary>How images are brought to the size of the input. Saved with the model. Default: <see cref="ResizeMode.Stretch"/>.</summary>
    public ResizeMode Resize { get; init => field = Argument.Defined(value, nameof(Resize)); } = ResizeMode.Stretch;

    /// <summary>How the pixels of an image become those of the input, in training, validation and calibration, and ever after: saved with
    /// the model. Default: <see cref="ResizeFilter.Antialiased"/>. <see cref="ResizeFilter.Darknet"/> for a model that shall run in
    /// Darknet, and to go on with a training that an earlier version began.</summary>
    public ResizeFilter Filter { get; init => field = Argument.Defined(value, nameof(Filter)); } = ResizeFilter.Antialiased;

    /// <summary>Numbers that the network is trained in. Default: <see cref="Precision.Auto"/>.</summary>
    public Precision Precision { get; init => field = Argument.Defined(value, nameof(Precision)); } = Precision.Auto;

    /// <summary>Index of the CUDA device to train on; null trains on the CPU. Default: null.</summary>
    public int? GpuDeviceId
    {
        get;
        init => field = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(GpuDeviceId), value, "A device index must be at least 0.");
    }

    /// <summary>How validation images are used, where there are any.</summary>
    public ValidationOptions Validation
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Validation));
            field = value;
        }
    } = new();

    /// <summary>A file of comma-separated values that is written anew after every epoch: learning rate, loss, its terms, validation loss, mAP50 and time, a line per epoch. Its folder
    /// is made if need be. Default: null, none is written.</summary>
    public string? MetricsFile { get; init; }

    /// <summary>Checkpoints from which an interrupted run goes on. Default: null, none are left.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Seed of everything that is drawn: initial weights, order of the images, augmentation. The same seed on the same machine and thread count gives the
    /// same weights in Float32. Default: 0.</summary>
    public int Seed { get; init; }

    private static int AtLeast(int minimum, int value, string name) =>
        value >= minimum ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {minimum}.");

    private static double Positive(double value, string name) =>
        value is > 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive and finite.");

    private static double NotNegative(double value, string name) =>
        value is >= 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 0 and finite.");
}
