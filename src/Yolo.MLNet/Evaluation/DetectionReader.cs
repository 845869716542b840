using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Evaluation;

/// <summary>Reads the detections of the current row.</summary>
internal sealed class DetectionReader
{
    private readonly DataViewRow _row;
    private readonly ObjectDetectionColumns _columns;
    private readonly LabelReader _labels;
    private readonly ValueGetter<VBuffer<float>> _getScores, _getBoxes;
    private readonly List<string> _names = [];
    private VBuffer<float> _scores, _boxes;

    public DetectionReader(DataViewRow row, ObjectDetectionColumns columns)
    {
        _row = row;
        _columns = columns;
        _labels = new LabelReader(row, columns.PredictedLabel);
        _getScores = row.GetGetter<VBuffer<float>>(row.Schema[columns.Score]);
        _getBoxes = row.GetGetter<VBuffer<float>>(row.Schema[columns.PredictedBoundingBoxes]);
    }

    /// <summary>Class names in the order of a column of keys; null for predicted labels of text.</summary>
    public IReadOnlyList<string>? KeyNames => _labels.Names;

    /// <summary>The detections of the current row.</summary>
    /// <exception cref="InvalidDataException">The numbers of labels, scores and boxes do not fit together.</exception>
    public IEnumerable<DetectedObject> Read()
    {
        _labels.Read(_names);
        _getScores(ref _scores);
        _getBoxes(ref _boxes);
        if (_scores.Length != _names.Count || _boxes.Length != BoxColumn.Values * _names.Count)
        {
            throw new InvalidDataException($"Row {_row.Position}: {_names.Count} labels in column '{_columns.PredictedLabel}' do not fit {_scores.Length} scores in column "
                + $"'{_columns.Score}' and {_boxes.Length} numbers in column '{_columns.PredictedBoundingBoxes}', four a box.");
        }
        for (int i = 0; i < _names.Count; i++)
            yield return new(_names[i], _scores.GetItemOrDefault(i), BoxColumn.Read(in _boxes, i));
    }
}
