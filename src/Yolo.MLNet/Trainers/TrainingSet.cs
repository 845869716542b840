using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;

namespace Yolo.MLNet.Trainers;

/// <summary>The images of a data view, decoded, and the classes of their objects.</summary>
internal sealed class TrainingSet
{
    private TrainingSet(IReadOnlyList<TrainingImage> images, IReadOnlyList<string> classNames)
    {
        Images = images;
        ClassNames = classNames;
    }

    public IReadOnlyList<TrainingImage> Images { get; }

    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Reads all rows.</summary>
    public static TrainingSet Read(IDataView data, YoloV2TrainerOptions options, TrainingLog log, CancellationToken cancellation)
    {
        var known = options.ClassNames ?? TrainingImageReader.KeyNames(data.Schema, options.Columns.Labels);
        var classes = new ClassIndex(known ?? []);
        var images = new List<TrainingImage>();
        foreach (var row in TrainingImageReader.Read(data, options.Columns, log.Warn))
        {
            cancellation.ThrowIfCancellationRequested();
            GroundTruth[] objects =
            [
                .. row.Objects.Where(item => options.IncludeDifficult || !item.Difficult).Select(item => new GroundTruth(item.Box, classes.Of(item.ClassName), item.Difficult)),
            ];
            if (known is not null && classes.Names.Count > known.Count)
                throw new InvalidDataException($"Row {row.Position}: the label '{classes.Names[known.Count]}' is not among the classes: {string.Join(", ", known)}.");
            images.Add(TrainingImage.Create(row.Image.PixelView(), objects).Shrink(ShrinkFactor(row.Image, options.Network)));
        }
        if (images.Count == 0)
            throw new InvalidOperationException("There is no image to train on.");
        if (classes.Names.Count == 0)
            throw new InvalidOperationException($"There is nothing to learn: none of the {images.Count} images has an object.");

        string[] names = known is null ? [.. classes.Names.Order(StringComparer.Ordinal)] : [.. known];
        // Throws now for names that the trained model could not be saved with.
        _ = DarknetModel.NamesText(names);
        int[] order = [.. classes.Names.Select(name => Array.IndexOf(names, name))];
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{images.Count} images with {images.Sum(image => image.Objects.Count)} objects of {names.Length} classes."));
        return new([.. images.Select(image => image with { Objects = [.. image.Objects.Select(item => item with { ClassIndex = order[item.ClassIndex] })] })], names);
    }

    /// <summary>The largest factor that leaves an image twice as wide and as high as the input: detail that crops of it can still show.</summary>
    private static int ShrinkFactor(MLImage image, NetworkDefinition network) =>
        Math.Max(1, Math.Min(image.Width / (2 * network.Input.Width), image.Height / (2 * network.Input.Height)));

    /// <summary>The anchors of the options, or those clustered from the boxes.</summary>
    public AnchorSet Anchors(YoloV2TrainerOptions options, TrainingLog log)
    {
        if (options.Anchors is { } anchors)
            return anchors;
        var shapes = Images.SelectMany(image => AnchorShapes.Of(image.Objects.Select(item => item.Box), image.Width, image.Height, options.Network, options.Resize)).ToList();
        var clusters = AnchorKMeans.Cluster(shapes, options.AnchorCount, options.Seed);
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{clusters.Anchors.Count} anchors clustered from {shapes.Count} boxes, average IoU {clusters.AverageIoU:F3}."));
        return clusters.Anchors;
    }
}
