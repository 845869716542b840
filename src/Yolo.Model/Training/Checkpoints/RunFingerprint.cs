using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>What decides the result of a run: a checkpoint goes on only in a run that has the same.</summary>
/// <param name="Network">The network as .cfg text.</param>
/// <param name="ClassNames">Names of the classes.</param>
/// <param name="Settings">The options, and what is known of the images, as JSON by name.</param>
internal sealed record RunFingerprint(string Network, IReadOnlyList<string> ClassNames, IReadOnlyDictionary<string, string> Settings)
{
    private const string Processes = "number of processes", ImageCount = "number of images";

    /// <summary>Options that change where and how fast a run is computed, not what comes out.</summary>
    private static readonly HashSet<string> s_free =
    [
        nameof(TrainingOptions.Checkpoints), nameof(TrainingOptions.GpuDeviceId), nameof(TrainingOptions.DataWorkers),
        nameof(TrainingOptions.Distributed), nameof(TrainingOptions.MetricsFile), nameof(TrainingOptions.TensorBoardFolder), nameof(TrainingOptions.PicturesFolder),
    ];

    /// <summary>Options that a run may go on with although it began with others.</summary>
    private static readonly string[] s_extendable = [nameof(TrainingOptions.Epochs), nameof(TrainingOptions.MaxDuration), nameof(TrainingOptions.LearningRate), nameof(TrainingOptions.LearningRatePolicy), Processes];

    /// <summary>What a checkpoint that does not know an option was trained with. Filter: before there was a choice, pixels were sampled as
    /// Darknet does.</summary>
    private static readonly Lazy<SortedDictionary<string, string>> s_before = new(() =>
        Describe(new TrainingOptions { Filter = ResizeFilter.Darknet }));

    /// <summary>The identity of a run on these images.</summary>
    public static RunFingerprint Of(NetworkDefinition network, IReadOnlyList<string> classNames, TrainingOptions options, IReadOnlyList<ImageLabels> images, IReadOnlyList<ImageLabels> validation)
    {
        var settings = Describe(options);
        settings[ImageCount] = images.Count.ToString(CultureInfo.InvariantCulture);
        settings["digest of the image sizes and boxes"] = Digest(images, static item => item.IsTaught);
        settings["number of validation images"] = validation.Count.ToString(CultureInfo.InvariantCulture);
        settings["digest of the validation image sizes and boxes"] = Digest(validation, static _ => true);
        return new(ConfigWriter.Write(network), [.. classNames], settings);
    }

    /// <summary>Steps of an epoch.</summary>
    [JsonIgnore]
    public int StepsPerEpoch
    {
        get
        {
            int images = Number(ImageCount), perStep = Number(nameof(TrainingOptions.BatchSize)) * Number(Processes);
            return (images + perStep - 1) / perStep;
        }
    }

    /// <summary>The identity as another process reads it.</summary>
    public string ToText() => JsonSerializer.Serialize(this, CheckpointJson.Default.RunFingerprint);

    /// <summary>The identity that another process has written.</summary>
    public static RunFingerprint FromText(string text) => JsonSerializer.Deserialize(text, CheckpointJson.Default.RunFingerprint)!;

    /// <summary>What a checkpoint of another run has instead, in words; null where it is of this run. An option that the checkpoint does
    /// not know, being older, counts as what was done then: its default, or for <see cref="TrainingOptions.Filter"/> Darknet's.</summary>
    public string? DifferenceIn(RunFingerprint other)
    {
        var differences = new List<string>();
        if (Network != other.Network)
            differences.Add($"the network ({FirstDifference(other.Network, Network)})");
        if (!ClassNames.SequenceEqual(other.ClassNames, StringComparer.Ordinal))
            differences.Add($"the classes ({string.Join(", ", other.ClassNames)} there, {string.Join(", ", ClassNames)} here)");
        differences.AddRange(Differences(other, Settings.Keys.Union(other.Settings.Keys).Except(s_extendable)));
        return differences.Count == 0 ? null : string.Join("; ", differences);
    }

    /// <summary>In what this run goes on otherwise than the checkpoint's did, in words: more epochs, another learning rate. Null: in nothing.</summary>
    public string? ExtensionOf(RunFingerprint other) => Differences(other, s_extendable) is [_, ..] differences ? string.Join("; ", differences) : null;

    private int Number(string setting) => int.Parse(Settings.GetValueOrDefault(setting, "1"), CultureInfo.InvariantCulture);

    private List<string> Differences(RunFingerprint other, IEnumerable<string> names)
    {
        var differences = new List<string>();
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            string here = Settings.GetValueOrDefault(name, "nothing"),
                there = other.Settings.GetValueOrDefault(name) ?? s_before.Value.GetValueOrDefault(name, "nothing");
            if (!OptionValue.Same(here, there, s_before.Value.GetValueOrDefault(name)))
                differences.Add($"{name} ({there} there, {here} here)");
        }
        return differences;
    }

    private static SortedDictionary<string, string> Describe(TrainingOptions options)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // No seed draws what seed 0 draws.
        options = options with { Seed = options.SeedOrDefault, Epochs = options.EpochsOrDefault };
        foreach (var property in typeof(TrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            // What a function does is not known: only that there is one.
            if (property.GetValue(options) is Delegate)
                settings[property.Name] = "\"a function\"";
            else if (!s_free.Contains(property.Name))
                settings[property.Name] = Json(property.GetValue(options), property.PropertyType);
        }
        settings[Processes] = (options.Distributed?.Size ?? 1).ToString(CultureInfo.InvariantCulture);
        return settings;
    }

    // What a policy declares counts, not only what all policies share.
    private static string Json(object? value, Type type) =>
        value is null ? "null" : JsonSerializer.Serialize(value, value is LearningRatePolicy ? value.GetType() : type, SettingsJson.Default);

    private static string FirstDifference(string there, string here)
    {
        string[] thereLines = there.Split('\n'), hereLines = here.Split('\n');
        int line = thereLines.Zip(hereLines).TakeWhile(pair => pair.First == pair.Second).Count();
        return string.Create(CultureInfo.InvariantCulture,
            $".cfg line {line + 1}: {thereLines.ElementAtOrDefault(line) ?? "the end"} there, {hereLines.ElementAtOrDefault(line) ?? "the end"} here");
    }

    private static string Digest(IReadOnlyList<ImageLabels> images, Func<GroundTruth, bool> counts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[5 * sizeof(int)];
        foreach (var image in images)
        {
            Append(hash, bytes, image.Width, image.Height, image.Objects.Count(counts));
            foreach (var (box, classIndex, _, _, _) in image.Objects.Where(counts))
            {
                Append(hash, bytes, BitConverter.SingleToInt32Bits(box.Left), BitConverter.SingleToInt32Bits(box.Top), BitConverter.SingleToInt32Bits(box.Right),
                    BitConverter.SingleToInt32Bits(box.Bottom), classIndex);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private static void Append(IncrementalHash hash, Span<byte> bytes, params ReadOnlySpan<int> values)
    {
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(sizeof(int) * i)..], values[i]);
        hash.AppendData(bytes[..(sizeof(int) * values.Length)]);
    }
}
