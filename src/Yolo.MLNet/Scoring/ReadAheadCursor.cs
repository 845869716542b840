using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.MLNet.Scoring;

/// <summary>A cursor over images that reads ahead of its consumer while detections are asked for, so that several images are scored at once. The other columns wait in buffers
/// until the consumer comes to their row.</summary>
/// <remarks>The input is read on the consumer's thread alone. An image is resized to the network's input before the input moves on, because it may not outlive its row; from then on it
/// is scored on other threads. A row whose detections nobody asks for is not scored, unless it was among the few that had been read ahead.</remarks>
internal sealed class ReadAheadCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly Detector _detector;
    private readonly ValueGetter<MLImage?> _getImage;
    private readonly BufferedColumn?[] _columns;
    private readonly BufferedScalar<DataViewRowId> _ids;
    private readonly Queue<Row> _ahead = new();
    private ScoringPipeline? _pipeline;
    private int _rowsRead;

    // The row that the consumer stands at; null: the one that the input stands at.
    private Row? _current;

    // What the input's MoveNext threw ahead of the consumer.
    private ExceptionDispatchInfo? _failure;
    private bool _ended, _disposed;

    // Handed back to the getter for the next row and never disposed here, as in RowDetections.
    private MLImage? _image;

    /// <summary>Takes over the input.</summary>
    /// <param name="input">A cursor in which the image and the other columns are active.</param>
    /// <param name="imageColumn">The images.</param>
    /// <param name="otherColumns">Columns that the consumer reads; <see cref="BufferedColumn.CanHold"/> accepts all of them.</param>
    /// <param name="detector">Scores the images.</param>
    public ReadAheadCursor(DataViewRowCursor input, DataViewSchema.Column imageColumn, IEnumerable<DataViewSchema.Column> otherColumns, Detector detector)
    {
        _input = input;
        _detector = detector;
        _getImage = input.GetGetter<MLImage?>(imageColumn);
        // Bound when it is first read: what it throws concerns those who ask for ids alone.
        ValueGetter<DataViewRowId>? getId = null;
        _ids = new((ref DataViewRowId id) => (getId ??= input.GetIdGetter())(ref id), () => _current?.Slot);
        _columns = new BufferedColumn?[input.Schema.Count];
        foreach (var column in otherColumns)
            _columns[column.Index] = BufferedColumn.Create(input, column, () => _current?.Slot);
    }

    public override DataViewSchema Schema => _input.Schema;

    public override long Position => _current?.Position ?? _input.Position;

    public override long Batch => _current?.Batch ?? _input.Batch;

    /// <summary>The detections of the row that the consumer stands at, by descending score; none where the image is missing (null).</summary>
    public IReadOnlyList<Detection> Detections
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current is null && (_ended || _input.Position < 0))
                throw new InvalidOperationException("The cursor stands before its first row or behind its last one.");
            var pipeline = _pipeline ??= _detector.CreatePipeline(workers: 0);
            _current ??= Read(pipeline);
            while (_ahead.Count + 1 < pipeline.Capacity && MoveInput())
                _ahead.Enqueue(Read(pipeline));

            _current.Error?.Throw();
            if (_current.Image is not { } image)
                return [];
            pipeline.Completion(image).GetAwaiter().GetResult();
            return image.Detections;
        }
    }

    public override bool MoveNext()
    {
        if (_ahead.TryDequeue(out _current) || MoveInput())
            return true;
        _pipeline?.Dispose();
        _failure?.Throw();
        return false;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => _ids.Getter;

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Getters.As<TValue>(
        _columns[column.Index]?.Getter ?? throw new ArgumentException($"Column '{column.Name}' is not active: it was not among the columns asked for.", nameof(column)), column);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _pipeline?.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool MoveInput()
    {
        if (_ended)
            return false;
        try
        {
            _ended = !_input.MoveNext();
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            _ended = true;
        }
        return !_ended;
    }

    /// <summary>Takes the row that the input stands at and has its image scored; what is wrong with the image comes when the detections are asked for.</summary>
    private Row Read(ScoringPipeline pipeline)
    {
        int slot = _rowsRead++ % pipeline.Capacity;
        _ids.Read(slot);
        foreach (var column in _columns)
            column?.Read(slot);
        var row = new Row(_input.Position, _input.Batch, slot);
        try
        {
            _getImage(ref _image);
            return _image is null ? row : row with { Image = pipeline.Add(_image.PixelView()) };
        }
        catch (Exception exception)
        {
            return row with { Error = ExceptionDispatchInfo.Capture(exception) };
        }
    }

    private sealed record Row(long Position, long Batch, int Slot)
    {
        public ScoredImage? Image { get; init; }

        public ExceptionDispatchInfo? Error { get; init; }
    }
}
