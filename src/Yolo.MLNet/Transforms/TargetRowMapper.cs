using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;

namespace Yolo.MLNet.Transforms;

/// <summary>Adds the columns of the targets to rows that hold an image, labels and boxes.</summary>
internal sealed class TargetRowMapper : IRowToRowMapper
{
    private readonly IHost _host;
    private readonly TargetEncoding _encoding;
    private readonly HashSet<int> _needed;

    /// <summary>Binds the columns; a schema without fitting ones throws <see cref="ArgumentOutOfRangeException"/>.</summary>
    public TargetRowMapper(IHost host, TargetEncoding encoding, DataViewSchema inputSchema)
    {
        var options = encoding.Options;
        TrainingImageReader.Check(SchemaShapes.Of(inputSchema), options.Columns);
        (_host, _encoding, InputSchema) = (host, encoding, inputSchema);
        _needed = [inputSchema[options.Columns.Image].Index, .. ObjectReader.Needed(inputSchema, options.Columns).Select(column => column.Index)];

        var layout = encoding.Layout;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        // In the order of TargetColumn.
        builder.AddColumn(options.TargetsColumn, new VectorDataViewType(NumberDataViewType.Single, layout.Height, layout.Width, layout.Anchors, layout.Entries));
        builder.AddColumn(options.TrueBoxesColumn, new VectorDataViewType(NumberDataViewType.Single, options.TrueBoxRows, BoxColumn.Values));
        builder.AddColumn(options.CountsColumn, new VectorDataViewType(NumberDataViewType.Int32, TargetCounts.Names.Count), TextAnnotations.Of(SchemaShapes.SlotNames, TargetCounts.Names));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new HashSet<int>();
        foreach (var column in dependingColumns)
        {
            if (column.Index < InputSchema.Count)
                needed.Add(column.Index);
            else
                needed.UnionWith(_needed);
        }
        return InputSchema.Where(column => needed.Contains(column.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row has another schema than the one that the mapper was made for.", nameof(input));
        return new TargetRow(_host, _encoding, input, OutputSchema, Getters.Active(OutputSchema, activeColumns));
    }
}
