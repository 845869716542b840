using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Yolo.Model.Network;

/// <summary>The networks that come with the library, for an input of 416 x 416 pixels. <see cref="NetworkDefinition.WithRegion"/> changes classes and anchors,
/// <see cref="NetworkDefinition.WithInputSize"/> the size, in multiples of 32.</summary>
public static class YoloV2Network
{
    /// <summary>The names that <see cref="Get"/> knows.</summary>
    public static ImmutableArray<string> Names { get; } = ["yolov2", "yolov2-voc", "yolov2-tiny", "yolov2-tiny-voc", "notebook", "yolov2-resnet18", "yolov2-resnet18-stride16"];

    private static readonly FrozenDictionary<string, Lazy<NetworkDefinition>> Networks =
        Names.ToFrozenDictionary(name => name, name => new Lazy<NetworkDefinition>(() => Load($"{name}.cfg")), StringComparer.OrdinalIgnoreCase);

    /// <summary>YOLOv2 for COCO's 80 classes, 5 anchors: <c>yolov2</c>, 50,983,561 floats (Darknet, cfg/yolov2.cfg).</summary>
    public static NetworkDefinition Coco => Get("yolov2");

    /// <summary>YOLOv2 for Pascal VOC's 20 classes, 5 anchors: <c>yolov2-voc</c>, 50,676,061 floats (Darknet, cfg/yolov2-voc.cfg).</summary>
    public static NetworkDefinition Voc => Get("yolov2-voc");

    /// <summary>YOLOv2-tiny for COCO's 80 classes, 5 anchors: <c>yolov2-tiny</c>, 11,237,145 floats (Darknet, cfg/yolov2-tiny.cfg).</summary>
    public static NetworkDefinition TinyCoco => Get("yolov2-tiny");

    /// <summary>YOLOv2-tiny for Pascal VOC's 20 classes, 5 anchors: <c>yolov2-tiny-voc</c>, 15,867,885 floats (Darknet, cfg/yolov2-tiny-voc.cfg).</summary>
    public static NetworkDefinition TinyVoc => Get("yolov2-tiny-voc");

    /// <summary>The network of the notebook "Implementing YOLOV2 from scratch using Tensorflow 2.0": YOLOv2 for 20 classes with 4 anchors and an ordinary
    /// space-to-depth as passthrough, <c>notebook</c>, 50,650,436 parameters.</summary>
    public static NetworkDefinition Notebook => Get("notebook");

    /// <summary>YOLOv2's head on ResNet-18 for 20 classes, 5 anchors: <c>yolov2-resnet18</c>, 17,169,225 floats. The first convolution
    /// scales the pixels,
    /// the next 20 are the backbone's (He et al., "Deep Residual Learning", table 1). Cells of 32 pixels; the third stage joins through a
    /// passthrough.</summary>
    public static NetworkDefinition ResNet18 => Get("yolov2-resnet18");

    /// <summary>YOLOv2 on ResNet-18 with cells of 16 pixels, for objects that are small or told apart by fine print, 20 classes, 5 anchors:
    /// <c>yolov2-resnet18-stride16</c>, 12,760,905 floats. The fourth stage is enlarged and joins the third. Anchors count in cells of 16
    /// pixels.</summary>
    public static NetworkDefinition ResNet18Stride16 => Get("yolov2-resnet18-stride16");

    /// <summary>A network by its name on a command line, one of <see cref="Names"/> in any case.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists the names.</exception>
    public static NetworkDefinition Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Networks.TryGetValue(name, out var network)
            ? network.Value
            : throw new ArgumentException($"No built-in network is called '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
    }

    private static NetworkDefinition Load(string resource)
    {
        using var reader = new StreamReader(typeof(YoloV2Network).Assembly.GetManifestResourceStream(resource)!);
        return DarknetConfig.Parse(reader.ReadToEnd(), resource);
    }
}
