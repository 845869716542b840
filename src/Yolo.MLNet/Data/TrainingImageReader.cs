using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Data;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Data;

/// <summary>Reads labelled images of a data view, one row after the other. Images that are files are not decoded for it.</summary>
internal static class TrainingImageReader
{
    /// <summary>An image of a data view with its objects by name; images without objects come, too.</summary>
    /// <param name="Position">Number of the row.</param>
    /// <param name="Width">Width in pixels.</param>
    /// <param name="Height">Height in pixels.</param>
    /// <param name="Objects">The objects, boxes inside of the image.</param>
    internal readonly record struct Row(long Position, int Width, int Height, IReadOnlyList<LabelledObject> Objects)
    {
        /// <summary>The file that the image is decoded from; null where it is none.</summary>
        public ImageFileEntry? File { get; init; }

        /// <summary>The image, valid until the next row is asked for; null where it is a file.</summary>
        public MLImage? Image { get; init; }
    }

    /// <summary>Checks the columns before there is data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of another type.</exception>
    public static void Check(SchemaShape shape, ObjectDetectionColumns columns, string parameter = RequiredColumns.InputSchema)
    {
        RequiredColumns.Image(shape, columns.Image, parameter);
        ObjectReader.Check(shape, columns, parameter);
    }

    /// <summary>The classes in the order that the label column declares: those behind its keys, or those of its data set. Null where it declares none.</summary>
    public static IReadOnlyList<string>? ClassOrder(DataViewSchema schema, string labelColumn) => LabelReader.DeclaredOrder(schema[labelColumn]);

    /// <summary>The rows, in the order of the data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="warn">Told of boxes that are left out, since nothing of them lies inside of their image.</param>
    /// <param name="skips">Given the number of a row and what is wrong with its image, whether the row is left out; null: none is. Images that are files are not looked at.</param>
    /// <param name="parameter">What the caller calls the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row has no image, or its labels and boxes do not fit together; or, after the last row,
    /// many boxes lie outside of their images.</exception>
    public static IEnumerable<Row> Read(
        IDataView data, ObjectDetectionColumns columns, Action<string> warn, Func<long, Exception, bool>? skips = null,
        string parameter = RequiredColumns.InputSchema)
    {
        Check(SchemaShapes.Of(data.Schema), columns, parameter);
        var objectColumns = ObjectReader.Needed(data.Schema, columns);
        return ImageFileColumns.Of(data.Schema, columns.Image) is { } files
            ? ReadFiles(data, [files.Path, files.Width, files.Height, files.Upright, .. objectColumns], files, columns, warn)
            : ReadImages(data, [data.Schema[columns.Image], .. objectColumns], columns, warn, skips);
    }

    /// <summary>The part of a box that lies inside of its image: what is taught. False where there is none, and for a box with a NaN.</summary>
    public static bool TryClip(BoundingBox box, int width, int height, out BoundingBox inside)
    {
        inside = box.Clip(width, height);
        return inside is { Width: > 0, Height: > 0 };
    }

    private static IEnumerable<Row> ReadFiles(
        IDataView data, IEnumerable<DataViewSchema.Column> needed, ImageFileColumns files, ObjectDetectionColumns columns, Action<string> warn)
    {
        using var cursor = data.GetRowCursor(needed);
        var objects = new ObjectReader(cursor, columns);
        var inside = new BoxesInside(columns.BoundingBoxes, warn);
        var readFile = files.Reader(cursor);
        while (cursor.MoveNext())
        {
            var file = readFile();
            yield return new(cursor.Position, file.Width, file.Height, inside.Of(objects.Read(), file.Width, file.Height, cursor.Position)) { File = file };
        }
        inside.Complete();
    }

    private static IEnumerable<Row> ReadImages(
        IDataView data, IEnumerable<DataViewSchema.Column> needed, ObjectDetectionColumns columns, Action<string> warn, Func<long, Exception, bool>? skips)
    {
        using var cursor = data.GetRowCursor(needed);
        var objects = new ObjectReader(cursor, columns);
        var inside = new BoxesInside(columns.BoundingBoxes, warn);
        var getImage = cursor.GetGetter<MLImage?>(data.Schema[columns.Image]);
        MLImage? image = null;
        while (cursor.MoveNext())
        {
            if (Decode(getImage, ref image, cursor.Position, columns.Image) is { } error)
            {
                if (skips?.Invoke(cursor.Position, error) == true)
                    continue;
                throw error;
            }
            yield return new(cursor.Position, image!.Width, image.Height, inside.Of(objects.Read(), image.Width, image.Height, cursor.Position)) { Image = image };
        }
        inside.Complete();
    }

    /// <summary>Reads the image of a row.</summary>
    /// <returns>What is wrong with it, with the number of the row; null: nothing.</returns>
    private static Exception? Decode(ValueGetter<MLImage?> getImage, ref MLImage? image, long row, string column)
    {
        try
        {
            getImage(ref image);
            return image is null ? new InvalidDataException($"Row {row}: there is no image in column '{column}'.") : null;
        }
        // ML.NET's own loader has an ArgumentException for a file that is not there or is no image.
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new InvalidDataException($"Row {row}: the image in column '{column}' cannot be read. {error.Message}", error);
        }
    }
}
