using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.Model.Imaging;

namespace Yolo.MLNet.Data;

/// <summary>The columns that say of which file and which size the images of another column are, so that rows need not be decoded to be known.</summary>
/// <remarks>The image column and the columns themselves carry an annotation. It goes where the columns go, through filters and added columns, and is lost where a transform replaces one.</remarks>
internal sealed record ImageFileColumns(DataViewSchema.Column Path, DataViewSchema.Column Width, DataViewSchema.Column Height, DataViewSchema.Column Upright)
{
    /// <summary>Name of the annotation: the names of the columns.</summary>
    private const string Kind = "ImageFile";

    /// <summary>The annotation for an image column and for the columns that it names: path, width, height, whether the image is upright.</summary>
    public static DataViewSchema.Annotations Annotation(string path, string width, string height, string upright) => TextAnnotations.Of(Kind, [path, width, height, upright]);

    /// <summary>The columns that belong to an image column; null where its images are not those of files.</summary>
    public static ImageFileColumns? Of(DataViewSchema schema, string imageColumn)
    {
        if (schema.GetColumnOrNull(imageColumn) is not { } image || Names(image) is not [var path, var width, var height, var upright])
            return null;
        return Find(path, TextDataViewType.Instance) is { } pathColumn && Find(width, NumberDataViewType.Int32) is { } widthColumn
            && Find(height, NumberDataViewType.Int32) is { } heightColumn && Find(upright, BooleanDataViewType.Instance) is { } uprightColumn
            ? new(pathColumn, widthColumn, heightColumn, uprightColumn) : null;

        // One of that name that a transform made is another one.
        DataViewSchema.Column? Find(string name, DataViewType type) =>
            schema.GetColumnOrNull(name) is { } column && column.Type == type && Names(column) is [var first, ..] && first == path ? column : null;
    }

    /// <summary>Reads the file of the current row.</summary>
    public Func<ImageFileEntry> Reader(DataViewRow row)
    {
        var getPath = row.GetGetter<ReadOnlyMemory<char>>(Path);
        var getWidth = row.GetGetter<int>(Width);
        var getHeight = row.GetGetter<int>(Height);
        var getUpright = row.GetGetter<bool>(Upright);
        (ReadOnlyMemory<char> path, int width, int height, bool upright) = (default, 0, 0, false);
        return () =>
        {
            getPath(ref path);
            getWidth(ref width);
            getHeight(ref height);
            getUpright(ref upright);
            return new(path.ToString(), width, height, upright ? ImageOrientation.Upright : ImageOrientation.AsStored);
        };
    }

    private static string[] Names(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Kind) is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            return [];
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(Kind, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
