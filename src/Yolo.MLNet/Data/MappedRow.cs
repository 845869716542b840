using Microsoft.ML;
using Microsoft.ML.Data;

namespace Yolo.MLNet.Data;

/// <summary>The row of another with columns added behind its own.</summary>
/// <param name="input">The other row; it is disposed with this one.</param>
/// <param name="schema">Its columns and the added ones.</param>
/// <param name="active">The columns asked for, by index.</param>
internal abstract class MappedRow(DataViewRow input, DataViewSchema schema, bool[] active) : DataViewRow
{
    public override DataViewSchema Schema => schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.RequireActive(active, column);
        int added = column.Index - input.Schema.Count;
        return added < 0 ? input.GetGetter<TValue>(input.Schema[column.Index]) : Getters.As<TValue>(AddedGetter(added), column);
    }

    /// <summary>The getter of an added column, by its place among them.</summary>
    private protected abstract Delegate AddedGetter(int index);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
