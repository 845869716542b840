using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;

namespace Yolo.MLNet.Scoring;

/// <summary>Adds the columns of the detections to rows that hold an image.</summary>
internal sealed class DetectionRowMapper : IRowToRowMapper
{
    private readonly Detector _detector;
    private readonly int _imageIndex;
    private readonly ReadOnlyMemory<char>[] _classNames;

    /// <summary>Binds the columns; a schema without a fitting image column throws <see cref="ArgumentOutOfRangeException"/>.</summary>
    public DetectionRowMapper(Detector detector, ObjectDetectionColumns columns, DataViewSchema inputSchema)
    {
        RequiredColumns.Image(SchemaShapes.Of(inputSchema), columns.Image);
        _detector = detector;
        _imageIndex = inputSchema[columns.Image].Index;
        _classNames = [.. detector.Model.ClassNames.Select(name => name.AsMemory())];
        InputSchema = inputSchema;

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        // In the order of DetectionColumn.
        builder.AddColumn(columns.PredictedLabel, new VectorDataViewType(new KeyDataViewType(typeof(uint), _classNames.Length)), TextAnnotations.Of(SchemaShapes.KeyValues, detector.Model.ClassNames));
        builder.AddColumn(columns.PredictedLabelText, new VectorDataViewType(TextDataViewType.Instance));
        builder.AddColumn(
            columns.Score, new VectorDataViewType(NumberDataViewType.Single), ScoreThresholdAnnotation.Of(detector.Options.ScoreThreshold));
        builder.AddColumn(columns.PredictedBoundingBoxes, new VectorDataViewType(NumberDataViewType.Single));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = dependingColumns.Select(column => column.Index < InputSchema.Count ? column.Index : _imageIndex).ToHashSet();
        return InputSchema.Where(column => needed.Contains(column.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row has another schema than the one that the mapper was made for.", nameof(input));
        Func<Func<IReadOnlyList<Detection>>> bind = input is ReadAheadCursor ahead
            ? () => () => ahead.Detections
            : () => new RowDetections(_detector, input, InputSchema[_imageIndex]).Read;
        return new DetectionRow(input, OutputSchema, Getters.Active(OutputSchema, activeColumns), bind, _classNames);
    }

    /// <summary>A cursor for <see cref="GetRow"/> that reads ahead of its consumer, where detections are asked for and all other columns asked for can wait in buffers; otherwise the
    /// input itself. The image cannot wait.</summary>
    public DataViewRowCursor ReadAhead(DataViewRowCursor input, DataViewSchema.Column[] activeColumns)
    {
        DataViewSchema.Column[] passed = [.. activeColumns.Where(column => column.Index < InputSchema.Count).Select(column => InputSchema[column.Index])];
        bool possible = activeColumns.Any(column => column.Index >= InputSchema.Count) && passed.All(column => BufferedColumn.CanHold(column.Type));
        return possible ? new ReadAheadCursor(input, InputSchema[_imageIndex], passed, _detector) : input;
    }
}
