using System.Globalization;
using Microsoft.ML;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;

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
        var columns = options.Columns;
        var rows = new List<(long Position, TrainingImage Image, List<LabelledObject> Objects)>();
        foreach (var row in TrainingImageReader.Read(data, columns, log.Warn))
        {
            cancellation.ThrowIfCancellationRequested();
            List<LabelledObject> objects = [.. row.Objects.Where(item => options.IncludeDifficult || !item.Difficult)];
            rows.Add((row.Position, TrainingImage.Create(row.Image.PixelView(), []), objects));
        }
        if (rows.Count == 0)
            throw new InvalidOperationException("There is no image to train on.");

        var names = options.ClassNames ?? TrainingImageReader.KeyNames(data.Schema, columns.Labels)
            ?? [.. rows.SelectMany(row => row.Objects).Select(item => item.ClassName).Distinct().Order(StringComparer.Ordinal)];
        if (names.Count == 0)
            throw new InvalidOperationException($"There is nothing to learn: none of the {rows.Count} images has an object.");
        // Throws now for names that the trained model could not be saved with.
        _ = DarknetModel.NamesText(names);
        var indices = names.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        var images = rows.Select(row => row.Image with { Objects = [.. row.Objects.Select(item => ToTruth(item, row.Position))] }).ToList();
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{images.Count} images with {images.Sum(image => image.Objects.Count)} objects of {names.Count} classes."));
        return new(images, names);

        GroundTruth ToTruth(LabelledObject item, long row) => indices.TryGetValue(item.ClassName, out int index)
            ? new(item.Box, index, item.Difficult)
            : throw new InvalidDataException($"Row {row}: the label '{item.ClassName}' is not among the classes: {string.Join(", ", names)}.");
    }

    /// <summary>The anchors of the options, or those clustered from the boxes.</summary>
    public AnchorSet Anchors(YoloV2TrainerOptions options, TrainingLog log)
    {
        if (options.Anchors is { } anchors)
            return anchors;
        var shapes = Images.SelectMany(image => AnchorShapes.Of(image.Objects.Select(item => item.Box), image.Width, image.Height, options.Network, options.Resize)).ToList();
        if (shapes.Count < options.AnchorCount)
            throw new InvalidOperationException($"{options.AnchorCount} anchors cannot be clustered from {shapes.Count} boxes; give the anchors or a smaller AnchorCount.");
        var clusters = AnchorKMeans.Cluster(shapes, options.AnchorCount, options.Seed);
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{clusters.Anchors.Count} anchors clustered from {shapes.Count} boxes, average IoU {clusters.AverageIoU:F3}."));
        return clusters.Anchors;
    }
}
