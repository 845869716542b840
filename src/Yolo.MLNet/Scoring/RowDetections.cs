using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.MLNet.Scoring;

/// <summary>The detections in the image of a row, kept until the row moves on. Each row object has its own, so rows on several threads do not meet.</summary>
internal sealed class RowDetections(Detector detector, DataViewRow row, DataViewSchema.Column imageColumn)
{
    private const long Nowhere = -1;

    private readonly ValueGetter<MLImage?> _getImage = row.GetGetter<MLImage?>(imageColumn);
    private IReadOnlyList<Detection> _detections = [];
    private long _position = Nowhere;

    // Handed back to the getter for the next row, as ML.NET's own components do: a getter that decodes disposes it, one that passes on the
    // image of the caller leaves it alone. Never disposed here, since it may be the caller's.
    private MLImage? _image;

    /// <summary>The detections of the row that the input stands on, by descending score; none where the image is missing (null).</summary>
    public IReadOnlyList<Detection> Read()
    {
        if (row.Position != _position || _position == Nowhere)
            Detect();
        return _detections;
    }

    private void Detect()
    {
        if (row.Position < 0)
            throw new InvalidOperationException("The cursor stands before its first row: call MoveNext first.");
        _position = Nowhere;
        _getImage(ref _image);
        _detections = _image is null ? [] : detector.Detect(_image.PixelView());
        _position = row.Position;
    }
}
