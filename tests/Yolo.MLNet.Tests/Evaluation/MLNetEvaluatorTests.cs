using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.AutoFormerV2;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.Model.Evaluation;

namespace Yolo.MLNet.Tests.Evaluation;

/// <summary>ML.NET's own evaluator, <c>MulticlassClassification.EvaluateObjectDetection</c>, beside ours. Where the definitions agree: boxes that count their last pixel in, the
/// area under the interpolated curve, detections of a score of at least 0.05, no difficult objects, no predicted class without objects (it throws), and nothing that
/// depends on which of two detections takes an object (it gives it to the greater overlap, VOC to the higher score).</summary>
public sealed class MLNetEvaluatorTests
{
    private readonly MLContext _ml = new(seed: 1);

    // Made by ObjectDetectionMetrics.cs of dotnet/machinelearning, tag v5.0.0 (unchanged in cd2fbd617), on the same rows.
    [Fact]
    public void Evaluate_DisjointObjects_EqualsWhatMLNetComputes()
    {
        var (map50, map50To95) = Ours(Data());

        Assert.Equal(MLNetMap50, map50, 1e-6);
        Assert.Equal(MLNetMap50To95, map50To95, 1e-6);
    }

    private const double MLNetMap50 = 0.42574822902679443, MLNetMap50To95 = 0.20942740142345428;

    [Fact]
    public void EvaluateObjectDetection_DisjointObjects_EqualsOurs()
    {
        var metrics = MLNets(Data());

        Assert.Equal(MLNetMap50, metrics.MAP50, 1e-6);
        Assert.Equal(MLNetMap50To95, metrics.MAP50_95, 1e-6);
    }

    [Fact]
    public void EvaluateObjectDetection_DetectionsOfAModel_TakesOurColumns()
    {
        using var image = TestImages.Noise(160, 96, seed: 1);
        using var model = new YoloV2DetectionTransformer(_ml, TestModels.Mini(), TestModels.LowThreshold, new() { Labels = "PredictedLabelText", BoundingBoxes = "PredictedBoundingBoxes" });
        var scored = model.Transform(_ml.Data.LoadFromEnumerable([new ImageRow(image)]));
        // Its own detections are the truth.
        var named = _ml.Transforms.CopyColumns("Labels", "PredictedLabelText").Append(_ml.Transforms.CopyColumns("BoundingBoxes", "PredictedBoundingBoxes")).Fit(scored).Transform(scored);

        Assert.Equal(1, MLNets(named).MAP50, 1e-6);
        Assert.Equal(1, _ml.ObjectDetection.Evaluate(named).MeanAveragePrecisionVoc2010, 1e-6);
    }

    // It wants text where a detector of either library writes keys.
    private ObjectDetectionMetrics MLNets(IDataView scored)
    {
        var text = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored).Transform(scored);
        var schema = text.Schema;
        return _ml.MulticlassClassification.EvaluateObjectDetection(
            text, schema["Labels"], schema["BoundingBoxes"], schema["PredictedLabel"], schema["PredictedBoundingBoxes"], schema["Score"]);
    }

    // MAP50_95 of ML.NET: the mean of ten such average precisions, not COCO's.
    private (double Map50, double Map50To95) Ours(IDataView data)
    {
        double[] maps = [.. Enumerable.Range(0, 10).Select(k => _ml.ObjectDetection.Evaluate(data, options: new EvaluationOptions { IoUThreshold = (50 + 5 * k) / 100.0 }).MeanAveragePrecisionVoc2010)];
        return (maps[0], maps.Average());
    }

    /// <summary>Objects of three classes on a lattice, so that none touches another. Two of three are detected, moved by up to 16 of their 60 pixels, every fifth as another class;
    /// and there are detections where nothing is.</summary>
    private IDataView Data()
    {
        string[] classes = ["ant", "bee", "cat"];
        List<Row> rows = [];
        for (int image = 0; image < 12; image++)
        {
            Row row = new();
            List<(float Score, string Label, float[] Box)> detections = [];
            for (int i = 0; i < 9; i++)
            {
                int n = 9 * image + i;
                float left = 100 * (i % 3), top = 100 * (i / 3), move = 7 * n % 17, score = 0.06f + n * 37 % 101 / 110f + n / 10000f;
                if (n % 4 != 3)
                {
                    row.Labels = [.. row.Labels, classes[n % 3]];
                    row.BoundingBoxes = [.. row.BoundingBoxes, left, top, left + 60, top + 60];
                }
                if (n % 3 != 1)
                    detections.Add((score, classes[(n % 5 == 4 ? n + 1 : n) % 3], [left + move, top, left + move + 60, top + 60]));
            }
            detections.Sort((a, b) => b.Score.CompareTo(a.Score));
            row.PredictedLabel = [.. detections.Select(detection => detection.Label)];
            row.Score = [.. detections.Select(detection => detection.Score)];
            row.PredictedBoundingBoxes = [.. detections.SelectMany(detection => detection.Box)];
            rows.Add(row);
        }
        var data = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Conversion.MapValueToKey("PredictedLabel").Fit(data).Transform(data);
    }

    private sealed class Row
    {
        public string[] Labels { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];

        public string[] PredictedLabel { get; set; } = [];

        public float[] Score { get; set; } = [];

        public float[] PredictedBoundingBoxes { get; set; } = [];
    }
}
