using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.Model.Data;
using Yolo.Model.Imaging;

namespace Yolo.MLNet.Data;

/// <summary>The columns of <see cref="LabelledImageDataView"/>, in the order of its schema.</summary>
internal enum LabelledImageColumn
{
    ImagePath,
    Image,
    Labels,
    BoundingBoxes,
    Difficult,
    Crowd,
    Area,
    ImageWidth,
    ImageHeight,
    Upright,
}

/// <summary>Walks over labelled images in a given order, past those that are left out.</summary>
/// <remarks>Where images are asked for, one that was never decoded is decoded when the cursor comes to its row, to know whether the row is there.</remarks>
internal sealed class LabelledImageCursor(DataViewSchema schema, LabelledImageRows rows, int[] order, bool[] active) : DataViewRowCursor
{
    private int _next, _delivered;
    private int _position = -1;

    // Decoded, and not yet handed to the caller, whose it then is.
    private MLImage? _image;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    private LabelledImage Current => rows.Images[CurrentIndex];

    private int CurrentIndex => _position >= 0 ? order[_next - 1] : throw new InvalidOperationException("The cursor stands before its first row or behind its last one.");

    public override bool MoveNext()
    {
        DropImage();
        _position = -1;
        while (_next < order.Length)
        {
            if (!IsThere(order[_next++]))
                continue;
            _position = _delivered++;
            return true;
        }
        return false;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    /// <summary>The same row has the same id in whatever order.</summary>
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)CurrentIndex, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.RequireActive(active, column);
        Delegate getter = (LabelledImageColumn)column.Index switch
        {
            LabelledImageColumn.ImagePath => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> path) => path = Current.Path.AsMemory()),
            LabelledImageColumn.Image => (ValueGetter<MLImage>)Decode,
            LabelledImageColumn.Labels => Objects<ReadOnlyMemory<char>>(1, static (item, values) => values[0] = item.ClassName.AsMemory()),
            LabelledImageColumn.BoundingBoxes => Objects<float>(BoxColumn.Values, static (item, values) => BoxColumn.Write(item.Box, values)),
            LabelledImageColumn.Difficult => Objects<bool>(1, static (item, values) => values[0] = item.Difficult),
            LabelledImageColumn.Crowd => Objects<bool>(1, static (item, values) => values[0] = item.Crowd),
            LabelledImageColumn.Area => Objects<float>(1, static (item, values) => values[0] = item.Area),
            LabelledImageColumn.ImageWidth => (ValueGetter<int>)((ref int width) => width = Current.Width),
            LabelledImageColumn.ImageHeight => (ValueGetter<int>)((ref int height) => height = Current.Height),
            _ => (ValueGetter<bool>)((ref bool upright) => upright = Current.Orientation == ImageOrientation.Upright),
        };
        return Getters.As<TValue>(getter, column);
    }

    /// <summary>As ML.NET's own loader does: what the caller hands in is the image it got for an earlier row and needs no more.</summary>
    private void Decode(ref MLImage image)
    {
        int index = CurrentIndex;
        image?.Dispose();
        image = _image ?? rows.Decode(index);
        _image = null;
    }

    private bool IsThere(int index)
    {
        if (rows.IsSkipped(index))
            return false;
        if (!active[(int)LabelledImageColumn.Image] || !rows.IsUntried(index))
            return true;
        _image = rows.TryDecode(index);
        return _image is not null;
    }

    private void DropImage()
    {
        _image?.Dispose();
        _image = null;
    }

    private ValueGetter<VBuffer<T>> Objects<T>(int valuesEach, ItemWriter<LabelledObject, T> write) => Getters.Vector(() => Current.Objects, valuesEach, write);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            DropImage();
        base.Dispose(disposing);
    }
}
