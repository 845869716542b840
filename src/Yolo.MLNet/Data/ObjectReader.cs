using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Data;

namespace Yolo.MLNet.Data;

/// <summary>Reads the labelled objects of the current row.</summary>
internal sealed class ObjectReader
{
    private readonly DataViewRow _row;
    private readonly ObjectDetectionColumns _columns;
    private readonly LabelReader _labels;
    private readonly ValueGetter<VBuffer<float>> _getBoxes;
    private readonly ValueGetter<VBuffer<bool>>? _getDifficult, _getCrowd;
    private readonly ValueGetter<VBuffer<float>>? _getArea;
    private readonly List<string> _names = [];
    private VBuffer<float> _boxes, _area;
    private VBuffer<bool> _difficult, _crowd;

    /// <summary>Binds to columns that <see cref="Check"/> accepts.</summary>
    public ObjectReader(DataViewRow row, ObjectDetectionColumns columns)
    {
        _row = row;
        _columns = columns;
        _labels = new LabelReader(row, columns.Labels);
        _getBoxes = row.GetGetter<VBuffer<float>>(row.Schema[columns.BoundingBoxes]);
        if (row.Schema.GetColumnOrNull(columns.Difficult) is { } difficult)
            _getDifficult = row.GetGetter<VBuffer<bool>>(difficult);
        if (row.Schema.GetColumnOrNull(columns.Crowd) is { } crowd)
            _getCrowd = row.GetGetter<VBuffer<bool>>(crowd);
        if (row.Schema.GetColumnOrNull(columns.Area) is { } area)
            _getArea = row.GetGetter<VBuffer<float>>(area);
    }

    /// <summary>The classes in the order that the label column declares; null where it declares none.</summary>
    public IReadOnlyList<string>? ClassOrder => LabelReader.DeclaredOrder(_row.Schema[_columns.Labels]);

    /// <summary>Checks the columns before there is data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of another type.</exception>
    public static void Check(SchemaShape shape, ObjectDetectionColumns columns, string parameter = RequiredColumns.InputSchema)
    {
        RequiredColumns.Labels(shape, columns.Labels, parameter);
        RequiredColumns.Floats(shape, columns.BoundingBoxes, parameter);
        RequiredColumns.OptionalFlags(shape, columns.Difficult, parameter);
        RequiredColumns.OptionalFlags(shape, columns.Crowd, parameter);
        RequiredColumns.OptionalFloats(shape, columns.Area, parameter);
    }

    /// <summary>The columns that a cursor must offer.</summary>
    public static IEnumerable<DataViewSchema.Column> Needed(
        DataViewSchema schema, ObjectDetectionColumns columns, string parameter = RequiredColumns.InputSchema)
    {
        Check(SchemaShapes.Of(schema), columns, parameter);
        yield return schema[columns.Labels];
        yield return schema[columns.BoundingBoxes];
        foreach (string optional in (string[])[columns.Difficult, columns.Crowd, columns.Area])
        {
            if (schema.GetColumnOrNull(optional) is { } column)
                yield return column;
        }
    }

    /// <summary>The objects of the current row, boxes in pixels of its image.</summary>
    /// <exception cref="InvalidDataException">A label is missing, or the numbers of labels, boxes and flags do not fit together.</exception>
    public List<LabelledObject> Read()
    {
        _labels.Read(_names);
        _getBoxes(ref _boxes);
        _getDifficult?.Invoke(ref _difficult);
        _getCrowd?.Invoke(ref _crowd);
        _getArea?.Invoke(ref _area);
        CheckLength(_columns.BoundingBoxes, _boxes.Length, BoxColumn.Values * _names.Count);
        if (_getDifficult is not null)
            CheckLength(_columns.Difficult, _difficult.Length, _names.Count);
        if (_getCrowd is not null)
            CheckLength(_columns.Crowd, _crowd.Length, _names.Count);
        if (_getArea is not null)
            CheckLength(_columns.Area, _area.Length, _names.Count);

        var objects = new List<LabelledObject>(_names.Count);
        for (int i = 0; i < _names.Count; i++)
        {
            objects.Add(new(
                _names[i], BoxColumn.Read(in _boxes, i), _getDifficult is not null && _difficult.GetItemOrDefault(i), _getCrowd is not null && _crowd.GetItemOrDefault(i),
                _getArea is null ? float.NaN : _area.GetItemOrDefault(i)));
        }
        return objects;
    }

    private void CheckLength(string column, int found, int expected)
    {
        if (found != expected)
            throw new InvalidDataException($"Row {_row.Position}: {_names.Count} labels in column '{_columns.Labels}' need {expected} values in column '{column}', found {found}.");
    }
}
