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
    /// <summary>The parameter that is named: the one that ML.NET's own errors name.</summary>
    public const string InputSchema = "inputSchema";

    /// <summary>An image, whatever size its type states: sizes are read from each image.</summary>
    /// <remarks>ML.NET keeps no images: they are gone after <c>Cache</c>, <c>AppendCacheCheckpoint</c>, <c>ShuffleRows</c>, and after
    /// <c>SaveAsBinary</c> and loading, while
    /// their paths are still there.</remarks>
    public static void Image(SchemaShape shape, string name, string parameter = InputSchema) =>
        Require(shape, parameter, name, "Image", column => column.Kind == VectorKind.Scalar && column.ItemType is ImageDataViewType,
            absent: () => LostImages(shape, name));

    /// <summary>A vector of text, or of keys that have texts behind them.</summary>
    public static void Labels(SchemaShape shape, string name, string parameter = InputSchema) =>
        Require(shape, parameter, name, "Vector<Text> or Vector<Key> with KeyValues of Text", column =>
            column.Kind != VectorKind.Scalar && (column.IsKey ? HasTexts(column) : column.ItemType is TextDataViewType));

    /// <summary>A vector of Single.</summary>
    public static void Floats(SchemaShape shape, string name, string parameter = InputSchema) =>
        Require(shape, parameter, name, "Vector<Single>", column => column.Kind != VectorKind.Scalar && !column.IsKey && column.ItemType == NumberDataViewType.Single);

    /// <summary>A vector of Boolean, or nothing.</summary>
    /// <returns>Whether the column is there.</returns>
    public static bool OptionalFlags(SchemaShape shape, string name, string parameter = InputSchema)
    {
        if (!Has(shape, name))
            return false;
        Require(shape, parameter, name, "Vector<Boolean>", column => column.Kind != VectorKind.Scalar && column.ItemType is BooleanDataViewType);
        return true;
    }

    /// <summary>A vector of Single, or nothing.</summary>
    public static void OptionalFloats(SchemaShape shape, string name, string parameter = InputSchema)
    {
        if (Has(shape, name))
            Floats(shape, name, parameter);
    }

    /// <summary>A text, or nothing.</summary>
    /// <returns>Whether the column is there.</returns>
    public static bool OptionalText(SchemaShape shape, string name, string parameter = InputSchema)
    {
        if (!Has(shape, name))
            return false;
        Require(shape, parameter, name, "Text", column => column.Kind == VectorKind.Scalar && column.ItemType is TextDataViewType);
        return true;
    }

    /// <summary>An image, or nothing.</summary>
    /// <returns>Whether the column is there.</returns>
    public static bool OptionalImage(SchemaShape shape, string name, string parameter = InputSchema)
    {
        if (!Has(shape, name))
            return false;
        Image(shape, name, parameter);
        return true;
    }

    private static bool Has(SchemaShape shape, string name) => shape.Any(column => column.Name == name);

    private static bool HasTexts(SchemaShape.Column column) =>
        column.Annotations.Any(annotation => annotation.Name == SchemaShapes.KeyValues && annotation.ItemType is TextDataViewType);

    private static void Require(SchemaShape inputSchema, string parameter, string name, string expected,
        Func<SchemaShape.Column, bool> fits, Func<string>? absent = null)
    {
        foreach (var column in inputSchema)
        {
            if (column.Name != name)
                continue;
            if (!fits(column))
                throw new ArgumentOutOfRangeException(parameter,
                    $"Schema mismatch for input column '{name}': expected {expected}, got {SchemaShapes.TypeName(column)}.");
            return;
        }
        throw new ArgumentOutOfRangeException(parameter,
            $"Could not find input column '{name}' of type {expected}. "
            + $"The columns are {string.Join(", ", inputSchema.Select(column => column.Name))}.{absent?.Invoke()}");
    }

    private static string LostImages(SchemaShape shape, string image)
    {
        string path = new ObjectDetectionColumns().ImagePath;
        return shape.Any(column => column.Name == path && column.ItemType is TextDataViewType)
            ? " Cache, AppendCacheCheckpoint, ShuffleRows and SaveAsBinary of ML.NET drop images. "
                + $"Leave them out, or load the images after them: ml.Transforms.LoadImages(\"{image}\", \"\", \"{path}\")."
            : "";
    }
}
