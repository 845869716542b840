using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Anchors;

namespace Yolo.MLNet.Transforms;

/// <summary>Learns the class names and makes the transformer that encodes targets. Reads the labels only where they are texts and no class names were given, and never an image.</summary>
public sealed class YoloV2TargetEncodingEstimator : IEstimator<YoloV2TargetEncodingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly AnchorSet _anchors;
    private readonly int _gridWidth, _gridHeight;
    private readonly YoloV2EncodeTargetsOptions _options;

    internal YoloV2TargetEncodingEstimator(IHostEnvironment env, AnchorSet anchors, int gridWidth, int gridHeight, YoloV2EncodeTargetsOptions options)
    {
        (_env, _anchors, _gridWidth, _gridHeight, _options) = (env, anchors, gridWidth, gridHeight, options);
    }

    /// <summary>Checks the schema, finds the class names and returns the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; found before any data is read.</exception>
    /// <exception cref="InvalidDataException">A row has an empty label, or its labels and boxes do not fit together.</exception>
    /// <exception cref="InvalidOperationException">There is no label to take class names from.</exception>
    public YoloV2TargetEncodingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShapes.Of(input.Schema));
        var names = _options.ClassNames ?? TrainingImageReader.ClassOrder(input.Schema, _options.Columns.Labels) ?? Names(input);
        if (names.Count == 0)
            throw new InvalidOperationException($"There is nothing to encode: no object has a label in column '{_options.Columns.Labels}', and no class names were given.");
        return new(_env, new(_anchors, _gridWidth, _gridHeight, _options with { ClassNames = names }));
    }

    /// <summary>The shape with the output columns added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TrainingImageReader.Check(inputSchema, _options.Columns);
        return SchemaShapes.With(
            inputSchema,
            SchemaShapes.FixedVector(_options.TargetsColumn, NumberDataViewType.Single),
            SchemaShapes.FixedVector(_options.TrueBoxesColumn, NumberDataViewType.Single),
            SchemaShapes.NamedVector(_options.CountsColumn, NumberDataViewType.Int32));
    }

    private string[] Names(IDataView data)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        using var cursor = data.GetRowCursor(ObjectReader.Needed(data.Schema, _options.Columns));
        var objects = new ObjectReader(cursor, _options.Columns);
        while (cursor.MoveNext())
            names.UnionWith(objects.Read().Where(item => _options.IncludeDifficult || !item.Difficult).Select(item => item.ClassName));
        return [.. names];
    }
}
