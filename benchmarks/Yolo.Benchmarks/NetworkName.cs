using System.Globalization;
using Yolo.Model.Network;

namespace Yolo.Benchmarks;

/// <summary>Networks as they are named on the command line.</summary>
internal static class NetworkName
{
    /// <summary>A built-in network or a <c>.cfg</c> file, <c>@size</c> for another input than its own.</summary>
    public static NetworkDefinition Resolve(string nameAndSize)
    {
        string[] parts = nameAndSize.Split('@');
        var network = File.Exists(parts[0]) ? DarknetConfig.Load(parts[0]) : YoloV2Network.Get(parts[0]);
        if (parts.Length == 1)
            return network;
        int size = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return network.WithInputSize(size, size);
    }
}
