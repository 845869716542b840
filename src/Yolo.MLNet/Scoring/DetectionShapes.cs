using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Seam;

namespace Yolo.MLNet.Scoring;

/// <summary>The output columns of a detector, promised before there is data.</summary>
internal static class DetectionShapes
{
    /// <summary>The shape with the output columns added, as <see cref="DetectionRowMapper"/> will add them.</summary>
    public static SchemaShape With(SchemaShape input, ObjectDetectionColumns columns) => SchemaShapes.With(
        input,
        SchemaShapes.VariableKeyVector(columns.PredictedLabel),
        SchemaShapes.VariableVector(columns.PredictedLabelText, TextDataViewType.Instance),
        SchemaShapes.AnnotatedVariableVector(columns.Score, NumberDataViewType.Single, ScoreThresholdAnnotation.Kind),
        SchemaShapes.VariableVector(columns.PredictedBoundingBoxes, NumberDataViewType.Single));
}
