using Microsoft.ML;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Trainers;

/// <summary>The images of a data view and the classes of their objects.</summary>
internal sealed class TrainingSet
{
    private TrainingSet(DataViewImages images, IReadOnlyList<string> classNames)
    {
        Images = images;
        ClassNames = classNames;
    }

    public DataViewImages Images { get; }

    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Reads all rows.</summary>
    public static TrainingSet Read(IDataView data, YoloV2TrainerOptions options, TrainingLog log, CancellationToken cancellation)
    {
        var known = options.ClassNames ?? TrainingImageReader.KeyNames(data.Schema, options.Columns.Labels);
        var classes = new ClassIndex(known ?? []);
        var (labels, kept) = (new List<ImageLabels>(), new List<TrainingImage?>());
        long budget = options.CacheBytes;
        foreach (var row in TrainingImageReader.Read(data, options.Columns, log.Warn))
        {
            cancellation.ThrowIfCancellationRequested();
            GroundTruth[] objects =
            [
                .. row.Objects.Where(item => options.IncludeDifficult || !item.Difficult).Select(item => new GroundTruth(item.Box, classes.Of(item.ClassName), item.Difficult)),
            ];
            if (known is not null && classes.Names.Count > known.Count)
                throw new InvalidDataException($"Row {row.Position}: the label '{classes.Names[known.Count]}' is not among the classes: {string.Join(", ", known)}.");
            var image = TrainingImage.Create(row.Image.PixelView(), objects, options.Filter, options.Network.Input.Width,
                options.Network.Input.Height);
            labels.Add(new(image.Width, image.Height, image.Objects));
            bool fits = image.Rgb.Length <= budget;
            budget -= fits ? image.Rgb.Length : 0;
            kept.Add(fits ? image : null);
        }
        if (labels.Count == 0)
            throw new InvalidOperationException("There is no image to train on.");
        if (classes.Names.Count == 0)
            throw new InvalidOperationException($"There is nothing to learn: none of the {labels.Count} images has an object.");

        string[] names = known is null ? [.. classes.Names.Order(StringComparer.Ordinal)] : [.. known];
        // Throws now for names that the trained model could not be saved with.
        _ = DarknetModel.NamesText(names);
        int[] order = [.. classes.Names.Select(name => Array.IndexOf(names, name))];
        for (int i = 0; i < labels.Count; i++)
        {
            labels[i] = labels[i] with { Objects = [.. labels[i].Objects.Select(item => item with { ClassIndex = order[item.ClassIndex] })] };
            kept[i] = kept[i] is { } image ? image with { Objects = labels[i].Objects } : null;
        }
        return new(new(data, options.Columns.Image, options.Network, options.Filter, [.. labels], [.. kept]), names);
    }

    /// <summary>The anchors of the options, or those clustered from the boxes of images, and how like them the boxes are.</summary>
    public static AnchorClusters Anchors(IReadOnlyList<ImageLabels> images, YoloV2TrainerOptions options)
    {
        var shapes = images
            .SelectMany(image => AnchorShapes.Of(image.Objects.Select(item => item.Box), image.Width, image.Height, options.Network, options.Resize)).ToList();
        return options.Anchors is { } anchors
            ? new(anchors, shapes.Select(shape => (double)anchors.BestMatch(shape).IoU).DefaultIfEmpty().Average())
            : AnchorKMeans.Cluster(shapes, options.AnchorCount, options.Seed);
    }
}
