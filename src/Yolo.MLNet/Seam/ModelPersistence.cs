using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Seam;
using Yolo.Model.Encoding;
using Yolo.Model.Files;
using Yolo.Model.Network;
using Yolo.Model.Quantization;
using Yolo.Model.Weights;

[assembly: LoadableClass(typeof(YoloV2DetectionTransformer), typeof(ModelPersistence), null, typeof(SignatureLoadModel), "YOLOv2 detection", ModelPersistence.LoaderSignature)]

namespace Yolo.MLNet.Seam;

/// <summary>What <c>ml.Model.Save</c> writes of a detector and <c>ml.Model.Load</c> reads.</summary>
/// <remarks><para>Beside ML.NET's own <c>Model.key</c> stand three files that Darknet and OpenCV read: <c>model.cfg</c>, <c>model.weights</c>, <c>model.names</c> (UTF-8, a
/// class a line). A detector that runs in eight-bit integers has <c>model.ranges</c>, too (<see cref="QuantizationText"/>).</para>
/// <para>*** Model.key, after ML.NET's header ***
/// byte[32] per file: SHA-256 of model.cfg, model.weights, model.names;
/// float score threshold; float IoU threshold; bool class-agnostic; int most detections; int threads; not the device, which is the machine's and not the model's;
/// int per column name (image, predicted label, its text, score, boxes): id in ML.NET's string table;
/// since 1.2: bool eight-bit integers; where true, byte[32] SHA-256 of model.ranges;
/// since 1.3: nothing more, but <c>antialias=1</c> in model.cfg counts.</para></remarks>
internal static class ModelPersistence
{
    /// <summary>Name under which ML.NET finds <see cref="Create"/>; at most 24 characters.</summary>
    public const string LoaderSignature = "YoloV2Detection";

    /// <summary>Versions 1.1, 1.2 with eight-bit integers, and 1.3 with a filter: earlier readers would sample as Darknet does whatever the
    /// .cfg says.</summary>
    public static readonly ComponentFormat Format = new("YOLOV2DT", LoaderSignature, Oldest: 0x00010001, Current: 0x00010003);

    private const string ConfigFile = "model.cfg", WeightsFile = "model.weights", NamesFile = "model.names", RangesFile = "model.ranges";

    private const uint RangesVersion = 0x00010002;

    /// <summary>Writes a detector into the directory of <paramref name="ctx"/>.</summary>
    public static void Save(ModelSaveContext ctx, YoloV2DetectionTransformer transformer)
    {
        Format.BeginSave(ctx);

        var model = transformer.Model;
        string config = DarknetModel.ConfigText(model), names = DarknetModel.NamesText(model.ClassNames);
        SaveFile(ctx, ConfigFile, stream => stream.Write(Encoding.UTF8.GetBytes(config)));
        SaveFile(ctx, WeightsFile, stream => DarknetWeightsFile.Write(stream, model.Network, model.Weights));
        SaveFile(ctx, NamesFile, stream => stream.Write(Encoding.UTF8.GetBytes(names)));

        var options = transformer.Options;
        ctx.Writer.Write(options.ScoreThreshold);
        ctx.Writer.Write(options.IoUThreshold);
        ctx.Writer.Write(options.ClassAgnostic);
        ctx.Writer.Write(options.MaxDetections);
        ctx.Writer.Write(options.IntraOpThreads);
        var columns = transformer.Columns;
        foreach (string name in (string[])[columns.Image, columns.PredictedLabel, columns.PredictedLabelText, columns.Score, columns.PredictedBoundingBoxes])
            ctx.SaveNonEmptyString(name);

        ctx.Writer.Write(model.Quantization is not null);
        if (model.Quantization is { } quantization)
            SaveFile(ctx, RangesFile, stream => stream.Write(Encoding.UTF8.GetBytes(QuantizationText.Write(quantization))));
    }

