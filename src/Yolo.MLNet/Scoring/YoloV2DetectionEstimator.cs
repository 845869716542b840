using Microsoft.ML;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;

namespace Yolo.MLNet.Scoring;

/// <summary>Puts a finished detector into a pipeline: there is nothing to fit.</summary>
public sealed class YoloV2DetectionEstimator : IEstimator<YoloV2DetectionTransformer>
{
    private readonly YoloV2DetectionTransformer _transformer;

    internal YoloV2DetectionEstimator(YoloV2DetectionTransformer transformer) => _transformer = transformer;

    /// <summary>Checks the schema and returns the detector, the same one for every call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no image column of the expected name.</exception>
    public YoloV2DetectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShapes.Of(input.Schema));
        return _transformer;
    }

    /// <summary>The shape with the output columns added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no image column of the expected name.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        RequiredColumns.Image(inputSchema, _transformer.Columns.Image);
        return DetectionShapes.With(inputSchema, _transformer.Columns);
    }
}
