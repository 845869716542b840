using Yolo.Model.Network;

namespace Quickstart;

/// <summary>The networks that --network can name.</summary>
internal static class Networks
{
    /// <summary>A small one for the drawn shapes: shapes.cfg beside the program.</summary>
    public const string Shapes = "shapes";

    /// <summary>What --data trains by default.</summary>
    public const string Tiny = "yolov2-tiny";

    private static readonly Dictionary<string, Func<NetworkDefinition>> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        [Shapes] = () => DarknetConfig.Load(Path.Combine(AppContext.BaseDirectory, "shapes.cfg")),
        ["yolov2"] = () => YoloV2Network.Coco,
        ["yolov2-voc"] = () => YoloV2Network.Voc,
        [Tiny] = () => YoloV2Network.TinyCoco,
        ["yolov2-tiny-voc"] = () => YoloV2Network.TinyVoc,
        ["notebook"] = () => YoloV2Network.Notebook,
    };

    /// <summary>The names, for the help text.</summary>
    public static IEnumerable<string> Names => s_known.Keys;

    /// <summary>The network of a name, or of a .cfg file.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static NetworkDefinition Find(string nameOrPath) =>
        s_known.TryGetValue(nameOrPath, out var known) ? known()
        : File.Exists(nameOrPath) ? DarknetConfig.Load(nameOrPath)
        : throw new ArgumentException($"--network must be {string.Join(", ", Names)} or the path of a .cfg file; found {nameOrPath}.");
}
