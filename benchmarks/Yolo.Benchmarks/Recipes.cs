using Yolo.MLNet.Trainers;
using Yolo.Model.Imaging;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks;

/// <summary>The defaults of training, and what they are with one part changed.</summary>
internal static class Recipes
{
    private static readonly Dictionary<string, Func<YoloV2TrainerOptions, YoloV2TrainerOptions>> s_known = new(StringComparer.Ordinal)
    {
        ["default"] = options => options,
        ["no-augmentation"] = options => options with { Augmentation = null },
        ["no-jitter"] = options => Vary(options, a => a with { Jitter = 0 }),
        ["jitter-0.3"] = options => Vary(options, a => a with { Jitter = 0.3f }),
        ["no-flip"] = options => Vary(options, a => a with { Flip = false }),
        ["no-colour"] = options => Vary(options, a => a with { Hue = 0, Saturation = 1, Exposure = 1 }),
        ["hue-0.02"] = options => Vary(options, a => a with { Hue = 0.02f }),
        ["no-hue"] = options => Vary(options, a => a with { Hue = 0 }),
        ["vertical-flip"] = options => Vary(options, a => a with { VerticalFlip = true }),
        ["no-vertical-flip"] = options => Vary(options, a => a with { VerticalFlip = false }),
        ["mosaic-0.5"] = options => Vary(options, a => a with { Mosaic = 0.5f }),
        ["mosaic-1"] = options => Vary(options, a => a with { Mosaic = 1 }),
        ["no-mosaic"] = options => Vary(options, a => a with { Mosaic = 0 }),
        // Sizes around the network's own, as 320 to 608 are around 416.
        ["multi-scale"] = options => options with { InputSizes = [.. Enumerable.Range(-3, 7).Select(i => options.Network.Input.Width + 32 * i)] },
        ["no-average"] = options => options with { AverageDecay = 0 },
        ["average-0.9998"] = options => options with { AverageDecay = 0.9998 },
        ["match-0.5"] = options => options with { CIoU = options.CIoU with { MatchThreshold = 0.5 } },
        ["match-0.7"] = options => options with { CIoU = options.CIoU with { MatchThreshold = 0.7 } },
        ["box-10"] = options => options with { CIoU = options.CIoU with { BoxGain = 10 } },
        ["darknet-loss"] = options => options with { Loss = LossKind.Darknet },
        ["notebook-loss"] = options => options with { Loss = LossKind.Notebook },
        ["sgd"] = options => options with { Optimizer = OptimizerKind.Sgd, LearningRate = 1e-2 },
        ["rate-0.0005"] = options => options with { LearningRate = 5e-4 },
        ["rate-0.002"] = options => options with { LearningRate = 2e-3 },
        ["batch-8"] = options => options with { BatchSize = 8 },
        ["batch-16"] = options => options with { BatchSize = 16 },
        ["decay-0.05"] = options => options with { WeightDecay = 5e-2 },
        ["darknet-filter"] = options => options with { BatchSize = 8, Filter = ResizeFilter.Darknet },
        ["resnet18"] = options => options with { InitialWeights = Backbone.ResNet18() },
        ["freeze-11"] = options => options with { FreezeLayers = 11 },
        ["float32"] = options => options with { Precision = Precision.Float32 },
    };

    /// <summary>The names, for messages.</summary>
    public static IEnumerable<string> Names => s_known.Keys;

    /// <summary>Options by the name of a recipe, or several joined by <c>+</c>, applied from left to right.</summary>
    /// <exception cref="ArgumentException">A name is not known.</exception>
    public static YoloV2TrainerOptions Apply(string recipe, YoloV2TrainerOptions options) =>
        recipe.Split('+').Aggregate(options, (changed, name) => s_known.TryGetValue(name, out var change)
            ? change(changed)
            : throw new ArgumentException($"There is no recipe \"{name}\": there are {string.Join(", ", Names)}."));

    private static YoloV2TrainerOptions Vary(YoloV2TrainerOptions options, Func<AugmentationOptions, AugmentationOptions> change) =>
        options with { Augmentation = change(options.Augmentation ?? AugmentationOptions.None) };
}
