using Microsoft.ML;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Geometry;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Trainers;

/// <summary>The images of a data view and the classes of their objects.</summary>
internal sealed class TrainingSet : IDisposable
{
    private TrainingSet(IOpenedImages images, IReadOnlyList<string> classNames)
    {
        Images = images;
        ClassNames = classNames;
    }

    /// <summary>The images, which live as long as the set.</summary>
    public IOpenedImages Images { get; }

    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What is done about an image that cannot be read later: those of a temporary file have been read.</summary>
    public OnError OnError { get; private init; }

    /// <summary>Reads all rows. Images that are files are not decoded.</summary>
    /// <param name="data">The data.</param>
    /// <param name="options">The options.</param>
    /// <param name="log">Told of what is left out.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static TrainingSet Read(IDataView data, YoloV2TrainerOptions options, TrainingLog log, CancellationToken cancellation)
    {
        var pixels = new TrainingPixels(options.Filter, options.Network.Input);
        var spooled = new SpooledImages(pixels, options.CacheBytes, options.CacheFolder);
        try
        {
            return Read(data, options, log, pixels, spooled, cancellation);
        }
        catch
        {
            spooled.Dispose();
            throw;
        }
    }

    /// <summary>The anchors of the options, or those clustered from the boxes of images, and how like them the boxes are.</summary>
    public static AnchorClusters Anchors(IReadOnlyList<ImageLabels> images, YoloV2TrainerOptions options)
    {
        var shapes = new List<BoxShape>(images.Sum(image => image.Objects.Count));
        foreach (var (width, height, objects) in images)
        {
            if (objects.Any(static item => item.IsTaught))
                shapes.AddRange(AnchorShapes.Of(objects.Where(static item => item.IsTaught).Select(item => item.Box), width, height, options.Network, options.Resize));
        }
        return options.Anchors is { } anchors
            ? new(anchors, shapes.Select(shape => (double)anchors.BestMatch(shape).IoU).DefaultIfEmpty().Average())
            : AnchorKMeans.Cluster(shapes, options.AnchorCount, options.SeedOrDefault);
    }

    public void Dispose() => Images.Dispose();

    private static TrainingSet Read(IDataView data, YoloV2TrainerOptions options, TrainingLog log, TrainingPixels pixels, SpooledImages spooled, CancellationToken cancellation)
    {
        var known = options.ClassNames ?? TrainingImageReader.ClassOrder(data.Schema, options.Columns.Labels);
        var classes = new ClassIndex(known ?? []);
        var skipped = new SkippedImages((int)Math.Min(int.MaxValue, data.GetRowCount() ?? int.MaxValue), options.OnError, options.MaximumSkipped, log.Warn);
        var (images, objects, files) = (new List<(int Width, int Height)>(), new List<GroundTruth[]>(), new List<ImageFileEntry>());
        var unnamed = new List<(int Image, int Index, string Name)>();
        foreach (var row in TrainingImageReader.Read(data, options.Columns, log.Warn, Skips))
        {
            cancellation.ThrowIfCancellationRequested();
            objects.Add([.. row.Objects.Select((item, i) => Truth(item, i))]);
            if (known is not null && classes.Names.Count > known.Count)
                throw new InvalidDataException($"Row {row.Position}: the label '{classes.Names[known.Count]}' is not among the classes: {string.Join(", ", known)}.");
            images.Add((row.Width, row.Height));
            if (row.File is { } file)
                files.Add(file);
            else
                spooled.Add(pixels.Of(row.Image!.PixelView()));
        }
        skipped.Complete(images.Count + skipped.Count);
        if (skipped.Summary is { } summary)
            log.Warn(summary);
        if (images.Count == 0)
            throw new InvalidOperationException("There is no image to train on.");
        if (objects.TrueForAll(truths => !truths.Any(static item => item.IsTaught)))
            throw new InvalidOperationException($"There is nothing to learn: none of the {images.Count} images has an object.");

        string[] names = known is null ? [.. classes.Names.Order(StringComparer.Ordinal)] : [.. known];
        // Throws now for names that the trained model could not be saved with.
        _ = DarknetModel.NamesText(names);
        Renumber(objects, [.. classes.Names.Select(name => Array.IndexOf(names, name))]);
        foreach (var (image, index, name) in unnamed)
            objects[image][index] = objects[image][index] with { ClassIndex = Math.Max(0, Array.IndexOf(names, name)) };
        ImageLabels[] labels = [.. images.Zip(objects, (size, truths) => new ImageLabels(size.Width, size.Height, truths))];
        if (files.Count > 0)
            return new(new FileImages(files, labels, pixels, options.CacheBytes, log.Warn), names) { OnError = options.OnError };
        spooled.Labels = labels;
        return new(spooled, names) { OnError = OnError.Throw };

        // An object that is not taught makes no class: it gets that of its name once all are known, or any.
        GroundTruth Truth(LabelledObject item, int index)
        {
            var truth = new GroundTruth(item.Box, 0, item.Difficult && !options.IncludeDifficult, item.Crowd, item.Area);
            if (truth.IsTaught || known is not null)
                return truth with { ClassIndex = classes.Of(item.ClassName) };
            unnamed.Add((objects.Count, index, item.ClassName));
            return truth;
        }

        bool Skips(long row, Exception error)
        {
            if (!skipped.CanSkip(error))
                return false;
            skipped.Add((int)row, error);
            skipped.Tell();
            return true;
        }
    }

    /// <summary>Gives classes other indices, in place.</summary>
    private static void Renumber(List<GroundTruth[]> objects, int[] order)
    {
        foreach (var truths in objects)
        {
            for (int i = 0; i < truths.Length; i++)
                truths[i] = truths[i] with { ClassIndex = order[truths[i].ClassIndex] };
        }
    }
}
