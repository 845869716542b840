using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Yolo.MLNet.Scoring;
using Yolo.Model.Inference;
using Yolo.Model.Onnx;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks;

/// <summary>Times loading yolov2-voc, 200 MB, up to the first detection, beside what ONNX Runtime needs to open a session on the same graph; each run in a process of its own.</summary>
internal static class LoadTimes
{
    /// <summary>The mode in which this program starts itself: loads once, prints milliseconds.</summary>
    public const string OnceMode = "load-once";

    private const string Session = "session", SessionOfFile = "session-of-file", Darknet = "darknet", Zip = "zip";
    private const int Runs = 5;

    public static void Print(int threads)
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, threads);
        string[] ways = [Session, SessionOfFile, Darknet, Zip];
        double[][] times = [.. ways.Select(_ => new double[Runs])];
        for (int run = 0; run < Runs; run++)
        {
            for (int way = 0; way < ways.Length; way++)
                times[way][run] = ChildProcess.Measure(OnceMode, ways[way], folder.Path);
        }
        double[] medians = [.. times.Select(Turns.Median)];
        Console.WriteLine($"| yolov2-voc, medians of {Runs} processes | ms | x the session |");
        Console.WriteLine("| --- | ---: | ---: |");
        foreach (var (way, time) in ways.Zip(medians))
            Console.WriteLine($"| {Describe(way)} | {time:F0} | {time / medians[0]:F2} |");
    }

    /// <summary>Loads in one way and prints the milliseconds it took.</summary>
    /// <param name="way">One of the ways above.</param>
    /// <param name="folder">The folder of files that <see cref="Print"/> wrote.</param>
    /// <param name="threads">Threads of the session.</param>
    public static void PrintOnce(string way, string folder, int threads)
    {
        var image = new RgbaImage(640, 480, seed: 1);
        byte[] graph = way == Session ? File.ReadAllBytes(GraphPath(folder)) : [];
        using var picture = way == Zip ? MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, image.View.Pixels) : null;
        using var session = new SessionOptions { IntraOpNumThreads = threads };
        long start = Stopwatch.GetTimestamp();
        IDisposable loaded = way switch
        {
            Session => new InferenceSession(graph, session),
            SessionOfFile => new InferenceSession(GraphPath(folder), session),
            Darknet => DetectFirst(folder, image, threads),
            Zip => PredictFirst(folder, picture!),
            _ => throw new ArgumentOutOfRangeException(nameof(way), way, "No such way to load."),
        };
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        loaded.Dispose();
        Console.WriteLine(elapsed.ToString(CultureInfo.InvariantCulture));
    }

    private static Detector DetectFirst(string folder, RgbaImage image, int threads)
    {
        var detector = Detector.FromDarknet(ConfigPath(folder), WeightsPath(folder), NamesPath(folder), new() { IntraOpThreads = threads });
        detector.Detect(image.View);
        return detector;
    }

    private static PredictionEngine<ImageInput, DetectionOutput> PredictFirst(string folder, MLImage picture)
    {
        var ml = new MLContext();
        var engine = ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(ml.Model.Load(ZipPath(folder), out _));
        engine.Predict(new() { Image = picture });
        return engine;
    }

    private static void Write(string folder, int threads)
    {
        var model = RandomModel.Create("yolov2-voc");
        DarknetModel.Save(model, ConfigPath(folder), WeightsPath(folder), NamesPath(folder));
        File.WriteAllBytes(GraphPath(folder), OnnxExporter.ToBytes(model.Network, model.Weights));
        var ml = new MLContext();
        ml.Model.Save(ml.Transforms.YoloV2Detect(model, new YoloV2DetectOptions { IntraOpThreads = threads }).Fit(ml.Data.LoadFromEnumerable<ImageInput>([])), inputSchema: null, ZipPath(folder));
    }

    private static string Describe(string way) => way switch
    {
        Session => "ONNX Runtime session of the plain graph, from memory",
        SessionOfFile => "the same, from a file",
        Darknet => "Detector.FromDarknet, from .cfg and .weights to the first detection",
        _ => "ml.Model.Load, from model.zip to the first prediction",
    };

    private static string GraphPath(string folder) => Path.Combine(folder, "model.onnx");

    private static string ConfigPath(string folder) => Path.Combine(folder, "model.cfg");

    private static string WeightsPath(string folder) => Path.Combine(folder, "model.weights");

    private static string NamesPath(string folder) => Path.Combine(folder, "model.names");

    private static string ZipPath(string folder) => Path.Combine(folder, "model.zip");
}
