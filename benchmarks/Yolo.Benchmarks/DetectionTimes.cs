using System.Runtime.CompilerServices;
using Yolo.Benchmarks.Peers;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks;

/// <summary>Times Detect on a decoded 640 x 480 image beside its peers, and says what a warm call allocates.</summary>
internal static class DetectionTimes
{
    private const int WarmCalls = 10, CountedCalls = 20;

    public static void Print(string network, int threads, int rounds)
    {
        var model = RandomModel.Create(network);
        var options = new DetectionOptions { IntraOpThreads = threads };
        var image = new RgbaImage(640, 480, seed: 1);
        var detector = new Detector(model, options);
        var contenders = new List<IContender>();
        try
        {
            contenders.Add(new BareSession(model, threads));
            contenders.Add(new DetectCall("Detect, float", detector, image));
            contenders.AddRange(Contenders.Others(model, options, image));
            double[] times = Turns.Medians([.. contenders.Select(contender => (Action)contender.Run)], rounds);
            Console.WriteLine($"| {network}, a 640 x 480 image | ms | x the bare session | x Detect, float |");
            Console.WriteLine("| --- | ---: | ---: | ---: |");
            foreach (var (contender, time) in contenders.Zip(times))
                Console.WriteLine($"| {contender.Name} | {time:F1} | {time / times[0]:F2} | {time / times[1]:F2} |");
            PlainTorch.PrintRow(network, times[0], times[1]);
            Console.WriteLine();
            PrintAllocation(detector, image);
            PrintAgreement(contenders, model, image, threads);
        }
        finally
        {
            contenders.ForEach(contender => contender.Dispose());
        }
    }

    private static void PrintAllocation(Detector detector, RgbaImage image)
    {
        long results = 0, before = 0;
        for (int call = -WarmCalls; call < CountedCalls; call++)
        {
            if (call == 0)
                (results, before) = (0, GC.GetTotalAllocatedBytes(precise: true));
            results += detector.Detect(image.View).Count * Unsafe.SizeOf<Detection>();
        }
        long bytes = (GC.GetTotalAllocatedBytes(precise: true) - before - results) / CountedCalls;
        Console.WriteLine($"A warm Detect allocates {bytes} managed bytes beside its detections.");
    }

    // Peers that computed something else would be no peers.
    private static void PrintAgreement(List<IContender> contenders, DetectorModel model, RgbaImage image, int threads)
    {
        var input = model.Network.Input;
        float[] tensor = new float[input.Count], map = new float[model.Network.RegionLayout.Size];
        ImagePreprocessor.Fill(image.View, model.Resize, model.Filter, input.Width, input.Height, tensor);
        using (var backend = new OnnxRuntimeBackend(model.Network, model.Weights, threads))
            backend.Run(tensor, batch: 1, map);
        float largest = map.Max(MathF.Abs);
        foreach (var peer in contenders.OfType<IMapSource>())
        {
            float difference = peer.Map(tensor).Zip(map, (theirs, ours) => MathF.Abs(theirs - ours)).Max();
            Console.WriteLine($"{peer.Name}: its raw map differs from ours by {difference / largest:E1} of the largest value.");
        }
        Console.WriteLine();
    }
}
