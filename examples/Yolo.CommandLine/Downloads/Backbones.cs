using System.Text;
using Yolo.Model.Files;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.CommandLine.Downloads;

/// <summary>Pre-trained beginnings of networks, and what goes with published weights.</summary>
internal static class Backbones
{
    /// <summary>Convolutions in the first 23 layers of yolov2, which is where <c>darknet19_448.conv.23</c> ends.</summary>
    public const int Darknet19 = 18;

    /// <summary>Convolutions in the first 13 layers of yolov2-tiny.</summary>
    private const int Tiny = 7;

    /// <summary>The convolutions of Darknet's reference model (Darknet, cfg/darknet.cfg): those of the tiny networks, then one filter per class of ImageNet.</summary>
    public static NetworkDefinition DarknetReference { get; } = new(YoloV2Network.TinyCoco.Input,
    [
        .. YoloV2Network.TinyCoco.Layers.TakeWhile(layer => layer is not ConvolutionalLayer { Filters: 1024 }),
        YoloV2Network.TinyCoco.Convolutions[Tiny - 1],
        new ConvolutionalLayer(1000, 1, 1, 0, BatchNormalize: false, Activation.Leaky),
    ]);

    /// <summary>Cuts the backbone out of yolov2-tiny.weights: the head of the file, up to its seventh convolution. Returns the path of what it wrote.</summary>
    public static string CutTiny(string weights, string path)
    {
        long floats = YoloV2Network.TinyCoco.Convolutions[..Tiny].Sum(layer => layer.WeightCount);
        long header = new FileInfo(weights).Length - DarknetWeightsFile.CountFloats(weights) * sizeof(float);
        using var source = File.OpenRead(weights);
        AtomicFile.Write(path, target =>
        {
            byte[] buffer = new byte[1 << 16];
            for (long rest = header + floats * sizeof(float); rest > 0;)
            {
                int read = source.ReadAtLeast(buffer.AsSpan(0, (int)Math.Min(rest, buffer.Length)), 1);
                target.Write(buffer, 0, read);
                rest -= read;
            }
        });
        return path;
    }

    /// <summary>Writes the .cfg and the .names that weights of a built-in network need, and returns their paths.</summary>
    public static IReadOnlyList<string> WriteCompanions(string folder, string name, IReadOnlyList<string> classes)
    {
        string config = Path.Combine(folder, name + ".cfg"), names = Path.Combine(folder, name + ".names");
        AtomicFile.Write(config, stream => stream.Write(Encoding.UTF8.GetBytes(DarknetConfig.Write(YoloV2Network.Get(name)))));
        AtomicFile.Write(names, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(classes.Select(item => item + '\n')))));
        return [config, names];
    }
}
