using Microsoft.ML;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;

namespace Yolo.MLNet.Scoring;

/// <summary>Puts a finished detector into a pipeline: there is nothing to fit.</summary>
public sealed class YoloV2DetectionEstimator : IEstimator<YoloV2DetectionTransformer>
{
    private readonly Func<YoloV2DetectionTransformer> _create;
    private readonly ObjectDetectionColumns _columns;
    private readonly Lock _lock = new();

    // Whoever called Fit owns them. The first one is made at once, so that a missing GPU is known before there is data.
    private YoloV2DetectionTransformer _last;
    private bool _given;

    internal YoloV2DetectionEstimator(Func<YoloV2DetectionTransformer> create)
    {
        _create = create;
        _last = create();
        _columns = _last.Columns;
    }

    /// <summary>Checks the schema and returns the detector: one of its own for every call, for the caller to dispose. Those that are in use
    /// at the same time share the network.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no image column of the expected name.</exception>
    public YoloV2DetectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShapes.Of(input.Schema));
        lock (_lock)
        {
            if (_given)
                _last = Another();
            _given = true;
            return _last;
        }
    }

    /// <summary>The shape with the output columns added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no image column of the expected name.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        RequiredColumns.Image(inputSchema, _columns.Image);
        return DetectionShapes.With(inputSchema, _columns);
    }

    private YoloV2DetectionTransformer Another()
    {
        try
        {
            return _last.WithOptions(_last.Options);
        }
        catch (ObjectDisposedException)
        {
            return _create();
        }
    }
}
