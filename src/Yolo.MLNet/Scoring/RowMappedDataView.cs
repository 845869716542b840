using Microsoft.ML;
using Microsoft.ML.Data;

namespace Yolo.MLNet.Scoring;

/// <summary>A data view whose rows are those of another with a mapper's columns added. Nothing is computed before a getter is called.</summary>
internal sealed class RowMappedDataView(IDataView source, IRowToRowMapper mapper) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return new Cursor(source.GetRowCursor(mapper.GetDependencies(active), rand), mapper, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return [.. source.GetRowCursorSet(mapper.GetDependencies(active), n, rand).Select(input => new Cursor(input, mapper, active))];
    }

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
