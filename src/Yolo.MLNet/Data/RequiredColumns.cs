using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Yolo.MLNet.Seam;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Yolo.MLNet.Data;

/// <summary>What object detection demands of the columns it reads. Schemas and the shapes that stand for them before there is data are checked alike.</summary>
/// <remarks>A column that is missing or of another type makes an <see cref="ArgumentOutOfRangeException"/>, as it does in ML.NET.</remarks>
internal static class RequiredColumns
{
    /// <summary>An image, whatever size its type states: sizes are read from each image.</summary>
    public static void Image(SchemaShape shape, string name) =>
        Require(shape, name, "Image", column => column.Kind == VectorKind.Scalar && column.ItemType is ImageDataViewType);

    /// <summary>A vector of text, or of keys that have texts behind them.</summary>
    public static void Labels(SchemaShape shape, string name) =>
        Require(shape, name, "Vector<Text> or Vector<Key> with KeyValues of Text", column =>
            column.Kind != VectorKind.Scalar && (column.IsKey ? HasTexts(column) : column.ItemType is TextDataViewType));

    /// <summary>A vector of Single.</summary>
    public static void Floats(SchemaShape shape, string name) =>
        Require(shape, name, "Vector<Single>", column => column.Kind != VectorKind.Scalar && !column.IsKey && column.ItemType == NumberDataViewType.Single);

    /// <summary>A vector of Boolean, or nothing.</summary>
    /// <returns>Whether the column is there.</returns>
    public static bool OptionalFlags(SchemaShape shape, string name)
    {
        if (!Has(shape, name))
            return false;
        Require(shape, name, "Vector<Boolean>", column => column.Kind != VectorKind.Scalar && column.ItemType is BooleanDataViewType);
        return true;
    }

    /// <summary>A vector of Single, or nothing.</summary>
    public static void OptionalFloats(SchemaShape shape, string name)
    {
        if (Has(shape, name))
            Floats(shape, name);
    }

    /// <summary>A text, or nothing.</summary>
    /// <returns>Whether the column is there.</returns>
    public static bool OptionalText(SchemaShape shape, string name)
    {
        if (!Has(shape, name))
            return false;
        Require(shape, name, "Text", column => column.Kind == VectorKind.Scalar && column.ItemType is TextDataViewType);
        return true;
    }

    /// <summary>An image, or nothing.</summary>
    /// <returns>Whether the column is there.</returns>
    public static bool OptionalImage(SchemaShape shape, string name)
    {
        if (!Has(shape, name))
            return false;
        Image(shape, name);
        return true;
    }

    private static bool Has(SchemaShape shape, string name) => shape.Any(column => column.Name == name);

    private static bool HasTexts(SchemaShape.Column column) =>
        column.Annotations.Any(annotation => annotation.Name == SchemaShapes.KeyValues && annotation.ItemType is TextDataViewType);

    private static void Require(SchemaShape shape, string name, string expected, Func<SchemaShape.Column, bool> fits)
    {
        foreach (var column in shape)
        {
            if (column.Name != name)
                continue;
            if (!fits(column))
                throw new ArgumentOutOfRangeException(nameof(shape), $"Schema mismatch for input column '{name}': expected {expected}, got {SchemaShapes.TypeName(column)}.");
            return;
        }
        throw new ArgumentOutOfRangeException(nameof(shape),
            $"Could not find input column '{name}' of type {expected}. The columns are {string.Join(", ", shape.Select(column => column.Name))}.");
    }
}
