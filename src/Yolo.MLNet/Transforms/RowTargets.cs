using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.Model.Encoding;

namespace Yolo.MLNet.Transforms;

/// <summary>The targets of a row, kept until the row moves on.</summary>
internal sealed class RowTargets
{
    private const long Nowhere = -1;

    private readonly TargetEncoding _encoding;
    private readonly DataViewRow _row;
    private readonly ObjectReader _objects;
    private readonly ValueGetter<MLImage?> _getImage;
    private EncodedTargets? _targets;
    private TargetCounts _counts;
    private long _position = Nowhere;

    // Handed back to the getter for the next row, which disposes it where it is its own; never disposed here, since it may be the caller's.
    private MLImage? _image;

    /// <summary>Binds to the columns of a row.</summary>
    public RowTargets(TargetEncoding encoding, DataViewRow row)
    {
        var columns = encoding.Options.Columns;
        (_encoding, _row) = (encoding, row);
        _objects = new ObjectReader(row, columns);
        _getImage = row.GetGetter<MLImage?>(row.Schema[columns.Image]);
    }

    /// <summary>Of all rows that were encoded.</summary>
    public TargetCounts Totals { get; private set; }

    /// <summary>The targets of the row that the input stands on.</summary>
    public EncodedTargets Targets
    {
        get
        {
            Encode();
            return _targets!;
        }
    }

    /// <summary>What became of that row's objects.</summary>
    public TargetCounts Counts
    {
        get
        {
            Encode();
            return _counts;
        }
    }

    private void Encode()
    {
        if (_row.Position < 0)
            throw new InvalidOperationException("The cursor stands before its first row: call MoveNext first.");
        if (_row.Position == _position)
            return;
        _position = Nowhere;
        _getImage(ref _image);
        if (_image is null)
            throw new InvalidDataException($"Row {_row.Position}: there is no image in column '{_encoding.Options.Columns.Image}'.");
        _targets = _encoding.Encode(_objects.Read(), _image, _row.Position, out _counts);
        Totals += _counts;
        _position = _row.Position;
    }
}
