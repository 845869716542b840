using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Data;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Data;

/// <summary>Reads labelled images of a data view, one row after the other.</summary>
internal static class TrainingImageReader
{
    /// <summary>An image of a data view with its objects by name; images without objects come, too.</summary>
    internal readonly record struct Row(long Position, MLImage Image, IReadOnlyList<LabelledObject> Objects);

    /// <summary>Checks the columns before there is data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of another type.</exception>
    public static void Check(SchemaShape shape, ObjectDetectionColumns columns)
    {
        RequiredColumns.Image(shape, columns.Image);
        ObjectReader.Check(shape, columns);
    }

    /// <summary>The classes in the order that the label column declares: those behind its keys, or those of its data set. Null where it declares none.</summary>
    public static IReadOnlyList<string>? ClassOrder(DataViewSchema schema, string labelColumn) => LabelReader.DeclaredOrder(schema[labelColumn]);

    /// <summary>The rows, in the order of the data. An image is valid until the next row is asked for.</summary>
    /// <param name="data">The data.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="warn">Told of boxes that are left out, since nothing of them lies inside of their image.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row has no image, or its labels and boxes do not fit together.</exception>
    public static IEnumerable<Row> Read(IDataView data, ObjectDetectionColumns columns, Action<string> warn)
    {
        Check(SchemaShapes.Of(data.Schema), columns);
        using var cursor = data.GetRowCursor([data.Schema[columns.Image], .. ObjectReader.Needed(data.Schema, columns)]);
        var objects = new ObjectReader(cursor, columns);
        var getImage = cursor.GetGetter<MLImage?>(data.Schema[columns.Image]);
        MLImage? image = null;
        while (cursor.MoveNext())
        {
            getImage(ref image);
            if (image is null)
                throw new InvalidDataException($"Row {cursor.Position}: there is no image in column '{columns.Image}'.");
            yield return new(cursor.Position, image, Inside(objects.Read(), image, cursor.Position, warn));
        }
    }

    /// <summary>The part of a box that lies inside of its image: what is taught. False where there is none, and for a box with a NaN.</summary>
    public static bool TryClip(BoundingBox box, MLImage image, out BoundingBox inside)
    {
        inside = box.Clip(image.Width, image.Height);
        return inside is { Width: > 0, Height: > 0 };
    }

    private static List<LabelledObject> Inside(List<LabelledObject> objects, MLImage image, long row, Action<string> warn)
    {
        var inside = new List<LabelledObject>(objects.Count);
        foreach (var item in objects)
        {
            if (TryClip(item.Box, image, out var clipped))
                inside.Add(item with { Box = clipped });
            else
                warn(FormattableString.Invariant($"Row {row}: object '{item.ClassName}' is left out, its box {item.Box} has no part inside of the image ({image.Width} x {image.Height})."));
        }
        return inside;
    }
}
