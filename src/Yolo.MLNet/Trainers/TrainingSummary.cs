using System.Globalization;
using Yolo.Model.Anchors;

namespace Yolo.MLNet.Trainers;

/// <summary>What a training begins with: told once, before its first step.</summary>
public sealed record TrainingSummary
{
    /// <summary>Images to train on.</summary>
    public required int Images { get; init; }

    /// <summary>How many of them have no object.</summary>
    public required int ImagesWithoutObjects { get; init; }

    /// <summary>How many of them are kept in memory, once they are decoded; the others are read again each time (<see cref="YoloV2TrainerOptions.CacheBytes"/>).</summary>
    public required int ImagesInMemory { get; init; }

    /// <summary>The classes, in the order of their indices, with the number of their objects.</summary>
    public required IReadOnlyList<KeyValuePair<string, int>> Classes { get; init; }

    /// <summary>The anchors, in grid cells, given or clustered.</summary>
    public required AnchorSet Anchors { get; init; }

    /// <summary>Mean over the boxes of the IoU of their shapes with the anchor most like them, 0 to 1.</summary>
    public required double AverageIoU { get; init; }

    /// <summary>Convolutions of the network.</summary>
    public required int Convolutions { get; init; }

    /// <summary>How many of them, from the first on, start from <see cref="YoloV2TrainerOptions.InitialWeights"/>; the others start from random weights.</summary>
    public required int LoadedConvolutions { get; init; }

    /// <summary>How many of them, from the first on, stay as they are.</summary>
    public required int FrozenConvolutions { get; init; }

    /// <summary>The numbers that the network is computed in: Float32 or BFloat16.</summary>
    public required string Precision { get; init; }

    /// <summary>What it is computed on: cpu, or cuda and an index.</summary>
    public required string Device { get; init; }

    /// <summary>Sizes of the input that are trained on, pixels.</summary>
    public required IReadOnlyList<(int Width, int Height)> InputSizes { get; init; }

    /// <summary>The summary as text, a subject per line.</summary>
    public override string ToString() => string.Join('\n', Lines());

    internal IEnumerable<string> Lines()
    {
        var culture = CultureInfo.InvariantCulture;
        string classes = string.Join(", ", Classes.Select(item => string.Create(culture, $"{item.Key} {item.Value}")));
        string anchors = string.Join(" ", Anchors.Select(anchor => string.Create(culture, $"{anchor.Width:F2},{anchor.Height:F2}")));
        string sizes = string.Join(", ", InputSizes.Select(size => string.Create(culture, $"{size.Width} x {size.Height}")));
        yield return string.Create(culture, $"{Images} images with {Classes.Sum(item => item.Value)} objects of {Classes.Count} classes, {ImagesWithoutObjects} of them without objects; {ImagesInMemory} are kept in memory.");
        yield return $"Objects: {classes}.";
        yield return string.Create(culture, $"{Anchors.Count} anchors in grid cells: {anchors}; average IoU with the boxes {AverageIoU:F3}.");
        yield return string.Create(culture, $"Of {Convolutions} convolutions {LoadedConvolutions} start from given weights, {FrozenConvolutions} are frozen.");
        yield return $"{Precision} on {Device}, input {sizes}.";
    }
}
