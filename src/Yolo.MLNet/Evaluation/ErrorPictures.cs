using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Evaluation;
using Yolo.Model.Reports;

namespace Yolo.MLNet.Evaluation;

/// <summary>Reads the images of the worst errors again, and only those, and draws the errors on them.</summary>
internal static class ErrorPictures
{
    /// <summary>The pictures of the gallery, kind by kind, the worst first.</summary>
    /// <exception cref="InvalidDataException">The data has fewer rows than when it was evaluated.</exception>
    public static IReadOnlyList<ErrorPicture> Draw(IDataView scored, ObjectDetectionColumns columns, DetectionMetrics metrics, ReportOptions options,
        string parameter)
    {
        var shape = SchemaShapes.Of(scored.Schema);
        bool hasImage = RequiredColumns.OptionalImage(shape, columns.Image, parameter);
        bool hasPath = RequiredColumns.OptionalText(shape, columns.ImagePath, parameter);
        var errors = WorstErrors.Choose(metrics.Errors, options.PicturesPerError);
        var pictures = new ErrorPicture[errors.Count];
        var ofImage = Enumerable.Range(0, errors.Count).ToLookup(i => errors[i].Image);

        List<DataViewSchema.Column> needed = [];
        if (hasImage)
            needed.Add(scored.Schema[columns.Image]);
        if (hasPath)
            needed.Add(scored.Schema[columns.ImagePath]);
        // Detections are not asked for, so nothing is scored a second time; images are decoded where they are read.
        using var cursor = scored.GetRowCursor(needed);
        var getImage = hasImage ? cursor.GetGetter<MLImage?>(scored.Schema[columns.Image]) : null;
        var getPath = hasPath ? cursor.GetGetter<ReadOnlyMemory<char>>(scored.Schema[columns.ImagePath]) : null;
        MLImage? image = null;
        ReadOnlyMemory<char> path = default;
        int left = errors.Count;
        for (int row = 0; left > 0 && cursor.MoveNext(); row++)
        {
            if (!ofImage.Contains(row))
                continue;
            getImage?.Invoke(ref image);
            getPath?.Invoke(ref path);
            string source = path.IsEmpty ? $"row {row}" : Path.GetFileName(path.ToString());
            foreach (int i in ofImage[row])
            {
                pictures[i] = image is null ? new(errors[i], source, null)
                    : ErrorPicture.Draw(errors[i], source, image.AsBitmap(), metrics.Confusion.ClassNames, options.PictureSide);
                left--;
            }
        }
        return left == 0 ? pictures : throw new InvalidDataException($"The data had {metrics.ImageCount} rows when it was evaluated and fewer when its images were read.");
    }
}
