using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Scoring;
using Yolo.Model.Training;
using Yolo.Model.Weights;

namespace Yolo.CommandLine.Detectors;

/// <summary>Reads trained models.</summary>
internal static class ModelFile
{
    /// <summary>Reads ML.NET's model.zip, Darknet's .weights with the files that belong to it, or the checkpoint of a training.</summary>
    /// <param name="path">The .zip, the .weights, the .checkpoint or a folder of checkpoints.</param>
    /// <param name="config">Network of the .weights; null: beside it.</param>
    /// <param name="names">Class names of the .weights; null: beside it.</param>
    /// <exception cref="IOException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is malformed or holds no detector.</exception>
    public static DetectorModel Load(string path, string? config, string? names)
    {
        if (Directory.Exists(path) || path.EndsWith(".checkpoint", StringComparison.OrdinalIgnoreCase))
            return TrainingCheckpoint.ReadModel(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such model.");
        if (!path.EndsWith(".weights", StringComparison.OrdinalIgnoreCase))
            return LoadZip(path);
        return DarknetModel.Load(Beside(path, config, ".cfg", "--cfg"), path, Beside(path, names, ".names", "--names"));
    }

    private static DetectorModel LoadZip(string path)
    {
        ITransformer loaded;
        try
        {
            loaded = new MLContext().Model.Load(path, out _);
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or TargetInvocationException)
        {
            throw new InvalidDataException($"{path}: expected a model that ML.NET saved, or a .weights file. {exception.GetBaseException().Message}", exception);
        }
        using (loaded as IDisposable)
        {
            var steps = loaded is TransformerChain<ITransformer> chain ? chain : (IEnumerable<ITransformer>)[loaded];
            return steps.OfType<YoloV2DetectionTransformer>().LastOrDefault()?.Model ?? throw new InvalidDataException($"{path}: expected a model with a YOLOv2 detector in it, found none.");
        }
    }

    private static string Beside(string weights, string? given, string extension, string option)
    {
        string path = given ?? Path.ChangeExtension(weights, extension);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{weights}: expected its {extension} at {path}, found none. Name it with {option}.");
    }
}
