using Microsoft.ML;
using Yolo.Model.Encoding;
using Yolo.Model.Weights;

namespace Yolo.Web;

/// <summary>Reads the model that is served.</summary>
internal static class ModelFile
{
    /// <summary>The network, weights and class names of a file, and how it was saved to detect.</summary>
    /// <exception cref="FileNotFoundException">The file is absent; the message says how to train one.</exception>
    /// <exception cref="InvalidDataException">The file holds no YOLOv2 detector.</exception>
    public static (DetectorModel Model, DetectionOptions Options) Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"""
                There is no model at {Path.GetFullPath(path)}.
                Train one on drawn shapes, which takes minutes:
                    dotnet run -c Release --project examples/Quickstart
                or on your own images, and say where it is:
                    dotnet run -c Release --project examples/Quickstart -- --data path/to/VOC --model model.zip
                    dotnet run -c Release --project examples/Yolo.Web -- --Yolo:ModelPath=model.zip
                """, path);
        }
        if (Path.GetExtension(path).Equals(".cfg", StringComparison.OrdinalIgnoreCase))
            return (DarknetModel.Load(path, Path.ChangeExtension(path, ".weights"), Path.ChangeExtension(path, ".names")), new());

        using var detector = new MLContext().Model.LoadDetector(path);
        return (detector.Model, detector.Options);
    }
}
