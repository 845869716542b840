using OpenCvSharp;
using OpenCvSharp.Dnn;
using Yolo.Benchmarks.Peers;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;

namespace Yolo.Benchmarks;

/// <summary>Times what Detect does besides the network, each part on one core.</summary>
internal static class PartTimes
{
    private const int Rounds = 60;
    private const float Threshold = 0.005f;

    public static void Print()
    {
        Console.WriteLine("| part, on one core | ms | OpenCV, ms | bar, ms |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        PrintPreprocess(640, 480, "");
        PrintPreprocess(1920, 1080, "3");
        var network = YoloV2Network.Voc;
        PrintDecode("realistic map", network, SyntheticMaps.Realistic(network), "0.2");
        PrintDecode("every class of every box reported", network, SyntheticMaps.WorstCase(network), "0.2");
        Console.WriteLine();
    }

    private static void PrintPreprocess(int width, int height, string bar)
    {
        var input = YoloV2Network.Voc.Input;
        var image = new RgbaImage(width, height, seed: 1);
        float[] tensor = new float[input.Count];
        var parts = new List<Action> { () => ImagePreprocessor.Fill(image.View, ResizeMode.Stretch, input.Width, input.Height, tensor) };
        using var peer = OpenCv.MissingReason is null ? image.ToBgrMat() : null;
        if (peer is not null)
        {
            OpenCv.SetThreads(1);
            parts.Add(() => CvDnn.BlobFromImage(peer, 1 / 255.0, new(input.Width, input.Height), default, swapRB: true, crop: false).Dispose());
        }
        double[] times = Turns.Medians(parts, Rounds);
        Print($"preprocess {width} x {height} to {input.Width} x {input.Height}", times[0], peer is null ? "" : $"{times[1]:F2}", bar);
    }

    private static void PrintDecode(string name, NetworkDefinition network, float[] map, string bar)
    {
        var options = new DetectionOptions { ScoreThreshold = Threshold };
        var decoder = new RegionDecoder(network, options);
        var (decoded, kept) = (new List<Detection>(), new List<Detection>());
        decoder.Decode(map, decoded);
        double[] times = Turns.Medians(
        [
            () => decoder.Decode(map, kept),
            () => decoder.Detect(map, kept),
        ], Rounds);
        string boxes = $"{network.RegionLayout.Boxes} x {network.Region.Classes}";
        Print($"decode {boxes} at {Threshold}: {name}, {decoded.Count} detections", times[0], "", "");
        Print($"decode + NMS of the same, {kept.Count} left", times[1], "", bar);
    }

    private static void Print(string part, double time, string peer, string bar) => Console.WriteLine($"| {part} | {time:F3} | {peer} | {bar} |");
}
