using System.Globalization;
using System.Text;
using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Scoring;

/// <summary>The detections in an image, for <c>ml.Model.CreatePredictionEngine&lt;ImageInput, DetectionOutput&gt;(model)</c>. The arrays are parallel, the best detection
/// first; they are empty where nothing was found.</summary>
public sealed class DetectionOutput
{
    private const string LabelsColumn = "PredictedLabelText", ScoresColumn = "Score", BoxesColumn = "PredictedBoundingBoxes";

    // Null: not read, because the data has no column of that name.
    private string[]? _labels;
    private float[]? _scores, _boxes;

    /// <summary>Class name of each detection.</summary>
    [ColumnName(LabelsColumn)]
    [AllowNull]
    public string[] Labels
    {
        get => _labels ?? [];
        set => _labels = value;
    }

    /// <summary>Score of each detection, 0 to 1, in descending order.</summary>
    [ColumnName(ScoresColumn)]
    [AllowNull]
    public float[] Scores
    {
        get => _scores ?? [];
        set => _scores = value;
    }

    /// <summary>Box of each detection, x0, y0, x1, y1 in pixels of the image, clipped to it: four numbers per detection.</summary>
    [ColumnName(BoxesColumn)]
    [AllowNull]
    public float[] BoundingBoxes
    {
        get => _boxes ?? [];
        set => _boxes = value;
    }

    /// <summary>The same as a list.</summary>
    /// <exception cref="InvalidOperationException">A column was not read: the model calls it otherwise. Give the engine
    /// <see cref="Schema"/>.</exception>
    [NoColumn]
    public IReadOnlyList<DetectedObject> Detections
    {
        get
        {
            var (labels, scores, boxes) = (Read(_labels, LabelsColumn), Read(_scores, ScoresColumn), Read(_boxes, BoxesColumn));
            return [.. scores.Select((score, i) => new DetectedObject(labels[i], score, BoxColumn.Read(boxes, i)))];
        }
    }

    /// <summary>Where this class finds its values if the model's columns have other names:
    /// <c>CreatePredictionEngine&lt;ImageInput, DetectionOutput&gt;(model, outputSchemaDefinition: DetectionOutput.Schema(columns))</c>.</summary>
    /// <param name="columns">The names, such as <see cref="YoloV2DetectionTransformer.Columns"/>.</param>
    public static SchemaDefinition Schema(ObjectDetectionColumns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var schema = SchemaDefinition.Create(typeof(DetectionOutput));
        schema[LabelsColumn].ColumnName = columns.PredictedLabelText;
        schema[ScoresColumn].ColumnName = columns.Score;
        schema[BoxesColumn].ColumnName = columns.PredictedBoundingBoxes;
        return schema;
    }

    private static T[] Read<T>(T[]? values, string column) => values ?? throw new InvalidOperationException(
        $"Column '{column}' was not read: the model's output has no column of that name. "
        + "If the model calls its columns otherwise, say so: CreatePredictionEngine<ImageInput, DetectionOutput>(model, "
        + "inputSchemaDefinition: ImageInput.Schema(columns), outputSchemaDefinition: DetectionOutput.Schema(columns)).");
}

/// <summary>One object that was found.</summary>
/// <param name="ClassName">Name of its class.</param>
/// <param name="Score">Objectness times class probability, 0 to 1.</param>
/// <param name="Box">Where it is, in pixels of the image, clipped to it.</param>
public readonly record struct DetectedObject(string ClassName, float Score, BoundingBox Box)
{
    // The numbers as in any other text of this library, whatever the culture of the user.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"ClassName = {ClassName}, Score = {Score}, Box = {Box}");
        return true;
    }
}
