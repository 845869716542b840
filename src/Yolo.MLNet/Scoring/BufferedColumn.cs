using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Yolo.MLNet.Scoring;

/// <summary>The values of a column in rows that were read ahead of the consumer, each in a slot of its own.</summary>
internal abstract class BufferedColumn
{
    /// <summary>A getter of the slot that the consumer stands at, or of the source itself where there is none.</summary>
    public abstract Delegate Getter { get; }

    /// <summary>Takes the source's current value into a slot; what the source throws comes when that value is asked for.</summary>
    public abstract void Read(int slot);

    /// <summary>Whether values of a type can be kept when their cursor moves on: numbers, texts, keys, dates and vectors of them can; images, which somebody owns, cannot.</summary>
    public static bool CanHold(DataViewType type) => ItemType(type).IsValueType;

    /// <summary>A buffer for a column of a type that <see cref="CanHold"/> accepts.</summary>
    /// <param name="source">The cursor.</param>
    /// <param name="column">Its column.</param>
    /// <param name="current">The slot that the consumer stands at, or null.</param>
    public static BufferedColumn Create(DataViewRow source, DataViewSchema.Column column, Func<int?> current)
    {
        Func<DataViewRow, DataViewSchema.Column, Func<int?>, BufferedColumn> create = column.Type is VectorDataViewType ? OfVectors<int> : OfScalars<int>;
        return (BufferedColumn)create.Method.GetGenericMethodDefinition().MakeGenericMethod(ItemType(column.Type)).Invoke(null, [source, column, current])!;
    }

    private static Type ItemType(DataViewType type) => type is VectorDataViewType vector ? vector.ItemType.RawType : type.RawType;

    private static BufferedScalar<T> OfScalars<T>(DataViewRow source, DataViewSchema.Column column, Func<int?> current) => new(source.GetGetter<T>(column), current);

    private static BufferedVector<T> OfVectors<T>(DataViewRow source, DataViewSchema.Column column, Func<int?> current) => new(source.GetGetter<VBuffer<T>>(column), current);
}

/// <inheritdoc/>
internal abstract class BufferedColumn<T>(ValueGetter<T> source, Func<int?> current) : BufferedColumn
{
    private readonly List<ExceptionDispatchInfo?> _errors = [];
    private T[] _values = [];

    public override ValueGetter<T> Getter => (ref T value) =>
    {
        if (current() is not { } slot)
        {
            source(ref value);
            return;
        }
        _errors[slot]?.Throw();
        Copy(in _values[slot], ref value);
    };

    public override void Read(int slot)
    {
        while (_errors.Count <= slot)
            _errors.Add(null);
        Array.Resize(ref _values, _errors.Count);
        _errors[slot] = null;
        try
        {
            source(ref _values[slot]);
        }
        catch (Exception exception)
        {
            _errors[slot] = ExceptionDispatchInfo.Capture(exception);
        }
    }

    protected abstract void Copy(in T from, ref T to);
}

/// <inheritdoc/>
internal sealed class BufferedScalar<T>(ValueGetter<T> source, Func<int?> current) : BufferedColumn<T>(source, current)
{
    protected override void Copy(in T from, ref T to) => to = from;
}

/// <inheritdoc/>
internal sealed class BufferedVector<T>(ValueGetter<VBuffer<T>> source, Func<int?> current) : BufferedColumn<VBuffer<T>>(source, current)
{
    protected override void Copy(in VBuffer<T> from, ref VBuffer<T> to) => from.CopyTo(ref to);
}
