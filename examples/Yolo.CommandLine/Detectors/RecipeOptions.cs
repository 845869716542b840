using System.CommandLine;
using System.Globalization;
using Quickstart;
using Yolo.MLNet.Trainers;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;

namespace Yolo.CommandLine.Detectors;

/// <summary>The options that say how a detector is trained.</summary>
internal sealed class RecipeOptions
{
    private static readonly int[] s_sizes = [.. Enumerable.Range(10, 10).Select(i => 32 * i)];

    private static readonly YoloV2TrainerOptions s_defaults = new();

    private readonly Option<int?> _epochs = OptionKinds.AtLeast("--epochs", 1,
        $"Passes over the training images. [default: {YoloV2TrainerOptions.DefaultEpochs}; from resnet18 as many as 800 steps need, at least 20]", "-e");
    private readonly Option<int?> _minutes = OptionKinds.AtLeast("--minutes", 1, "Minutes that the training may take; it ends after the last epoch that fits. [default: no limit]");
    private readonly Option<int?> _batch = OptionKinds.AtLeast("--batch", 1,
        $"Images per training step. [default: {s_defaults.BatchSize}]", "-b");
    private readonly Option<int?> _subdivisions = OptionKinds.AtLeast("--subdivisions", 1,
        $"Parts that a batch is computed in, to save memory. [default: {s_defaults.Subdivisions}]");
    private readonly Option<double?> _learningRate = new("--learning-rate", "--lr") 
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"Highest learning rate. [default: {s_defaults.LearningRate}]"),
        HelpName = "rate",
        CustomParser = ParseRate,
    };

    private readonly Option<int?> _anchors = OptionKinds.AtLeast("--anchors", 1,
        $"Anchors to cluster from the training boxes. [default: {s_defaults.AnchorCount}]");

    private readonly Option<string?> _weights = new("--weights", "-w")
    {
        Description = "Weights to start from: a Darknet .weights file, whole or partial, the name of one that `download` fetched, such as darknet19_448.conv.23; or resnet18, trained on ImageNet, for the networks yolov2-resnet18 and yolov2-resnet18-stride16.",
        HelpName = "file or name",
    };

    private readonly Option<int?> _freeze = OptionKinds.AtLeast("--freeze", 0, "Convolutions at the start of the network that stay as they are. [default: 0]");

    private readonly Option<int?> _freezeEpochs = OptionKinds.AtLeast(
        "--freeze-epochs", 1, "Epochs after which what --freeze names is trained, too. [default: never]");

    private readonly Option<int?> _backbone = OptionKinds.AtLeast(
        "--backbone", 0, "Convolutions at the start of the network that learn at a tenth of the rate. [default: 0]");

    private readonly Option<double?> _labelSmoothing = new("--label-smoothing")
    {
        Description = "Part of each class label that is spread over all classes, 0 to below 1. [default: 0]", HelpName = "0..1",
    };

    private readonly Option<float?> _rotation = new("--rotation")
    {
        Description = "Degrees that inputs may turn either way. [default: 0]", HelpName = "degrees",
    };

    private readonly Option<float?> _zoom = new("--zoom")
    {
        Description = "Largest factor on the size of pictures; its inverse is the smallest. [default: 1]", HelpName = "factor",
    };

    private readonly Option<int?> _mosaicOff = OptionKinds.AtLeast("--mosaic-off", 0, "Last epochs without mosaics. [default: 0]");
    private readonly Option<float?> _mosaic = new("--mosaic") { Description = "Probability that an input is made of four images, 0 to 1. [default: 0]", HelpName = "0..1" };
    private readonly Option<bool> _noFlip = new("--no-flip") { Description = "Do not mirror images left to right: for text, signs, gauges." };
    private readonly Option<bool> _verticalFlip = new("--vertical-flip") { Description = "Mirror images top to bottom, too: for microscopy, aerial views." };
    private readonly Option<bool> _multiScale = new("--multi-scale") { Description = "Another input size, 320 to 608, every 10 steps, as the paper has it." };
    private readonly Option<LossKind> _loss = new("--loss") { Description = "What is minimised (docs/training.md).", DefaultValueFactory = _ => LossKind.CIoU };
    private readonly Option<OptimizerKind> _optimizer = new("--optimizer") { Description = "How gradients change the weights.", DefaultValueFactory = _ => OptimizerKind.AdamW };
    private readonly Option<Precision> _precision = new("--precision") { Description = "Numbers that the network is trained in.", DefaultValueFactory = _ => Precision.Auto };
    private readonly Option<int?> _patience = OptionKinds.AtLeast("--patience", 0, "Validations in a row without a better one after which the training stops; 0 never does. [default: 0]");
    private readonly Option<int?> _workers = OptionKinds.AtLeast("--workers", 1, "Threads that read images ahead of the training. [default: 1]");
    private readonly Option<bool> _int8 = new("--int8") { Description = "Save a model that runs in eight-bit integers, calibrated with the training images." };
    private readonly Option<int?> _seed = OptionKinds.AtLeast("--seed", 0, "Seed of everything that is drawn: anchors, weights, order, augmentation. [default: 1]");

    /// <summary>All of them, for <c>WithOptions</c>.</summary>
    public Option[] All =>
    [
        _epochs, _minutes, _batch, _subdivisions, _learningRate, _anchors, _weights, _freeze, _freezeEpochs, _backbone, _mosaic, _mosaicOff,
        _rotation, _zoom, _labelSmoothing, _noFlip, _verticalFlip, _multiScale, _loss, _optimizer, _precision,
        _patience, _workers, _int8, _seed,
    ];

    /// <summary>Name of the network that the weights asked for are made for; null where any may do.</summary>
    public string? NetworkFor(ParseResult parsed) =>
        StartingWeights.ResNet18.Equals(parsed.GetValue(_weights), StringComparison.OrdinalIgnoreCase) ? "yolov2-resnet18" : null;

    /// <summary>The trainer's options for a network.</summary>
    /// <exception cref="IOException">The weights are not there.</exception>
    public YoloV2TrainerOptions Get(ParseResult parsed, NetworkDefinition network)
    {
        var start = parsed.GetValue(_weights) is { } weights ? StartingWeights.Find(weights, network) : null;
        return new()
        {
            Network = network,
            Epochs = parsed.GetValue(_epochs),
            MaxDuration = parsed.GetValue(_minutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            BatchSize = parsed.GetValue(_batch) ?? s_defaults.BatchSize,
            Subdivisions = parsed.GetValue(_subdivisions) ?? s_defaults.Subdivisions,
            LearningRate = parsed.GetValue(_learningRate) ?? s_defaults.LearningRate,
            AnchorCount = parsed.GetValue(_anchors) ?? s_defaults.AnchorCount,
            InitialWeights = start,
            FreezeLayers = parsed.GetValue(_freeze) ?? 0,
            FreezeEpochs = parsed.GetValue(_freezeEpochs),
            BackboneLayers = parsed.GetValue(_backbone) ?? 0,
            CIoU = new() { LabelSmoothing = parsed.GetValue(_labelSmoothing) ?? 0 },
            Augmentation = new()
            {
                Flip = !parsed.GetValue(_noFlip),
                VerticalFlip = parsed.GetValue(_verticalFlip),
                Rotation = parsed.GetValue(_rotation) ?? 0,
                Zoom = parsed.GetValue(_zoom) ?? 1,
                Mosaic = parsed.GetValue(_mosaic) ?? 0,
                MosaicOffEpochs = parsed.GetValue(_mosaicOff) ?? 0,
            },
            InputSizes = parsed.GetValue(_multiScale) ? s_sizes : [],
            Loss = parsed.GetValue(_loss),
            Optimizer = parsed.GetValue(_optimizer),
            Precision = parsed.GetValue(_precision),
            Validation = new() { Patience = parsed.GetValue(_patience) ?? 0 },
            DataWorkers = parsed.GetValue(_workers) ?? 1,
            Int8 = parsed.GetValue(_int8),
            Seed = parsed.GetValue(_seed) ?? 1,
        };
    }

    private static double? ParseRate(System.CommandLine.Parsing.ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and < double.PositiveInfinity)
            return value;
        result.AddError($"--learning-rate must be a positive number; found {text}.");
        return null;
    }
}
