using Microsoft.ML;
using Microsoft.ML.Data;

namespace Yolo.MLNet.Data;

/// <summary>Annotations of columns that hold texts: those behind keys, and the names of slots.</summary>
internal static class TextAnnotations
{
    /// <summary>One annotation.</summary>
    /// <param name="kind">Its name, such as <see cref="Seam.SchemaShapes.KeyValues"/>.</param>
    /// <param name="texts">What it holds.</param>
    public static DataViewSchema.Annotations Of(string kind, IReadOnlyList<string> texts)
    {
        ReadOnlyMemory<char>[] values = [.. texts.Select(text => text.AsMemory())];
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            var editor = VBufferEditor.Create(ref value, values.Length);
            values.CopyTo(editor.Values);
            value = editor.Commit();
        };
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(kind, new VectorDataViewType(TextDataViewType.Instance, values.Length), getter);
        return builder.ToAnnotations();
    }
}
