using Microsoft.ML;
using Microsoft.ML.Data;

namespace Yolo.MLNet.Data;

/// <summary>A data view whose rows are those of another with a mapper's columns added. Nothing is computed before a getter is called.</summary>
/// <param name="source">The other view.</param>
/// <param name="mapper">Adds the columns.</param>
/// <param name="readAhead">Given the source's cursor and the columns asked for, the cursor that the mapper reads from; null: the source's own. Not called where the rows are split
/// among several cursors, whose consumers work side by side already.</param>
internal sealed class RowMappedDataView(
    IDataView source, IRowToRowMapper mapper, Func<DataViewRowCursor, DataViewSchema.Column[], DataViewRowCursor>? readAhead = null) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return Map(source.GetRowCursor(mapper.GetDependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        var inputs = source.GetRowCursorSet(mapper.GetDependencies(active), n, rand);
        return inputs.Length == 1 ? [Map(inputs[0], active)] : [.. inputs.Select(input => new Cursor(input, mapper, active))];
    }

    private Cursor Map(DataViewRowCursor input, DataViewSchema.Column[] active) => new(readAhead?.Invoke(input, active) ?? input, mapper, active);

    /// <summary>The source's cursor moves; the mapper's row reads from it.</summary>
    private sealed class Cursor(DataViewRowCursor input, IRowToRowMapper mapper, IEnumerable<DataViewSchema.Column> active) : DataViewRowCursor
    {
        private readonly DataViewRow _row = mapper.GetRow(input, active);

        public override DataViewSchema Schema => _row.Schema;

        public override long Position => _row.Position;

        public override long Batch => _row.Batch;

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _row.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _row.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _row.Dispose();
            base.Dispose(disposing);
        }
    }
}
