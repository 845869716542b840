using System.Text.Json;
using Xunit;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Evaluation;

public sealed class CocoCrowdGoldenTests
{
    private const double Tolerance = 1e-9;

    public static TheoryData<string> Cases => [.. Read().EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    // Golden/eval/coco_crowd.json: five cases by hand and a random one, the expected values by pycocotools 2.0.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_Crowds_EqualsPycocotools(string name)
    {
        var sample = Read().EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var expected = sample.GetProperty("expected");

        var metrics = Evaluate(sample);

        var stats = CocoStats.Of(metrics);
        Assert.Equal(expected.GetProperty("stats").EnumerateObject().Select(stat => stat.Name), stats.Select(stat => stat.Name));
        foreach (var (stat, value) in stats)
            Assert.Equal(expected.GetProperty("stats").GetProperty(stat).GetDouble(), value, Tolerance);
        AssertClasses(expected.GetProperty("per_class_AP"), metrics, c => c.AveragePrecisionCoco);
        AssertClasses(expected.GetProperty("per_class_AP50"), metrics, c => c.AveragePrecisionCoco50);
    }

    private static DetectionMetrics Evaluate(JsonElement sample)
    {
        JsonElement[] truths = [.. sample.GetProperty("groundtruths").EnumerateArray()];
        JsonElement[] detections = [.. sample.GetProperty("detections").EnumerateArray()];
        List<string> classNames = [.. truths.Concat(detections).Select(Class).Distinct().Order(StringComparer.Ordinal)];
        var evaluator = new DetectionEvaluator(classNames);
        foreach (string image in sample.GetProperty("images").EnumerateArray().Select(image => image.GetString()!))
        {
            evaluator.Add(
                [.. truths.Where(row => Image(row) == image).Select(Truth)],
                [.. detections.Where(row => Image(row) == image).Select(Detected)]);
        }
        return evaluator.Compute();

        GroundTruth Truth(JsonElement row) => new(Box(row), classNames.IndexOf(Class(row)), Crowd: Crowd(row), Area: Area(row));
        Detection Detected(JsonElement row) => new(Box(row), classNames.IndexOf(Class(row)), row.GetProperty("score").GetSingle());
    }

    private static void AssertClasses(JsonElement expected, DetectionMetrics metrics, Func<ClassMetrics, double> metric)
    {
        var classNames = expected.EnumerateObject().Select(c => c.Name).Order(StringComparer.Ordinal);
        Assert.Equal(classNames, metrics.Classes.Select(c => c.ClassName));
        foreach (var c in metrics.Classes)
        {
            var value = expected.GetProperty(c.ClassName);
            Assert.Equal(value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble(), metric(c), Tolerance);
        }
    }

    private static string Image(JsonElement row) => row.GetProperty("image").GetString()!;

    private static string Class(JsonElement row) => row.GetProperty("class").GetString()!;

    private static bool Crowd(JsonElement row) => row.TryGetProperty("crowd", out var crowd) && crowd.GetBoolean();

    private static float Area(JsonElement row) => row.TryGetProperty("area", out var area) ? area.GetSingle() : float.NaN;

    private static BoundingBox Box(JsonElement row)
    {
        float[] corners = [.. row.GetProperty("box").EnumerateArray().Select(value => value.GetSingle())];
        return new(corners[0], corners[1], corners[2], corners[3]);
    }

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestPaths.Golden("eval/coco_crowd.json")));
        return document.RootElement.Clone();
    }
}
