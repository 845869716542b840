using Yolo.Model.Network;

namespace Yolo.CommandLine.Detectors;

/// <summary>The weights that a training starts from.</summary>
internal static class StartingWeights
{
    /// <summary>Lengths of the header that a .weights file may have.</summary>
    private static readonly int[] s_headers = [16, 20];

    /// <summary>Finds a file, and the network that it belongs to where that is another built-in one than the network to be trained.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static (string? Path, NetworkDefinition? Network) Find(string path, NetworkDefinition network)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"--weights: {path}: no such file.");
        long length = new FileInfo(path).Length;
        var owner = YoloV2Network.Names.Select(YoloV2Network.Get).FirstOrDefault(known => s_headers.Any(header => header + known.WeightCount * sizeof(float) == length));
        return (path, owner is null || SameTrunk(owner, network) ? null : owner);
    }

    private static bool SameTrunk(NetworkDefinition one, NetworkDefinition other) => Trunk(one).SequenceEqual(Trunk(other));

    private static IEnumerable<(int, int, int, bool)> Trunk(NetworkDefinition network) =>
        network.Convolutions[..^1].Select(layer => (layer.Filters, layer.Size, layer.Input.Channels, layer.BatchNormalize));
}
