using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Yolo.MLNet.Seam;
using Yolo.Model.Anchors;
using Yolo.Model.Network;

namespace Yolo.MLNet.Transforms;

/// <summary>Adds what a YOLOv2 network is taught about each image, in the form of the notebook (keras-yolo2). Saved and loaded by <c>ml.Model.Save</c> and <c>ml.Model.Load</c>.</summary>
/// <remarks><para>Adds three columns, all in grid cells, rows first:</para>
/// <para><c>Targets</c> <c>[gridHeight, gridWidth, A, 5 + C]</c>: x, y, width and height of the true box, 1, and one value per class, in the cell that holds the box's centre
/// and at the anchor most like it; 0 elsewhere.</para>
/// <para><c>TrueBoxes</c> <c>[50, 4]</c>: x, y, width, height of every object, 0 behind the last.</para>
/// <para><c>TargetCounts</c> <c>[6]</c>, by slot name: <c>Objects</c> with a label; <c>Difficult</c>, left out; <c>Outside</c>, left out; <c>Clipped</c>; <c>Displaced</c>; <c>Overwritten</c>.</para>
/// <para>Border cases. A box that sticks out of its image is cut to it (<c>Clipped</c>); one of which nothing is left, or that is not finite, is left out (<c>Outside</c>). A centre on
/// the border of two cells belongs to the right or lower one. Where several objects meet in one cell and anchor, the box is the last one's and the class values of all of them
/// are 1, as in the notebook (<c>Displaced</c>: all but the last); all stand in <c>TrueBoxes</c>. With more objects than that has rows, the later ones start over from the
/// first row (<c>Overwritten</c>). At the end of a pass over the data ML.NET's log gets one warning with the sums, where anything was left out, displaced or overwritten.</para>
/// <para>The trainer encodes by the same rules with the same code, except that its augmentation varies the image before, and that it looks boxes up without a buffer: nothing is
/// overwritten there.</para></remarks>
public sealed class YoloV2TargetEncodingTransformer : ITransformer
{
    private readonly IHost _host;

    internal YoloV2TargetEncodingTransformer(IHostEnvironment env, TargetEncoding encoding)
    {
        _host = env.Register(nameof(YoloV2TargetEncodingTransformer));
        Encoding = encoding;
    }

    /// <summary>Anchors in grid cells.</summary>
    public AnchorSet Anchors => Encoding.Anchors;

    /// <summary>Size of the grid, number of anchors and of classes.</summary>
    public RegionLayout Layout => Encoding.Layout;

    /// <summary>The classes, in the order of their values in <c>Targets</c>.</summary>
    public IReadOnlyList<string> ClassNames => Encoding.ClassNames;

    /// <summary>The options, class names filled in.</summary>
    public YoloV2EncodeTargetsOptions Options => Encoding.Options;

    /// <summary>Always true: rows can be encoded one by one.</summary>
    public bool IsRowToRowMapper => true;

    internal TargetEncoding Encoding { get; }

    /// <summary>The schema with the output columns added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column of the options is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetRowToRowMapper(inputSchema).OutputSchema;

    /// <summary>The data with the output columns added. Nothing is read before a cursor asks for it. Dispose cursors: the log is told at their end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column of the options is missing or of another type.</exception>
    /// <remarks>A cursor throws <see cref="InvalidDataException"/> where a row has no image, its labels and boxes do not fit together, or a label is not among the classes.</remarks>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new Data.RowMappedDataView(input, GetRowToRowMapper(input.Schema));
    }

    /// <summary>What <see cref="Transform"/> does, row by row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column of the options is missing or of another type.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new TargetRowMapper(_host, Encoding, inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => TargetPersistence.Save(ctx, this);
}
