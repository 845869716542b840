using TorchSharp;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;

namespace Yolo.Benchmarks;

/// <summary>Live tensors and resident memory over many predictions and 200 training steps.</summary>
internal static class MemoryUse
{
    private const int Checkpoints = 10, InputSize = 160;

    public static void Print(int predictions)
    {
        var network = YoloV2Network.TinyVoc.WithInputSize(InputSize, InputSize);
        Console.WriteLine("| after | live tensors | resident memory, MB |");
        Console.WriteLine("| --- | ---: | ---: |");
        Predict(network, predictions);
        Train(network);
    }

    private static void Predict(NetworkDefinition network, int predictions)
    {
        using var detector = new Detector(RandomModel.Create(network));
        var image = new RgbaImage(640, 480, seed: 1);
        int step = Math.Max(1, predictions / Checkpoints);
        for (int i = 1; i <= predictions; i++)
        {
            detector.Detect(image.View);
            if (i % step == 0)
                Console.WriteLine($"| {i} predictions of yolov2-tiny-voc at {InputSize} | none made | {Resident():F0} |");
        }
    }

    private static void Train(NetworkDefinition network)
    {
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
                Console.WriteLine($"| {step} training steps of the same, batch 8 | {DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount} | {Resident():F0} |");
        }));
    }

    private static double Resident() => Environment.WorkingSet / (1024.0 * 1024);

    private sealed class Reporter(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }
}
