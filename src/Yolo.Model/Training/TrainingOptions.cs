using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Processes;
using Yolo.Model.Torch;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Training;

/// <summary>How a detector is trained. The defaults suit a few hundred images on a CPU.</summary>
public record TrainingOptions
{
    /// <summary>Passes over the images of a run from random weights.</summary>
    public const int DefaultEpochs = 80;

    /// <summary>Passes over the images, at least 1. Default: null, <see cref="DefaultEpochs"/>; a trainer that starts from a pre-trained backbone takes as many as 800 steps need, at
    /// least 20.</summary>
    public int? Epochs
    {
        get;
        init => field = value is { } epochs ? Argument.AtLeast(epochs, 1) : null;
    }

    internal int EpochsOrDefault => Epochs ?? DefaultEpochs;

    /// <summary>Time, positive, that the training may take. It ends after the last epoch that fits, at least one, and the learning rate falls towards that end.
    /// The time of earlier parts of a resumed run counts. Default: null, all <see cref="Epochs"/>.</summary>
    public TimeSpan? MaxDuration
    {
        get;
        init => field = value is null || value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(MaxDuration), value, $"{nameof(MaxDuration)} must be positive.");
    }

    /// <summary>Images per optimizer step, at least 1. Default: 4: a few hundred images need many steps more than smooth ones (docs/training.md). Darknet trains with 64.</summary>
    public int BatchSize
    {
        get;
        init => field = Argument.AtLeast(value, 1);
    } = 4;

    /// <summary>Parts that a batch is computed in, one after the other, to save memory; gradients are accumulated (Darknet's <c>subdivisions</c>). At least 1; more
    /// than <see cref="BatchSize"/> act as that many. Default: 1.</summary>
    public int Subdivisions
    {
        get;
        init => field = Argument.AtLeast(value, 1);
    } = 1;

    /// <summary>Images in each part of a batch but the last, which may have fewer.</summary>
    internal int PartSize => (BatchSize + Subdivisions - 1) / Subdivisions;

    /// <summary>What is minimised. Default: <see cref="LossKind.CIoU"/>.</summary>
    public LossKind Loss { get; init => field = Argument.Defined(value); } = LossKind.CIoU;

    /// <summary>Weights of the terms of <see cref="LossKind.CIoU"/>; the other losses take theirs from the region layer of the network.</summary>
    public CIoULossOptions CIoU
    {
        get;
        init => field = Argument.NotNull(value);
    } = new();

    /// <summary>How much the objects of each class count in <see cref="LossKind.CIoU"/>, positive, by class index: their box, object and
    /// class terms are multiplied by it. Raise those of rare classes; what is background does not change. The other losses refuse it.
    /// Default: null, all count 1.</summary>
    public IReadOnlyList<double>? ClassWeights
    {
        get;
        init
        {
            foreach (double weight in value ?? [])
                _ = Argument.Positive(weight);
            field = value is null ? null : [.. value];
        }
    }

    /// <summary>Which account of the notebook's loss <see cref="LossKind.Notebook"/> computes. Default: its code.</summary>
    public NotebookLossVariant NotebookVariant { get; init => field = Argument.Defined(value); } = NotebookLossVariant.Code;

    /// <summary>Whether <see cref="LossKind.Darknet"/> weighs the boxes of small objects up to twice as much, as pjreddie's Darknet does. Default: false, as AlexeyAB's.</summary>
    public bool DarknetWeighsSmallBoxes { get; init; }

    /// <summary>How gradients change the weights. Default: <see cref="OptimizerKind.AdamW"/>.</summary>
    public OptimizerKind Optimizer { get; init => field = Argument.Defined(value); } = OptimizerKind.AdamW;

    /// <summary>Highest learning rate, positive. Default: 0.001, both for AdamW and for the paper's SGD.</summary>
    public double LearningRate
    {
        get;
        init => field = Argument.Positive(value);
    } = 1e-3;

    /// <summary>How the learning rate changes during the run. Default: warm-up over 3 epochs, at most a fifth
    /// of the run, then half a cosine down to 1 %.</summary>
    public LearningRatePolicy LearningRatePolicy
    {
        get;
        init => field = Argument.NotNull(value);
    } = new CosinePolicy();

    /// <summary>Momentum of SGD, at least 0 and below 1. Default: 0.9, the paper's.</summary>
    public double Momentum
    {
        get;
        init => field = Argument.BelowOne(value);
    } = 0.9;

    /// <summary>Whether SGD looks ahead along its momentum before it steps (Nesterov). The <see cref="Momentum"/> must be above 0. Default:
    /// false, as in Darknet.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Share of the running mean of the gradients that Adam and AdamW keep in each step, at least 0 and below 1. Default: 0.9
    /// (Kingma and Ba, 2015).</summary>
    public double Beta1
    {
        get;
        init => field = Argument.BelowOne(value);
    } = 0.9;

    /// <summary>Share of the running mean of the squared gradients that Adam and AdamW keep in each step, at least 0 and below 1. Default:
    /// 0.999 (Kingma and Ba, 2015).</summary>
    public double Beta2
    {
        get;
        init => field = Argument.BelowOne(value);
    } = 0.999;

    /// <summary>Share of a batch in the rolling statistics of batch norm, above 0 and at most 1. Lower it for long runs with small batches.
    /// Default: 0.03, <see cref="YoloModule.DefaultBatchNormMomentum"/>; Darknet has 0.01.</summary>
    public double BatchNormMomentum
    {
        get;
        init => field = Argument.InRange(Argument.Positive(value), 0, 1);
    } = YoloModule.DefaultBatchNormMomentum;

    /// <summary>Weight decay of convolution kernels, at least 0; biases and batch norm are never decayed. Default: 0.0005, the paper's.</summary>
    public double WeightDecay
    {
        get;
        init => field = Argument.NotNegative(value);
    } = 5e-4;

    /// <summary>Largest L2 norm of the gradient of all weights together; a longer one is scaled down. 0 switches it off. Default: 10.</summary>
    public double GradientClipNorm
    {
        get;
        init => field = Argument.NotNegative(value);
    } = 10;

    /// <summary>Decay per step of the running average of the weights that the run ends with, at least 0 and below 1; 0 switches it off and the last weights are
    /// taken. The average covers fewer steps at the start. Default: 0.998.</summary>
    public double AverageDecay
    {
        get;
        init => field = Argument.BelowOne(value);
    } = 0.998;

    /// <summary>How images are varied; null trains on the images as they are. Default: the paper's crop and scale jitter, flip and colour changes.</summary>
    public AugmentationOptions? Augmentation { get; init; } = new();

    /// <summary>A variation of your own: given an image and a seed, it returns the image to train on, which may be the same object, with
    /// its boxes. Called before the <see cref="Augmentation"/>, on worker threads, several at once. Draw all chance from the seed, and a
    /// run stays the same for any number of <see cref="DataWorkers"/>. A checkpoint knows only whether there is such a function. Large
    /// images arrive reduced to what scoring looks at. Default: null, none.</summary>
    public Func<TrainingImage, int, TrainingImage>? TransformImage { get; init; }

    /// <summary>Widths of the input, pixels, that are trained on in turn (multi-scale training: YOLO9000, section 2; Darknet's <c>random=1</c>): multiples of the network's
    /// stride, 32 for the built-in ones; heights follow in the proportion of the network's input. The paper has 320, 352 and so on to 608. The trained network keeps its own size.
    /// Default: none, the network's own size alone.</summary>
    public IReadOnlyList<int> InputSizes
    {
        get;
        init
        {
            _ = Argument.NotNull(value);
            foreach (int size in value)
                _ = Argument.AtLeast(size, 1);
            field = [.. value];
        }
    } = [];

    /// <summary>Optimizer steps after which the next of the <see cref="InputSizes"/> is drawn, at least 1. Default: 10, the paper's.</summary>
    public int InputSizeSteps
    {
        get;
        init => field = Argument.AtLeast(value, 1);
    } = 10;

    /// <summary>Convolutions at the start of the network, at least 0, that stay as they are: their weights do not change and their batch
    /// norm uses its rolling statistics, for the whole run or for <see cref="FreezeEpochs"/>. For small data sets on a pre-trained trunk,
    /// and to save time and memory. Default: 0, all are trained.</summary>
    public int FreezeLayers
    {
        get;
        init => field = Argument.AtLeast(value, 0);
    }

    /// <summary>Epochs, at least 1, after which the <see cref="FreezeLayers"/> thaw and are trained with the others. Default: null, they
    /// stay frozen.</summary>
    public int? FreezeEpochs
    {
        get;
        init => field = value is { } epochs ? Argument.AtLeast(epochs, 1) : null;
    }

    /// <summary>Convolutions at the start of the network, at least 0, that are its backbone: they learn at <see cref="BackboneRateFactor"/>
    /// times the rate of the others. For a pre-trained trunk below a new head: 18 for the weights of Darknet-19. Default: 0,
    /// none.</summary>
    public int BackboneLayers
    {
        get;
        init => field = Argument.AtLeast(value, 0);
    }

    /// <summary>Share of the learning rate, positive, that the <see cref="BackboneLayers"/> have. Default: 0.1.</summary>
    public double BackboneRateFactor
    {
        get;
        init => field = Argument.Positive(value);
    } = 0.1;

    /// <summary>Images, at least 1, that are read and varied at the same time, ahead of the step that needs them. Their number changes no result. Default: null: beside a GPU as many as
    /// the machine has processors, on the CPU, which the step needs itself, a quarter of that. Raise it if the step waits for data (<see cref="TrainingProgress.Waited"/>).</summary>
    public int? DataWorkers
    {
        get;
        init => field = value is { } workers ? Argument.AtLeast(workers, 1) : null;
    }

    /// <summary>How images are brought to the size of the input. Saved with the model. Default: <see cref="ResizeMode.Stretch"/>.</summary>
    public ResizeMode Resize { get; init => field = Argument.Defined(value); } = ResizeMode.Stretch;

    /// <summary>How the pixels of an image become those of the input, in training, validation and calibration, and ever after: saved with
    /// the model. Default: <see cref="ResizeFilter.Antialiased"/>. <see cref="ResizeFilter.Darknet"/> for a model that shall run in
    /// Darknet, and to go on with a training that an earlier version began.</summary>
    public ResizeFilter Filter { get; init => field = Argument.Defined(value); } = ResizeFilter.Antialiased;

    /// <summary>Numbers that the network is trained in. Default: <see cref="Precision.Auto"/>.</summary>
    public Precision Precision { get; init => field = Argument.Defined(value); } = Precision.Auto;

    /// <summary>Index of the CUDA device to train on; null trains on the CPU. Default: null.</summary>
    public int? GpuDeviceId
    {
        get;
        init => field = value is { } device ? Argument.AtLeast(device, 0) : null;
    }

    /// <summary>The processes that train together, each with <see cref="BatchSize"/> images of a step: with n of them a step has n times as
    /// many. They give equal results; process 0 alone writes files and reports. Default: null, this process trains alone.</summary>
    public IProcessGroup? Distributed { get; init; }

    /// <summary>Whether batch norm takes the statistics of the images of all processes, so that the result does not depend on how many there
    /// are; it costs four exchanges a layer and step. Default: false, each process takes those of its own images, and the rolling statistics
    /// are averaged after every epoch.</summary>
    public bool SynchronizedBatchNorm { get; init; }

    /// <summary>Whether gradients travel between processes in bfloat16, which halves their way and rounds each sum to eight bits. Default:
    /// false, 32 bits.</summary>
    public bool ExchangeInBFloat16 { get; init; }

    /// <summary>How validation images are used, where there are any.</summary>
    public ValidationOptions Validation
    {
        get;
        init => field = Argument.NotNull(value);
    } = new();

    /// <summary>A file of comma-separated values that is rewritten after every epoch: learning rate, loss, its terms, validation loss,
    /// mAP50, COCO's AP, AP50 of each class and time, a line per epoch. Its folder is made if need be. Default: null, none is
    /// written.</summary>
    public string? MetricsFile { get; init; }

    /// <summary>A folder for event files that TensorBoard shows: loss, its terms and learning rate of every epoch, and what validation
    /// measured. A resumed run adds a file. Default: null, none are written.</summary>
    public string? TensorBoardFolder { get; init; }

    /// <summary>A folder for pictures to check a run by: <c>batch-1.jpg</c> to <c>batch-3.jpg</c>, the first inputs as they are trained on,
    /// with their boxes, and <c>validation.jpg</c>, objects (dashed) and detections of the first validation images, rewritten after every
    /// validation. Default: null, none are written.</summary>
    public string? PicturesFolder { get; init; }

    /// <summary>Checkpoints from which an interrupted run goes on. Default: null, none are left.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Seed of everything that is drawn: initial weights, order of the images, augmentation. On a CPU the same seed, machine and
    /// number of threads give the same weights to the last bit. On CUDA they give the same draws, not the same bits: docs/determinism.md.
    /// Default: null, the seed of the <c>MLContext</c> for ML.NET's trainer, and 0 if it has none or there is no context.</summary>
    public int? Seed { get; init; }

    /// <summary>The seed, 0 if none is named.</summary>
    internal int SeedOrDefault => Seed ?? 0;
}
