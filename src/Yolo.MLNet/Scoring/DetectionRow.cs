using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Scoring;

/// <summary>The columns that a detector adds, in the order in which they stand behind those of its input.</summary>
internal enum DetectionColumn
{
    PredictedLabel,
    PredictedLabelText,
    Score,
    PredictedBoundingBoxes,
}

/// <summary>A row with the detections in its image. Whatever columns are asked for, and how often, its image is read and scored once.</summary>
/// <param name="input">The row that holds the image.</param>
/// <param name="schema">Its columns and those of the detections.</param>
/// <param name="active">The columns asked for, by index.</param>
/// <param name="bind">Called when a column of detections is first asked for: what gives the detections of the row that the input stands on.</param>
/// <param name="classNames">Names by class index.</param>
internal sealed class DetectionRow(
    DataViewRow input, DataViewSchema schema, bool[] active, Func<Func<IReadOnlyList<Detection>>> bind, ReadOnlyMemory<char>[] classNames)
    : MappedRow(input, schema, active)
{
    private Func<IReadOnlyList<Detection>>? _detections;

    private protected override Delegate AddedGetter(int index) => (DetectionColumn)index switch
    {
        DetectionColumn.PredictedLabel => Detections<uint>(1, static (detection, values) => values[0] = (uint)detection.ClassIndex + 1),
        DetectionColumn.PredictedLabelText => Detections<ReadOnlyMemory<char>>(1, (detection, values) => values[0] = classNames[detection.ClassIndex]),
        DetectionColumn.Score => Detections<float>(1, static (detection, values) => values[0] = detection.Score),
        _ => Detections<float>(BoxColumn.Values, static (detection, values) => BoxColumn.Write(detection.Box, values)),
    };

    private ValueGetter<VBuffer<T>> Detections<T>(int valuesEach, ItemWriter<Detection, T> write)
    {
        return Getters.Vector(_detections ??= bind(), valuesEach, write);
    }
}
