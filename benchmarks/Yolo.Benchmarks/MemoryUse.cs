using TorchSharp;
using Yolo.Model.Data;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks;

/// <summary>Live tensors and resident memory (VmRSS on Linux) over 200 training steps and 1,000 predictions.</summary>
internal static class MemoryUse
{
    public static void Print()
    {
        Console.WriteLine("| after | live tensors | resident memory, MB |");
        Console.WriteLine("| --- | ---: | ---: |");
        Train();
        Predict();
    }

    private static void Train()
    {
        var network = YoloV2Network.TinyVoc.WithInputSize(160, 160);
        var random = new Random(1);
        var images = new List<TrainingImage>();
        for (int i = 0; i < 64; i++)
        {
            byte[] rgb = new byte[3 * 320 * 240];
            random.NextBytes(rgb);
            float left = random.Next(200), top = random.Next(140);
            images.Add(new(rgb, 320, 240, [new(new(left, top, left + 100, top + 80), random.Next(20))]));
        }
        int step = 0;
        var options = new TrainingOptions { Epochs = 25, BatchSize = 8 };
        new DetectorTrainer(network, options).Train(images, progress: new Reporter(() =>
        {
            if (++step % 40 == 0)
                Print($"{step} training steps of yolov2-tiny-voc at 160, batch 8", DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        }));
    }

    private static void Predict()
    {
        var network = YoloV2Network.TinyVoc;
        string[] names = [.. Enumerable.Range(0, network.Region.Classes).Select(index => $"class {index}")];
        using var detector = new Detector(new DetectorModel(network, WeightInitializer.Create(network, seed: 1), names), new DetectionOptions { ScoreThreshold = 0.005f });
        byte[] pixels = new byte[4 * 640 * 480];
        new Random(1).NextBytes(pixels);
        for (int i = 1; i <= 1000; i++)
        {
            detector.Detect(new PixelView(pixels, 640, 480, 4 * 640, PixelOrder.Rgba));
            if (i % 200 == 0)
                Print($"{i} predictions of yolov2-tiny-voc at 416", DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        }
    }

    private static void Print(string after, long tensors) => Console.WriteLine($"| {after} | {tensors} | {Environment.WorkingSet / (1024.0 * 1024):F0} |");

    private sealed class Reporter(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }
}
