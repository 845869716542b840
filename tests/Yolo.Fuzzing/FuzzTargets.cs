using System.Security.Cryptography;
using SkiaSharp;
using Yolo.Model.Data;
using Yolo.Model.Data.Coco;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;
using Yolo.Model.Files;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Quantization;
using Yolo.Model.Training;
using Yolo.Model.Training.Checkpoints;
using Yolo.Model.Weights;

namespace Yolo.Fuzzing;

/// <summary>Everything that is read from strangers, by name: what is done with the bytes of one input. What a target throws beyond the documented refusals is a finding.</summary>
internal sealed class FuzzTargets : IDisposable
{
    /// <summary>A small network whose ranges can be stated.</summary>
    public const string TwoConvolutions = "[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\npad=1\nactivation=leaky\n[convolutional]\nfilters=7\nactivation=linear\n[region]\nanchors=1,2\nclasses=2\nnum=1\n";

    /// <summary>The classes of every small network here.</summary>
    public static readonly string[] ClassNames = ["cat", "dog"];

    private const string SmallConfig = "[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nbatch_normalize=1\nfilters=7\nsize=3\npad=1\nactivation=leaky\n[region]\nanchors=1,2\nclasses=2\nnum=1\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("yolo-fuzzing-").FullName;
    private readonly NetworkDefinition _network = DarknetConfig.Parse(SmallConfig);
    private readonly NetworkWeights _fresh;
    private readonly Lazy<ModelParts> _models = new(() => new());

    public FuzzTargets()
    {
        _fresh = WeightInitializer.Create(_network, seed: 1);
        All = new Dictionary<string, Action<byte[]>>(StringComparer.Ordinal)
        {
            ["cfg"] = ReadConfig,
            ["weights"] = ReadWeights,
            ["weights-partial"] = bytes => DarknetWeightsFile.ReadPartial(new MemoryStream(bytes), _network, _fresh, out _),
            ["names"] = ReadNames,
            ["ranges"] = ReadRanges,
            ["voc-xml"] = bytes => VocAnnotation.Read(new MemoryStream(bytes), "a.xml"),
            ["voc-set"] = ReadVocSet,
            ["coco"] = bytes => Twice(log => DatasetLoader.Load(CocoReader.OpenFile(Written("coco.json", bytes)), imageSet: null, log)),
            ["yolo-labels"] = bytes => Twice(log => YoloLabels.Read(Written("labels.txt", bytes), ClassNames, keyPointValues: 6, log)),
            ["yolo-yaml"] = bytes => YoloDescription.Read(Written("data.yaml", bytes)),
            ["yolo-data"] = bytes => YoloDescription.Read(Written("data.data", bytes)),
            ["yolo-list"] = ReadYoloList,
            ["image"] = ReadImage,
            ["model-zip"] = bytes => _models.Value.Load(new MemoryStream(bytes)),
            ["model-parts"] = bytes => _models.Value.LoadDetector(bytes),
            ["encoding-parts"] = bytes => _models.Value.LoadEncoding(bytes),
            ["checkpoint"] = ReadCheckpoint,
            ["decode"] = NumberTargets.Decode,
            ["nms"] = NumberTargets.Suppress,
            ["encode"] = NumberTargets.Encode,
        };
        File.WriteAllText(Path.Combine(_folder, "a.names"), "cat\ndog\n");
        using var image = new SKBitmap(4, 4);
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(Path.Combine(_folder, "a.png"), png.ToArray());
    }

    /// <summary>The targets.</summary>
    public IReadOnlyDictionary<string, Action<byte[]>> All { get; }

