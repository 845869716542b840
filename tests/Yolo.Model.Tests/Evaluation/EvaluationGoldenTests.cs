using System.Text.Json;
using Xunit;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Tests.Evaluation;

public sealed class EvaluationGoldenTests
{
    private const double Tolerance = 1e-9;

    public static TheoryData<string> EdgeCases => [.. Read(TestPaths.Golden("eval/edge_cases.json")).EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    // Golden/eval/edge_cases.json: twelve cases worked out by hand.
    [Theory]
    [MemberData(nameof(EdgeCases))]
    public void Compute_EdgeCase_EqualsHandComputation(string name)
    {
        var sample = Read(TestPaths.Golden("eval/edge_cases.json")).EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var expected = sample.GetProperty("expected");

        var metrics = new EvaluationSample(sample).Evaluate();

        AssertMean(expected.GetProperty("mAP_all_point"), metrics.MeanAveragePrecisionVoc2010);
        AssertMean(expected.GetProperty("mAP_11_point"), metrics.MeanAveragePrecisionVoc2007);
        AssertClasses(expected.GetProperty("per_class_all_point"), metrics, c => c.AveragePrecisionVoc2010);
        AssertClasses(expected.GetProperty("per_class_11_point"), metrics, c => c.AveragePrecisionVoc2007);
        Assert.Equal(
            metrics.Classes.Select(c => c.ClassName).Except(expected.GetProperty("per_class_all_point").EnumerateObject().Select(c => c.Name)),
            metrics.ClassesWithoutTruth);
    }

    // Object-Detection-Metrics sample_2 (published: 24.56 % and 26.84 % at IoU 0.3) and Cartucho/mAP's sample, computed with those tools.
    [Theory]
    [InlineData("padilla_sample2", "voc@0.3_plus1")]
    [InlineData("padilla_sample2", "voc@0.3")]
    [InlineData("padilla_sample2", "voc@0.5_plus1")]
    [InlineData("padilla_sample2", "voc@0.5")]
    [InlineData("cartucho_sample", "voc@0.5_plus1")]
    [InlineData("cartucho_sample", "voc@0.5")]
    public void Compute_PublishedSample_EqualsVocTools(string file, string variant)
    {
        var sample = Read(TestPaths.Shared($"golden/eval/{file}.json"));
        var expected = sample.GetProperty("expected").GetProperty(variant);
        var options = new EvaluationOptions
        {
            IoUThreshold = expected.GetProperty("iou").GetDouble(),
            InclusivePixels = expected.GetProperty("plus1").GetBoolean(),
        };

        var metrics = new EvaluationSample(sample).Evaluate(options);

        AssertMean(expected.GetProperty("mall_point"), metrics.MeanAveragePrecisionVoc2010);
        AssertMean(expected.GetProperty("meleven_point"), metrics.MeanAveragePrecisionVoc2007);
        AssertClasses(expected.GetProperty("all_point"), metrics, c => c.AveragePrecisionVoc2010);
        AssertClasses(expected.GetProperty("eleven_point"), metrics, c => c.AveragePrecisionVoc2007);
        AssertClasses(expected.GetProperty("npos"), metrics, c => c.TruthCount);
    }

    // The same samples through pycocotools 2's COCOeval.
    [Theory]
    [InlineData("padilla_sample2")]
    [InlineData("cartucho_sample")]
    public void Compute_PublishedSample_EqualsPycocotools(string file)
    {
        var sample = Read(TestPaths.Shared($"golden/eval/{file}.json"));
        var expected = sample.GetProperty("expected").GetProperty("coco");

        var metrics = new EvaluationSample(sample).Evaluate();

        AssertMean(expected.GetProperty("AP"), metrics.MeanAveragePrecisionCoco);
        AssertMean(expected.GetProperty("AP50"), metrics.MeanAveragePrecisionCoco50);
        AssertMean(expected.GetProperty("AP75"), metrics.MeanAveragePrecisionCoco75);
        var stats = expected.GetProperty("pycocotools_stats");
        AssertMean(stats.GetProperty("APs"), metrics.MeanAveragePrecisionCocoSmall);
        AssertMean(stats.GetProperty("APm"), metrics.MeanAveragePrecisionCocoMedium);
        AssertMean(stats.GetProperty("APl"), metrics.MeanAveragePrecisionCocoLarge);
        AssertClasses(expected.GetProperty("per_class_AP"), metrics, c => c.AveragePrecisionCoco);
        AssertClasses(expected.GetProperty("per_class_AP50"), metrics, c => c.AveragePrecisionCoco50);
    }

    private static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    // Where there is no object, null in the files' own numbers and -1 in those of pycocotools.
    private static void AssertMean(JsonElement expected, double actual) =>
        Assert.Equal(expected.ValueKind == JsonValueKind.Null || expected.GetDouble() < 0 ? double.NaN : expected.GetDouble(), actual, Tolerance);

    private static void AssertClasses(JsonElement expected, DetectionMetrics metrics, Func<ClassMetrics, double> metric)
    {
        var actual = metrics.Classes.Where(c => c.TruthCount > 0).ToDictionary(c => c.ClassName, metric);
        var classes = expected.EnumerateObject().ToDictionary(c => c.Name, c => c.Value.GetDouble());
        Assert.Equal(classes.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, value) in classes)
            Assert.Equal(value, actual[name], Tolerance);
    }
}
