using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Yolo.Model.Network;
using Yolo.Model.Quantization;
using Yolo.Model.Weights;

namespace Yolo.Fuzzing;

/// <summary>Archives of <c>ml.Model.Save</c> with parts changed and checksums made right again, so that fuzzing gets behind both: what is hostile knows how to do that, too.</summary>
internal sealed class ModelParts
{
    private const string Key = "Model.key", Config = "model.cfg", Weights = "model.weights", Names = "model.names", Ranges = "model.ranges";
    private const int MostWeights = 100_000;
    private static readonly byte[] s_separator = "\n==\n"u8.ToArray();

    private readonly MLContext _ml = new(seed: 1);
    private readonly Dictionary<string, byte[]> _detector, _encoding;

    public ModelParts()
    {
        var network = DarknetConfig.Parse(FuzzTargets.TwoConvolutions);
        var model = new DetectorModel(network, WeightInitializer.Create(network, seed: 1), FuzzTargets.ClassNames).WithQuantization(QuantizationText.Parse("linear -1 2 activated -0.5 2\n"));
        var data = _ml.Data.LoadFromEnumerable<Row>([]);
        _detector = Unzipped(_ml.Transforms.YoloV2Detect(model, new() { IntraOpThreads = 1 }).Fit(data), data.Schema);
        _encoding = Unzipped(_ml.Transforms.YoloV2EncodeTargets(network, new() { ClassNames = FuzzTargets.ClassNames }).Fit(data), data.Schema);
    }

    /// <summary>Loads a detector: changes of <c>Model.key</c>, .cfg, names and ranges with <c>\n==\n</c> between them. Weights are as many as the .cfg asks for.</summary>
    public void LoadDetector(byte[] bytes)
    {
        var parts = new Dictionary<string, byte[]>(_detector, StringComparer.Ordinal);
        byte[] changes = [.. Next(ref bytes)];
        Replace(parts, Config, Next(ref bytes));
        Replace(parts, Names, Next(ref bytes));
        Replace(parts, Ranges, Next(ref bytes));
        if (WeightsFor(parts[Full(parts, Config)]) is { } weights)
            Replace(parts, Weights, weights);
        Patch(parts[Full(parts, Key)], changes);
        Load(Zipped(parts));
    }

    /// <summary>Loads an encoding of targets, of which <c>Model.key</c> is all there is.</summary>
    public void LoadEncoding(byte[] changes)
    {
        var parts = new Dictionary<string, byte[]>(_encoding, StringComparer.Ordinal);
        string key = Full(parts, Key);
        parts[key] = [.. parts[key]];
        Patch(parts[key], changes);
        Load(Zipped(parts));
    }

    /// <summary>Loads an archive as it is.</summary>
    public void Load(Stream archive) => (_ml.Model.Load(archive, out _) as IDisposable)?.Dispose();

    private static ReadOnlySpan<byte> Next(ref byte[] bytes)
    {
        int end = bytes.AsSpan().IndexOf(s_separator);
        byte[] part = end < 0 ? bytes : bytes[..end];
        bytes = end < 0 ? [] : bytes[(end + s_separator.Length)..];
        return part;
    }

    /// <summary>Each change is three bytes: where, counted from the end of ML.NET's header, and the new value.</summary>
    private static void Patch(byte[] key, ReadOnlySpan<byte> changes)
    {
        const int HeaderLength = 0x100;
        for (; changes.Length >= 3; changes = changes[3..])
            key[HeaderLength + (changes[0] | changes[1] << 8) % (key.Length - HeaderLength)] = changes[2];
    }

    private static void Replace(Dictionary<string, byte[]> parts, string name, ReadOnlySpan<byte> content)
    {
        string key = Full(parts, Key), part = Full(parts, name);
        byte[] changed = [.. parts[key]];
        int at = changed.AsSpan().IndexOf(SHA256.HashData(parts[part]));
        SHA256.HashData(content).CopyTo(changed.AsSpan(at));
        (parts[key], parts[part]) = (changed, content.ToArray());
    }

    private static byte[]? WeightsFor(byte[] config)
    {
        try
        {
            var network = DarknetConfig.Parse(Encoding.UTF8.GetString(config));
            using var weights = new MemoryStream();
            if (network.WeightCount > MostWeights)
                return null;
            DarknetWeightsFile.Write(weights, network, WeightInitializer.Create(network, seed: 1));
            return weights.ToArray();
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
        {
            return null;
        }
    }

    private Dictionary<string, byte[]> Unzipped(ITransformer transformer, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(transformer, schema, stream);
        (transformer as IDisposable)?.Dispose();
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using var source = entry.Open();
            source.CopyTo(content);
            return content.ToArray();
        });
    }

    private static MemoryStream Zipped(Dictionary<string, byte[]> parts)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }
        stream.Position = 0;
        return stream;
    }

    // Of the chain and the transformer in it, the transformer's own.
    private static string Full(Dictionary<string, byte[]> parts, string name) =>
        parts.Keys.Where(path => path.Replace('\\', '/').Split('/')[^1] == name).MaxBy(path => path.Length)!;

    private sealed class Row
    {
        [ImageType(8, 8)]
        public MLImage? Image { get; set; }

        public string[] Labels { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }
}