    /// <summary>Gives bytes to a target. Returns what it threw that no page documents; null where it read or refused them.</summary>
    public Exception? Try(string name, byte[] bytes)
    {
        try
        {
            All[name](bytes);
            return null;
        }
        catch (Exception exception)
        {
            return IsRefusal(name, exception) ? null : exception;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What docs/reliability.md says that malformed input throws. Before ML.NET comes to a part of ours it throws what it likes.</summary>
    private static bool IsRefusal(string name, Exception exception)
    {
        bool isModel = name is "model-zip" or "model-parts" or "encoding-parts";
        var cause = isModel ? exception.GetBaseException() : exception;
        return cause is InvalidDataException or NotSupportedException or FileNotFoundException
            || isModel && (cause is FormatException || !exception.ToString().Contains("at Yolo.ML", StringComparison.Ordinal));
    }

    private static void ReadConfig(byte[] bytes)
    {
        var network = DarknetConfig.Parse(TextFile.Read(new MemoryStream(bytes), "net.cfg"));
        Require(DarknetConfig.Parse(DarknetConfig.Write(network)).Equals(network), "a network that is written and read again is another one");
    }

    private void ReadWeights(byte[] bytes)
    {
        var weights = DarknetWeightsFile.Read(new MemoryStream(bytes), _network);
        using var written = new MemoryStream();
        DarknetWeightsFile.Write(written, _network, weights);
        Require(written.ToArray().AsSpan().SequenceEqual(bytes), "weights are not written as they were read");
    }

    private static void ReadNames(byte[] bytes)
    {
        var names = DarknetModel.ParseNames(TextFile.Read(new MemoryStream(bytes), "x.names"));
        Require(DarknetModel.ParseNames(DarknetModel.NamesText(names)).SequenceEqual(names), "names are not written as they were read");
    }

    private static void ReadRanges(byte[] bytes)
    {
        var ranges = QuantizationText.Parse(TextFile.Read(new MemoryStream(bytes), "ranges"));
        Require(QuantizationText.Parse(QuantizationText.Write(ranges)).Convolutions.SequenceEqual(ranges.Convolutions), "ranges that are written and read again are others");
    }

    private void ReadImage(byte[] bytes)
    {
        var (width, height) = ImageFile.ReadSize(Written("image", bytes));
        using var bitmap = ImageFile.Decode(new MemoryStream(bytes));
        Require(bitmap.Width == width && bitmap.Height == height, "an image has another size than its head says");
    }

    /// <summary>With the right checksum: what is hostile knows how to make one.</summary>
    private void ReadCheckpoint(byte[] bytes)
    {
        using var file = CheckpointFile.TryOpen(Written("step-000000001.checkpoint", [.. bytes, .. SHA256.HashData(bytes)]));
        if (file is null)
            return;
        var header = file.Header;
        new RunFingerprint(SmallConfig, ClassNames, new Dictionary<string, string>()).DifferenceIn(header.Run);
        var run = new TrainingHistory(epochs: 2, stepsPerEpoch: 3, ["xy"]);
        if (run.Allows(header.Position))
            run.ContinueFrom(header.Position);
        // What the tensors are compared with.
        foreach (var (name, shape) in header.Tensors)
            Require(name.Length + shape.Sum(side => (double)side) < double.PositiveInfinity, "a tensor has no shape");
    }

    /// <summary>Once as a loader, which the first flaw stops, and once as a check, which goes on.</summary>
    private static void Twice(Action<FlawLog> read)
    {
        read(new FlawLog(_ => { }));
        read(Loader());
    }

    private static FlawLog Loader() => new(new LoadOptions { OnError = OnError.Throw });

    private void ReadVocSet(byte[] bytes)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "Annotations"));
        Directory.CreateDirectory(Path.Combine(_folder, "JPEGImages"));
        VocImageSet.Read(VocLayout.Find(_folder)!, Path.GetFileNameWithoutExtension(Written("ImageSets/Main/set.txt", bytes)), Loader());
    }

    private void ReadYoloList(byte[] bytes)
    {
        var paths = new YoloPaths(new("data.yaml", _folder, ClassNames, []));
        Require(paths.Images(Written("list.txt", bytes), imageFolder: null).All(image => Path.IsPathFullyQualified(image.Image)), "an image of a list has no full path");
    }

    private string Written(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new InvalidOperationException($"The target found that {otherwise}.");
    }
}
