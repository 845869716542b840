using Yolo.CommandLine.Downloads;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.CommandLine.Detectors;

/// <summary>The weights that a training starts from.</summary>
internal static class StartingWeights
{
    /// <summary>The name of the backbone that comes with the tool.</summary>
    public const string ResNet18 = "resnet18";

    /// <summary>Finds a file, and the network that it belongs to where that is a known one that differs from the network to be trained before its head.</summary>
    /// <param name="nameOrPath">A path, a name that <c>download</c> knows, or <see cref="ResNet18"/>.</param>
    /// <param name="network">The network to be trained.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no .weights file.</exception>
    public static InitialWeights Find(string nameOrPath, NetworkDefinition network)
    {
        if (nameOrPath.Equals(ResNet18, StringComparison.OrdinalIgnoreCase))
            return Backbone.ResNet18();
        string path = Locate(nameOrPath);
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return Backbone.FromOnnx(path);
        long floats = DarknetWeightsFile.CountFloats(path);
        var owner = YoloV2Network.Names.Select(YoloV2Network.Get).Append(Backbones.DarknetReference).FirstOrDefault(known => known.WeightCount == floats);
        return new DarknetWeights(path) { Network = owner is null || SameTrunk(owner, network) ? null : owner };
    }

    private static string Locate(string nameOrPath)
    {
        if (File.Exists(nameOrPath))
            return nameOrPath;
        if (DownloadCatalog.Find(nameOrPath) is not { Weights: { } file } item)
            throw new FileNotFoundException($"--weights: {nameOrPath}: no such file, and nothing of that name can be downloaded.");
        string path = Path.Combine(DownloadCatalog.DefaultFolder, file);
        return File.Exists(path) ? path : throw new FileNotFoundException($"--weights: {item.Name}: expected it at {path}, found none. Run: yolo-mlnet download {item.Name}");
    }

    private static bool SameTrunk(NetworkDefinition one, NetworkDefinition other) => Trunk(one).SequenceEqual(Trunk(other));

    private static IEnumerable<(int, int, int, bool)> Trunk(NetworkDefinition network) =>
        network.Convolutions[..^1].Select(layer => (layer.Filters, layer.Size, layer.Input.Channels, layer.BatchNormalize));
}
