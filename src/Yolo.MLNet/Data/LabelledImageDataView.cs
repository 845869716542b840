using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Yolo.Model.Data;

namespace Yolo.MLNet.Data;

/// <summary>Labelled images as rows. An image is decoded when its getter is called, and then belongs to the caller.</summary>
internal sealed class LabelledImageDataView : IDataView
{
    private readonly IReadOnlyList<LabelledImage> _images;

    /// <param name="images">The images.</param>
    /// <param name="classNames">The classes in the order that the data set declares; null: it declares none.</param>
    public LabelledImageDataView(IReadOnlyList<LabelledImage> images, IReadOnlyList<string>? classNames = null)
    {
        _images = images;
        ObjectDetectionColumns names = new();
        var builder = new DataViewSchema.Builder();
        // In the order of LabelledImageColumn.
        builder.AddColumn("ImagePath", TextDataViewType.Instance);
        builder.AddColumn(names.Image, new ImageDataViewType());
        builder.AddColumn(names.Labels, new VectorDataViewType(TextDataViewType.Instance), classNames is null ? null : TextAnnotations.Of(LabelReader.DeclaredNames, classNames));
        builder.AddColumn(names.BoundingBoxes, new VectorDataViewType(NumberDataViewType.Single));
        builder.AddColumn(names.Difficult, new VectorDataViewType(BooleanDataViewType.Instance));
        builder.AddColumn(names.Crowd, new VectorDataViewType(BooleanDataViewType.Instance));
        builder.AddColumn(names.Area, new VectorDataViewType(NumberDataViewType.Single));
        builder.AddColumn("ImageWidth", NumberDataViewType.Int32);
        builder.AddColumn("ImageHeight", NumberDataViewType.Int32);
        builder.AddColumn("Upright", BooleanDataViewType.Instance);
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => _images.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        int[] order = [.. Enumerable.Range(0, _images.Count)];
        rand?.Shuffle(order);
        return new LabelledImageCursor(Schema, _images, order, Getters.Active(Schema, columnsNeeded));
    }

    /// <summary>One cursor, whatever number is asked for, as ML.NET allows; callers split it among their threads.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
