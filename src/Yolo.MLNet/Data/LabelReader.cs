using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Seam;

namespace Yolo.MLNet.Data;

/// <summary>Reads a column of class labels as texts, whether it is a vector of text or of keys with texts behind them.</summary>
internal sealed class LabelReader
{
    /// <summary>The annotation of a column of texts that holds the classes in the order that the data set declares.</summary>
    public const string DeclaredNames = "ClassNames";

    private readonly DataViewRow _row;
    private readonly DataViewSchema.Column _column;
    private readonly ValueGetter<VBuffer<ReadOnlyMemory<char>>>? _getTexts;
    private readonly ValueGetter<VBuffer<uint>>? _getKeys;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private VBuffer<ReadOnlyMemory<char>> _texts;
    private VBuffer<uint> _keys;

    /// <summary>Binds to a column that <see cref="RequiredColumns.Labels"/> accepts.</summary>
    public LabelReader(DataViewRow row, string columnName)
    {
        _row = row;
        _column = row.Schema[columnName];
        Names = KeyNames(_column);
        if (Names is null)
            _getTexts = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(_column);
        else
            _getKeys = row.GetGetter<VBuffer<uint>>(_column);
    }

    /// <summary>The texts behind the keys, in the order of the keys; null for a column of texts.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>Replaces <paramref name="labels"/> by the labels of the current row.</summary>
    /// <exception cref="InvalidDataException">A label is missing: an empty text or the key 0.</exception>
    public void Read(List<string> labels)
    {
        labels.Clear();
        if (_getTexts is not null)
        {
            _getTexts(ref _texts);
            foreach (var text in _texts.DenseValues())
                labels.Add(text.IsEmpty ? throw Missing(labels.Count) : Once(text.Span));
            return;
        }
        _getKeys!(ref _keys);
        foreach (uint key in _keys.DenseValues())
            labels.Add(key == 0 || key > Names!.Count ? throw Missing(labels.Count) : Names[(int)key - 1]);
    }

    /// <summary>A string of its own for each class, not for each object.</summary>
    private string Once(ReadOnlySpan<char> text)
    {
        var known = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text, out string? label))
            return label;
        _known.Add(label = text.ToString());
        return label;
    }

    private InvalidDataException Missing(int index) => new($"Row {_row.Position}: object {index} has no label in column '{_column.Name}'.");

    /// <summary>The classes in the order that the column declares: the texts behind its keys, or, of a column of texts, those that its data set declares. Null where neither is there.</summary>
    public static IReadOnlyList<string>? DeclaredOrder(DataViewSchema.Column column)
    {
        if (KeyNames(column) is { } names)
            return names;
        if (column.Annotations.Schema.GetColumnOrNull(DeclaredNames) is null)
            return null;
        VBuffer<ReadOnlyMemory<char>> declared = default;
        column.Annotations.GetValue(DeclaredNames, ref declared);
        return [.. declared.DenseValues().Select(name => name.ToString())];
    }

    private static string[]? KeyNames(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { ItemType: KeyDataViewType key })
            return null;
        if (key.RawType != typeof(uint))
            throw new NotSupportedException($"Column '{column.Name}' holds keys of {key.RawType.Name}; keys of UInt32, as MapValueToKey makes them, are supported.");
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(SchemaShapes.KeyValues, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
