using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Training.Checkpoints;
using Yolo.Model.Weights;

namespace Yolo.Model.Training;

/// <summary>Takes a usable model out of a training that still runs, or that has crashed.</summary>
public static class TrainingCheckpoint
{
    /// <summary>Reads the model of a checkpoint. The run may go on meanwhile.</summary>
    /// <param name="path">A checkpoint, or the folder of <see cref="CheckpointOptions"/>: the newest good one in it.</param>
    /// <param name="weights">Which weights. Default: those that the run would end with.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or no good checkpoint in the folder.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds numbers that are not finite, or knows no class names.</exception>
    /// <exception cref="ArgumentException">The checkpoint has no average.</exception>
    /// <exception cref="NotSupportedException">Another version of this library wrote the checkpoint.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DetectorModel ReadModel(string path, CheckpointWeights weights = CheckpointWeights.Result)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Argument.Defined(weights, nameof(weights));
        using var file = Open(path);
        var header = file.Header;
        var network = DarknetConfig.Parse(header.Run.Network, file.Path);
        if (header.Run.ClassNames.Count != network.Region.Classes)
            throw new InvalidDataException($"{file.Path}: expected names of {network.Region.Classes} classes, found {header.Run.ClassNames.Count}.");
        string prefix = Prefix(file, weights);
        try
        {
            return new(network, Read(file, network, prefix), header.Run.ClassNames,
                Setting(header, nameof(TrainingOptions.Resize), SettingsJson.Default.ResizeMode, ResizeMode.Stretch),
                Setting(header, nameof(TrainingOptions.Filter), SettingsJson.Default.ResizeFilter, ResizeFilter.Darknet));
        }
        catch (Exception exception) when (exception is KeyNotFoundException or ArgumentException or OverflowException or JsonException)
        {
            throw new InvalidDataException($"{file.Path}: the checkpoint does not fit its own network. {exception.Message}", exception);
        }
    }

    private static CheckpointFile Open(string path)
    {
        if (Directory.Exists(path))
        {
            return new CheckpointFolder(new(path)).OpenNewest()
                ?? throw new FileNotFoundException($"{path}: expected a checkpoint, found none that is whole.", path);
        }
        var file = CheckpointFile.TryOpen(path) ?? throw new InvalidDataException($"{path}: the checkpoint is damaged (its checksum is wrong).");
        if (file.IsFinite())
            return file;
        file.Dispose();
        throw new InvalidDataException($"{path}: the checkpoint holds numbers that are not finite: its run had diverged.");
    }

    /// <summary>What the names of the weights' tensors begin with.</summary>
    private static string Prefix(CheckpointFile file, CheckpointWeights weights)
    {
        var header = file.Header;
        bool Has(string prefix) => header.Tensors.Any(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal));
        // Before the first validation, the best weights are those that the run began with.
        bool hasBest = Has("best/") && header.Position.History.Any(epoch => epoch.Validation is not null);
        return weights switch
        {
            CheckpointWeights.Last => "weights/",
            CheckpointWeights.Average => Has("average/") ? "average/" : throw new ArgumentException($"{file.Path}: the checkpoint has no average.", nameof(weights)),
            _ => hasBest ? "best/" : Has("average/") ? "average/" : "weights/",
        };
    }

    private static NetworkWeights Read(CheckpointFile file, NetworkDefinition network, string prefix)
    {
        var tensors = file.ReadTensors(prefix);
        return new(network, [.. Enumerable.Range(0, network.Layers.Length).Where(i => network.Layers[i] is ConvolutionalLayer).Select(layer => new ConvolutionWeights
        {
            Kernel = tensors[$"layer{layer}.kernel"],
            Biases = tensors[$"layer{layer}.biases"],
            Scales = tensors.GetValueOrDefault($"layer{layer}.scales"),
            RollingMean = tensors.GetValueOrDefault($"layer{layer}.rolling_mean"),
            RollingVariance = tensors.GetValueOrDefault($"layer{layer}.rolling_variance"),
        })]) { Seen = file.Header.Seen };
    }

    private static T Setting<T>(CheckpointHeader header, string name, JsonTypeInfo<T> type, T before)
        where T : struct, Enum =>
        header.Run.Settings.GetValueOrDefault(name) is { } json ? JsonSerializer.Deserialize(json, type) : before;
}
