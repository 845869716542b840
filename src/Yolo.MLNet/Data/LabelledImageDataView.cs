using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Yolo.Model.Data;

namespace Yolo.MLNet.Data;

/// <summary>Labelled images as rows. An image belongs to the caller of its getter.</summary>
/// <remarks>A row whose image cannot be decoded is left out where images are read, and from then on by every cursor, whatever columns it has.</remarks>
internal sealed class LabelledImageDataView : IDataView
{
    private const string Path = "ImagePath", Width = "ImageWidth", Height = "ImageHeight", Upright = "Upright";

    private readonly LabelledImageRows _rows;

    /// <summary>Takes the images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="classNames">The classes in the order that the data set declares; null: it declares none.</param>
    /// <param name="warn">Told of images that are left out.</param>
    /// <param name="options">Whether rows are left out, else the getter of the image throws, and how many; null: the defaults.</param>
    public LabelledImageDataView(IReadOnlyList<LabelledImage> images, IReadOnlyList<string>? classNames = null, Action<string>? warn = null, LoadOptions? options = null)
    {
        options ??= new();
        _rows = new(images, options.OnError, options.MaximumSkipped, warn);
        ObjectDetectionColumns names = new();
        var files = ImageFileColumns.Annotation(Path, Width, Height, Upright);
        var builder = new DataViewSchema.Builder();
        // In the order of LabelledImageColumn.
        builder.AddColumn(Path, TextDataViewType.Instance, files);
        builder.AddColumn(names.Image, new ImageDataViewType(), files);
        builder.AddColumn(names.Labels, new VectorDataViewType(TextDataViewType.Instance), classNames is null ? null : TextAnnotations.Of(LabelReader.DeclaredNames, classNames));
        builder.AddColumn(names.BoundingBoxes, new VectorDataViewType(NumberDataViewType.Single));
        builder.AddColumn(names.Difficult, new VectorDataViewType(BooleanDataViewType.Instance));
        builder.AddColumn(names.Crowd, new VectorDataViewType(BooleanDataViewType.Instance));
        builder.AddColumn(names.Area, new VectorDataViewType(NumberDataViewType.Single));
        builder.AddColumn(Width, NumberDataViewType.Int32, files);
        builder.AddColumn(Height, NumberDataViewType.Int32, files);
        builder.AddColumn(Upright, BooleanDataViewType.Instance, files);
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema { get; }

    /// <summary>Without the rows that are known to be left out.</summary>
    public long? GetRowCount() => _rows.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        int[] order = [.. Enumerable.Range(0, _rows.Images.Count)];
        rand?.Shuffle(order);
        return new LabelledImageCursor(Schema, _rows, order, Getters.Active(Schema, columnsNeeded));
    }

    /// <summary>One cursor, whatever number is asked for, as ML.NET allows; callers split it among their threads.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
