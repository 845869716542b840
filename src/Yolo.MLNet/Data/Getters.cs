using Microsoft.ML;
using Microsoft.ML.Data;

namespace Yolo.MLNet.Data;

/// <summary>Writes what a vector column holds of one item.</summary>
internal delegate void ItemWriter<TItem, TValue>(TItem item, Span<TValue> values);

/// <summary>What the getters of all rows here have in common.</summary>
internal static class Getters
{
    /// <summary>A getter that fills the caller's buffer with <paramref name="valuesEach"/> values for each item of the current row.</summary>
    public static ValueGetter<VBuffer<TValue>> Vector<TItem, TValue>(Func<IReadOnlyList<TItem>> items, int valuesEach, ItemWriter<TItem, TValue> write) =>
        (ref VBuffer<TValue> result) =>
        {
            var current = items();
            var editor = VBufferEditor.Create(ref result, current.Count * valuesEach);
            for (int i = 0; i < current.Count; i++)
                write(current[i], editor.Values.Slice(i * valuesEach, valuesEach));
            result = editor.Commit();
        };

    /// <summary>The getter as the type that was asked for.</summary>
    /// <exception cref="InvalidOperationException">The column holds another type.</exception>
    public static ValueGetter<TValue> As<TValue>(Delegate getter, DataViewSchema.Column column) => getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}, not {typeof(TValue)}.");

    /// <summary>Flags of the columns asked for, by index.</summary>
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (var column in columns)
            active[column.Index] = true;
        return active;
    }

    /// <summary>Throws where a column was not asked for when its row or cursor was made.</summary>
    public static void RequireActive(bool[] active, DataViewSchema.Column column)
    {
        if (!active[column.Index])
            throw new ArgumentException($"Column '{column.Name}' is not active: it was not among the columns asked for.", nameof(column));
    }
}
