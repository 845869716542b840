using System.CommandLine;
using Quickstart;
using Yolo.Model.Network;

namespace Yolo.CommandLine.Detectors;

/// <summary>The options by which a command is given a network.</summary>
internal sealed class NetworkOptions
{
    private const string Usual = "yolov2-tiny";

    /// <summary>Name or file.</summary>
    public Option<string> Network { get; } = new("--network", "-n")
    {
        Description = $"Network: {string.Join(", ", YoloV2Network.Names)}, or the path of a Darknet .cfg. Its classes and anchors are replaced by those of the data.",
        HelpName = "name or .cfg",
        DefaultValueFactory = _ => Usual,
    };

    /// <summary>Size of its input.</summary>
    public Option<(int Width, int Height)?> Size { get; } = OptionKinds.Size();

    /// <summary>The network that the options ask for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">Name of the network if none is asked for.</param>
    /// <exception cref="InvalidOperationException">It is no YOLOv2 detector.</exception>
    public NetworkDefinition Get(ParseResult parsed, string otherwise = Usual)
    {
        var network = Find(parsed.GetResult(Network) is { Implicit: false } ? parsed.GetRequiredValue(Network) : otherwise);
        _ = network.Region;
        return parsed.GetValue(Size) is { } size ? network.WithInputSize(size.Width, size.Height) : network;
    }

    /// <summary>The network of a name, or of a .cfg file.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static NetworkDefinition Find(string nameOrPath) =>
        File.Exists(nameOrPath) ? DarknetConfig.Load(nameOrPath)
        : YoloV2Network.Names.Contains(nameOrPath, StringComparer.OrdinalIgnoreCase) ? YoloV2Network.Get(nameOrPath)
        : throw new ArgumentException($"Expected a network, {string.Join(", ", YoloV2Network.Names)} or the path of a .cfg file, found '{nameOrPath}'.");
}
