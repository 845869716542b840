using System.Text.Json;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Evaluation;

/// <summary>Boxes and detections as the golden files list them: [image, class, x0, y0, x1, y1, difficult] and [image, class, score, x0, y0, x1, y1].</summary>
internal sealed class EvaluationSample
{
    private readonly Dictionary<string, (List<GroundTruth> Truths, List<Detection> Detections)> _images = [];

    public EvaluationSample(JsonElement sample)
    {
        var truths = sample.GetProperty("groundtruths").EnumerateArray().ToArray();
        var detections = sample.GetProperty("detections").EnumerateArray().ToArray();
        ClassNames = [.. truths.Concat(detections).Select(row => row[1].GetString()!).Distinct().Order(StringComparer.Ordinal)];
        foreach (var row in truths)
            Image(row).Truths.Add(new(Box(row, 2), ClassNames.IndexOf(row[1].GetString()!), row[6].GetInt32() == 1));
        foreach (var row in detections)
            Image(row).Detections.Add(new(Box(row, 3), ClassNames.IndexOf(row[1].GetString()!), row[2].GetSingle()));
    }

    public List<string> ClassNames { get; }

    public DetectionMetrics Evaluate(EvaluationOptions? options = null)
    {
        var evaluator = new DetectionEvaluator(ClassNames, options);
        foreach (var image in _images.OrderBy(image => image.Key, StringComparer.Ordinal).Select(image => image.Value))
            evaluator.Add(image.Truths, image.Detections);
        return evaluator.Compute();
    }

    private (List<GroundTruth> Truths, List<Detection> Detections) Image(JsonElement row)
    {
        string name = row[0].GetString()!;
        if (!_images.TryGetValue(name, out var image))
            _images[name] = image = ([], []);
        return image;
    }

    private static BoundingBox Box(JsonElement row, int at) =>
        new(row[at].GetSingle(), row[at + 1].GetSingle(), row[at + 2].GetSingle(), row[at + 3].GetSingle());
}
