using Microsoft.ML;
using Microsoft.ML.Runtime;
using Yolo.MLNet.Seam;
using Yolo.MLNet.Transforms;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;

[assembly: LoadableClass(typeof(YoloV2TargetEncodingTransformer), typeof(TargetPersistence), null, typeof(SignatureLoadModel), "YOLOv2 target encoding", TargetPersistence.LoaderSignature)]

namespace Yolo.MLNet.Seam;

/// <summary>What <c>ml.Model.Save</c> writes of an encoding of targets and <c>ml.Model.Load</c> reads.</summary>
/// <remarks>*** Model.key, after ML.NET's header ***
/// int columns, int rows of the grid; int anchors, two floats each; int classes, an id in ML.NET's string table each;
/// int width, int height of the input; int rows of the true-box buffer; byte resize mode; bool truncate; bool include difficult;
/// an id per column name (image, labels, boxes, difficult, targets, true boxes, counts).</remarks>
internal static class TargetPersistence
{
    /// <summary>Name under which ML.NET finds <see cref="Create"/>; at most 24 characters.</summary>
    public const string LoaderSignature = "YoloV2Targets";

    /// <summary>Version 1.1, the first.</summary>
    public static readonly ComponentFormat Format = new("YOLOV2TG", LoaderSignature, Oldest: 0x00010001, Current: 0x00010001);

    /// <summary>Writes an encoding into the directory of <paramref name="ctx"/>.</summary>
    public static void Save(ModelSaveContext ctx, YoloV2TargetEncodingTransformer transformer)
    {
        Format.BeginSave(ctx);

        var (layout, options) = (transformer.Layout, transformer.Options);
        ctx.Writer.Write(layout.Width);
        ctx.Writer.Write(layout.Height);
        ctx.Writer.Write(layout.Anchors);
        foreach (var shape in transformer.Anchors)
        {
            ctx.Writer.Write(shape.Width);
            ctx.Writer.Write(shape.Height);
        }
        ctx.Writer.Write(layout.Classes);
        foreach (string name in transformer.ClassNames)
            ctx.SaveNonEmptyString(name);
        var (inputWidth, inputHeight) = TargetEncoding.InputSize(layout.Width, layout.Height, options);
        ctx.Writer.Write(inputWidth);
        ctx.Writer.Write(inputHeight);
        ctx.Writer.Write(options.TrueBoxRows);
        ctx.Writer.Write((byte)options.Resize);
        ctx.Writer.Write(options.TruncatePixels);
        ctx.Writer.Write(options.IncludeDifficult);
        var columns = options.Columns;
        foreach (string name in (string[])[columns.Image, columns.Labels, columns.BoundingBoxes, columns.Difficult, options.TargetsColumn, options.TrueBoxesColumn, options.CountsColumn])
            ctx.SaveNonEmptyString(name);
    }

    /// <summary>Reads an encoding.</summary>
    /// <exception cref="FormatException">ML.NET's error for a component of another kind.</exception>
    /// <exception cref="NotSupportedException">A later version of this library wrote it.</exception>
    /// <exception cref="InvalidDataException">A value is out of range.</exception>
    private static YoloV2TargetEncodingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        Format.BeginLoad(ctx);
        try
        {
            return new(env, ModelArchive.ReadKey(ctx, () => Read(ctx)));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{ctx.Directory}: a value of the target encoding is out of range. {e.Message}");
        }
    }

    private static TargetEncoding Read(ModelLoadContext ctx)
    {
        var reader = ctx.Reader;
        int gridWidth = reader.ReadInt32(), gridHeight = reader.ReadInt32();
        AnchorSet anchors = new(Several(reader.ReadInt32(), () => new BoxShape(reader.ReadSingle(), reader.ReadSingle())));
        YoloV2EncodeTargetsOptions options = new()
        {
            ClassNames = Several(reader.ReadInt32(), ctx.LoadNonEmptyString),
            InputWidth = reader.ReadInt32(),
            InputHeight = reader.ReadInt32(),
            TrueBoxRows = reader.ReadInt32(),
            Resize = (ResizeMode)reader.ReadByte(),
            TruncatePixels = reader.ReadBoolean(),
            IncludeDifficult = reader.ReadBoolean(),
            Columns = new()
            {
                Image = ctx.LoadNonEmptyString(),
                Labels = ctx.LoadNonEmptyString(),
                BoundingBoxes = ctx.LoadNonEmptyString(),
                Difficult = ctx.LoadNonEmptyString(),
            },
            TargetsColumn = ctx.LoadNonEmptyString(),
            TrueBoxesColumn = ctx.LoadNonEmptyString(),
            CountsColumn = ctx.LoadNonEmptyString(),
        };
        return new(anchors, gridWidth, gridHeight, options);
    }

    // The list grows as the file goes: a count that is wrong ends with the file and not with the memory.
    private static List<T> Several<T>(int count, Func<T> read)
    {
        var items = new List<T>();
        for (int i = 0; i < count; i++)
            items.Add(read());
        return items;
    }
}
