using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Seam;

namespace Yolo.MLNet.Tests;

/// <summary>What every estimator of the library must keep, after ML.NET's own TestEstimatorCore.</summary>
internal static class EstimatorContract
{
    /// <summary>Shape before data equals schema after; the transformed rows are those of the row mapper and those after saving and loading.</summary>
    /// <param name="ml">A context.</param>
    /// <param name="estimator">The estimator.</param>
    /// <param name="data">What it is fitted to and what is transformed.</param>
    /// <param name="read">Reads what the transformer wrote into a row; comparable.</param>
    /// <param name="says">Whether a row says anything; at least one must.</param>
    public static void Check<TRow>(MLContext ml, IEstimator<ITransformer> estimator, IDataView data, Func<DataViewRow, TRow> read, Predicate<TRow> says)
    {
        var promised = Describe(estimator.GetOutputSchema(SchemaShapes.Of(data.Schema)));

        var transformer = estimator.Fit(data);
        var transformed = transformer.Transform(data);
        Assert.Equal(promised, Describe(SchemaShapes.Of(transformed.Schema)));
        Assert.Equal(promised, Describe(SchemaShapes.Of(transformer.GetOutputSchema(data.Schema))));

        var rows = Rows.Read(transformed, read);
        Assert.Equal(data.GetRowCount(), rows.Count);
        Assert.Contains(rows, says);
        Assert.Equal(rows, ThroughRowMapper(transformer, data, read));

        using var file = new MemoryStream();
        ml.Model.Save(transformer, data.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal(promised, Describe(SchemaShapes.Of(loaded.GetOutputSchema(data.Schema))));
        Assert.Equal(rows, Rows.Read(loaded.Transform(data), read));
    }

    private static List<TRow> ThroughRowMapper<TRow>(ITransformer transformer, IDataView data, Func<DataViewRow, TRow> read)
    {
        Assert.True(transformer.IsRowToRowMapper);
        var mapper = transformer.GetRowToRowMapper(data.Schema);
        using var cursor = data.GetRowCursor(mapper.GetDependencies(mapper.OutputSchema));
        using var row = mapper.GetRow(cursor, mapper.OutputSchema);
        var rows = new List<TRow>();
        while (cursor.MoveNext())
            rows.Add(read(row));
        return rows;
    }

    private static string[] Describe(SchemaShape shape) =>
    [
        .. shape.Select(column => $"{column.Name}: {column.Kind} of {column.ItemType}, key {column.IsKey}, "
            + $"[{string.Join("; ", column.Annotations.Select(annotation => $"{annotation.Name} {annotation.Kind} {annotation.ItemType}"))}]"),
    ];
}