    /// <summary>Reads a detector: the whole of it, checked, or none.</summary>
    /// <exception cref="FormatException">ML.NET's error for a component of another kind.</exception>
    /// <exception cref="NotSupportedException">A later version of this library wrote it.</exception>
    /// <exception cref="InvalidDataException">A part is missing, cut off or changed.</exception>
    private static YoloV2DetectionTransformer Create(IHostEnvironment env, ModelLoadContext ctx) => ModelArchive.ReadKey(ctx, () => Read(env, ctx));

    private static YoloV2DetectionTransformer Read(IHostEnvironment env, ModelLoadContext ctx)
    {
        uint version = Format.BeginLoad(ctx);
        var network = ReadFile(ctx, ConfigFile, stream => DarknetConfig.Parse(TextFile.ReadLenient(stream, ConfigFile), ConfigFile));
        var weights = ReadFile(ctx, WeightsFile, stream => DarknetWeightsFile.Read(stream, network));
        var names = ReadFile(ctx, NamesFile, stream => DarknetModel.ParseNames(TextFile.Read(stream, NamesFile)));

        var options = ReadOptions(ctx);
        ObjectDetectionColumns columns = new()
        {
            Image = ctx.LoadNonEmptyString(),
            PredictedLabel = ctx.LoadNonEmptyString(),
            PredictedLabelText = ctx.LoadNonEmptyString(),
            Score = ctx.LoadNonEmptyString(),
            PredictedBoundingBoxes = ctx.LoadNonEmptyString(),
        };
        var model = Join(network, weights, names);
        return new(env, ReadQuantization(ctx, version) is { } quantization ? Quantize(model, quantization) : model, options, columns);
    }

    private static DetectorModel Join(NetworkDefinition network, NetworkWeights weights, IReadOnlyList<string> names)
    {
        try
        {
            return new(network, weights, names, DarknetModel.ResizeOf(network), DarknetModel.FilterOf(network));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw new InvalidDataException($"{ConfigFile} and {NamesFile} make no detector. {e.Message}");
        }
    }

    private static NetworkQuantization? ReadQuantization(ModelLoadContext ctx, uint version) =>
        version >= RangesVersion && ctx.Reader.ReadBoolean()
            ? ReadFile(ctx, RangesFile, stream => QuantizationText.Parse(TextFile.Read(stream, RangesFile), RangesFile))
            : null;

    private static DetectorModel Quantize(DetectorModel model, NetworkQuantization quantization)
    {
        try
        {
            return model.WithQuantization(quantization);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{RangesFile} does not belong to {ConfigFile}. {e.Message}");
        }
    }

    private static DetectionOptions ReadOptions(ModelLoadContext ctx)
    {
        try
        {
            return new()
            {
                ScoreThreshold = ctx.Reader.ReadSingle(),
                IoUThreshold = ctx.Reader.ReadSingle(),
                ClassAgnostic = ctx.Reader.ReadBoolean(),
                MaxDetections = ctx.Reader.ReadInt32(),
                IntraOpThreads = ctx.Reader.ReadInt32(),
            };
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException($"{ctx.Directory}: an option of the model is out of range. {e.Message}");
        }
    }

    private static void SaveFile(ModelSaveContext ctx, string name, Action<Stream> write)
    {
        using var entry = ctx.Repository.CreateEntry(ctx.Directory, name);
        write(entry.Stream);
        entry.Stream.Position = 0;
        ctx.Writer.Write(SHA256.HashData(entry.Stream));
    }

    private static T ReadFile<T>(ModelLoadContext ctx, string name, Func<Stream, T> read)
    {
        byte[] expected = ctx.Reader.ReadBytes(SHA256.HashSizeInBytes);
        ModelArchive.CheckSize(ctx, name);
        using var entry = ctx.Repository.OpenEntryOrNull(ctx.Directory, name)
            ?? throw new InvalidDataException($"{ctx.Directory}: the model has no {name}.");
        if (!SHA256.HashData(entry.Stream).AsSpan().SequenceEqual(expected))
            throw new InvalidDataException($"{ctx.Directory}: {name} ({entry.Stream.Length} bytes) is not what was saved: it is cut off or was changed.");
        entry.Stream.Position = 0;
        return read(entry.Stream);
    }
}
