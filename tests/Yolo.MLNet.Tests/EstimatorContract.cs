using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Seam;

namespace Yolo.MLNet.Tests;

/// <summary>What every estimator of the library must keep, after ML.NET's own TestEstimatorCore.</summary>
internal static class EstimatorContract
{
    /// <summary>Shape before data equals schema after; the transformed rows are those of the row mapper and those after saving and loading.</summary>
    public static void Check(MLContext ml, IEstimator<ITransformer> estimator, IDataView data)
    {
        var promised = Describe(estimator.GetOutputSchema(SchemaShapes.Of(data.Schema)));

        var transformer = estimator.Fit(data);
        var transformed = transformer.Transform(data);
        Assert.Equal(promised, Describe(SchemaShapes.Of(transformed.Schema)));
        Assert.Equal(promised, Describe(SchemaShapes.Of(transformer.GetOutputSchema(data.Schema))));

        var rows = Rows.Detections(transformed);
        Assert.Equal(data.GetRowCount(), rows.Count);
        Assert.Contains(rows, row => row.Scores.Length > 0);
        Assert.Equal(rows, ThroughRowMapper(transformer, data));

        using var file = new MemoryStream();
        ml.Model.Save(transformer, data.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal(promised, Describe(SchemaShapes.Of(loaded.GetOutputSchema(data.Schema))));
        Assert.Equal(rows, Rows.Detections(loaded.Transform(data)));
    }

    private static List<DetectionColumns> ThroughRowMapper(ITransformer transformer, IDataView data)
    {
        Assert.True(transformer.IsRowToRowMapper);
        var mapper = transformer.GetRowToRowMapper(data.Schema);
        using var cursor = data.GetRowCursor(mapper.GetDependencies(mapper.OutputSchema));
        using var row = mapper.GetRow(cursor, mapper.OutputSchema);
        var rows = new List<DetectionColumns>();
        while (cursor.MoveNext())
            rows.Add(Rows.Detections(row));
        return rows;
    }

    private static string[] Describe(SchemaShape shape) =>
    [
        .. shape.Select(column => $"{column.Name}: {column.Kind} of {column.ItemType}, key {column.IsKey}, "
            + $"[{string.Join("; ", column.Annotations.Select(annotation => $"{annotation.Name} {annotation.Kind} {annotation.ItemType}"))}]"),
    ];
}
