using System.Reflection;
using Microsoft.ML.Data;
using Yolo.MLNet.Scoring;
using Yolo.Model.Files;

namespace Microsoft.ML;

public static partial class YoloV2Catalog
{
    /// <summary>Saves a model whole or not at all. <c>ml.Model.Save</c> writes into the file itself: where its process is killed, the model
    /// that was there before is gone, too.</summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">Schema of the data that the model takes; null where it need not be kept.</param>
    /// <param name="path">The file to write or to replace; its folder must exist. <c>ml.Model.Load</c> reads it.</param>
    /// <exception cref="IOException">The file cannot be written or replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void SaveAtomic(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        AtomicFile.Write(path, stream => catalog.Save(model, inputSchema, stream));
    }

    /// <summary>Loads the detector of a model, whatever steps are before and after it. What the model says of columns, thresholds and
    /// integers holds.</summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="path">A file that <c>ml.Model.Save</c> wrote.</param>
    /// <returns>The detector, for you to dispose. <see cref="YoloV2DetectionTransformer.Model"/> is what a
    /// <see cref="Yolo.Model.Inference.Detector"/> takes.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model, is damaged, or holds no detector.</exception>
    /// <exception cref="NotSupportedException">A later version of this library wrote it.</exception>
    public static YoloV2DetectionTransformer LoadDetector(this ModelOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such model.", path);
        ITransformer model;
        try
        {
            model = catalog.Load(path, out _);
        }
        catch (Exception problem) when (problem is FormatException or InvalidOperationException or TargetInvocationException
            && problem.GetBaseException() is not NotSupportedException)
        {
            throw new InvalidDataException($"{path}: expected a model that ML.NET saved. {problem.GetBaseException().Message}", problem);
        }
        if (DetectorsIn.Of(model).LastOrDefault() is { } detector)
            return detector;
        (model as IDisposable)?.Dispose();
        throw new InvalidDataException($"{path}: expected a model with a YOLOv2 detector among its steps, found none.");
    }

    /// <summary>The detector among the steps of a model; of several the last one. It stays a part of the model.</summary>
    /// <param name="model">A detector, a chain with one, or what <c>ml.Model.Load</c> loaded.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static YoloV2DetectionTransformer GetDetector(this ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return DetectorsIn.Of(model).LastOrDefault() ?? throw new ArgumentException(
            $"Expected a YOLOv2 detector among the steps of the model, found none: {model.GetType().Name}.", nameof(model));
    }
}
