using Microsoft.ML;
using Yolo.MLNet.Scoring;

namespace Yolo.Benchmarks;

/// <summary>What a trained model loses in eight-bit integers.</summary>
internal static class Int8Accuracy
{
    // Darknet's valid: average precision needs the whole curve.
    private const float ScoreThreshold = 0.005f;

    /// <summary>Calibrates on the image set <c>trainval</c> (else <c>train</c>), evaluates on <c>test</c> (else <c>val</c>).</summary>
    /// <param name="modelPath">What <c>ml.Model.Save</c> wrote of a detector.</param>
    /// <param name="folder">A data set in VOC's layout.</param>
    /// <param name="images">Images to calibrate with.</param>
    public static void Print(string modelPath, string folder, int images)
    {
        var ml = new MLContext(seed: 1);
        using var model = Detector(ml.Model.Load(modelPath, out _));
        var calibration = ml.Data.LoadFromVoc(folder, Set(folder, "trainval", "train"));
        var test = ml.Data.LoadFromVoc(folder, Set(folder, "test", "val"));
        using var quantized = model.Quantize(calibration, images);

        Console.WriteLine($"| {Path.GetFileName(folder)} | mAP50, VOC 2010+ | mAP50, VOC 2007 | COCO AP |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        double exact = Evaluate("float", model), rounded = Evaluate($"int8, calibrated on {images} images", quantized);
        Console.WriteLine();
        Console.WriteLine($"In eight-bit integers mAP50 (VOC 2010+) changes by {rounded - exact:+0.0000;-0.0000}.");

        double Evaluate(string name, YoloV2DetectionTransformer detector)
        {
            using var sensitive = detector.WithScoreThreshold(ScoreThreshold);
            var metrics = ml.ObjectDetection.Evaluate(sensitive.Transform(test));
            Console.WriteLine($"| {name} | {metrics.MeanAveragePrecisionVoc2010:F4} | {metrics.MeanAveragePrecisionVoc2007:F4} | {metrics.MeanAveragePrecisionCoco:F4} |");
            return metrics.MeanAveragePrecisionVoc2010;
        }
    }

    // The trainer alone is saved as a chain of one.
    private static YoloV2DetectionTransformer Detector(ITransformer model) =>
        model as YoloV2DetectionTransformer ?? ((IEnumerable<ITransformer>)model).OfType<YoloV2DetectionTransformer>().Last();

    private static string Set(string folder, string first, string second) =>
        File.Exists(Path.Combine(folder, "ImageSets", "Main", first + ".txt")) ? first : second;
}
