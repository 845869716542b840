using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Quickstart;

/// <summary>The networks that --network can name.</summary>
internal static class Networks
{
    /// <summary>A small one for the drawn shapes: shapes.cfg beside the program.</summary>
    public const string Shapes = "shapes";

    /// <summary>What --data trains by default: from weights that were trained on ImageNet.</summary>
    public const string ResNet18 = "yolov2-resnet18";

    private const string ResNet18Stride16 = "yolov2-resnet18-stride16";

    private static readonly Dictionary<string, Func<NetworkDefinition>> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        [Shapes] = () => DarknetConfig.Load(Path.Combine(AppContext.BaseDirectory, "shapes.cfg")),
        ["yolov2"] = () => YoloV2Network.Coco,
        ["yolov2-voc"] = () => YoloV2Network.Voc,
        ["yolov2-tiny"] = () => YoloV2Network.TinyCoco,
        ["yolov2-tiny-voc"] = () => YoloV2Network.TinyVoc,
        [ResNet18] = () => YoloV2Network.ResNet18,
        [ResNet18Stride16] = () => YoloV2Network.ResNet18Stride16,
        ["notebook"] = () => YoloV2Network.Notebook,
    };

    /// <summary>The names, for the help text.</summary>
    public static IEnumerable<string> Names => s_known.Keys;

    /// <summary>The weights that the training of a network starts from; null: random ones.</summary>
    /// <exception cref="FileNotFoundException">They are not beside the program.</exception>
    public static InitialWeights? WeightsOf(string nameOrPath) =>
        nameOrPath.Equals(ResNet18, StringComparison.OrdinalIgnoreCase) || nameOrPath.Equals(ResNet18Stride16, StringComparison.OrdinalIgnoreCase) ? Backbone.ResNet18() : null;

    /// <summary>The network of a name, or of a .cfg file.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static NetworkDefinition Find(string nameOrPath) =>
        s_known.TryGetValue(nameOrPath, out var known) ? known()
        : File.Exists(nameOrPath) ? DarknetConfig.Load(nameOrPath)
        : throw new ArgumentException($"--network must be {string.Join(", ", Names)} or the path of a .cfg file; found {nameOrPath}.");
}
