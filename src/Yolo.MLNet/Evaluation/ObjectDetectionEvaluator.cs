using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Seam;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Evaluation;

/// <summary>Reads ground truth and detections of a data view and compares them.</summary>
internal static class ObjectDetectionEvaluator
{
    /// <summary>Reads all rows; images are not decoded for it where the detections are there already.</summary>
    public static DetectionMetrics Evaluate(
        IDataView data, ObjectDetectionColumns columns, EvaluationOptions? options, Action<string> warn, Action checkAlive, Action done,
        string parameter)
    {
        var shape = SchemaShapes.Of(data.Schema);
        RequiredColumns.Labels(shape, columns.PredictedLabel, parameter);
        RequiredColumns.Floats(shape, columns.Score, parameter);
        RequiredColumns.Floats(shape, columns.PredictedBoundingBoxes, parameter);

        var images = new List<(List<GroundTruth> Truths, List<Detection> Detections)>();
        DataViewSchema.Column[] needed =
        [
            .. ObjectReader.Needed(data.Schema, columns, parameter), data.Schema[columns.PredictedLabel], data.Schema[columns.Score],
            data.Schema[columns.PredictedBoundingBoxes],
        ];
        using var cursor = data.GetRowCursor(needed);
        var truthReader = new ObjectReader(cursor, columns);
        var detectionReader = new DetectionReader(cursor, columns);
        // The model's classes come first and in its order, so that results do not depend on which class the data shows first.
        var classes = new ClassIndex([.. detectionReader.KeyNames ?? [], .. truthReader.ClassOrder ?? []]);
        while (cursor.MoveNext())
        {
            checkAlive();
            images.Add((
                [
                    .. truthReader.Read().Select(item =>
                        new GroundTruth(item.Box, classes.Of(item.ClassName), item.Difficult, item.Crowd, item.Area)),
                ],
                [.. detectionReader.Read().Select(item => new Detection(item.Box, classes.Of(item.ClassName), item.Score))]));
            done();
        }
        options ??= new();
        var evaluator = new DetectionEvaluator(
            classes.Names,
            options with { DetectionThreshold = options.DetectionThreshold ?? ScoreThresholdAnnotation.Read(data.Schema[columns.Score]) });
        foreach (var (truths, detections) in images)
            evaluator.Add(truths, detections);
        var metrics = evaluator.Compute();
        foreach (string warning in metrics.Warnings)
            warn(warning);
        return metrics;
    }
}
