using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Scoring;

/// <summary>The detections in an image, for <c>ml.Model.CreatePredictionEngine&lt;ImageInput, DetectionOutput&gt;(model)</c>. The arrays are parallel, the best detection
/// first; they are empty where nothing was found.</summary>
public sealed class DetectionOutput
{
    /// <summary>Class name of each detection.</summary>
    [ColumnName("PredictedLabelText")]
    public string[] Labels { get; set; } = [];

    /// <summary>Score of each detection, 0 to 1, in descending order.</summary>
    [ColumnName("Score")]
    public float[] Scores { get; set; } = [];

    /// <summary>Box of each detection, x0, y0, x1, y1 in pixels of the image, clipped to it: four numbers per detection.</summary>
    [ColumnName("PredictedBoundingBoxes")]
    public float[] BoundingBoxes { get; set; } = [];

    /// <summary>The same as a list.</summary>
    [NoColumn]
    public IReadOnlyList<DetectedObject> Detections =>
    [
        .. Enumerable.Range(0, Scores.Length).Select(i => new DetectedObject(Labels[i], Scores[i], BoxColumn.Read(BoundingBoxes, i))),
    ];
}

/// <summary>One object that was found.</summary>
/// <param name="ClassName">Name of its class.</param>
/// <param name="Score">Objectness times class probability, 0 to 1.</param>
/// <param name="Box">Where it is, in pixels of the image, clipped to it.</param>
public readonly record struct DetectedObject(string ClassName, float Score, BoundingBox Box);
