using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks;

/// <summary>Times the parts of one detection, the whole of it, and ONNX Runtime by itself.</summary>
internal static class DetectionTimes
{
    private const int ImageWidth = 640, ImageHeight = 480, WarmUpRounds = 3;

    public static void Print(string name, NetworkDefinition network, int threads, int rounds)
    {
        // Darknet's valid uses this threshold: decoding and suppression have work to do.
        var options = new DetectionOptions { IntraOpThreads = threads, ScoreThreshold = 0.005f };
        string[] classNames = [.. Enumerable.Range(0, network.Region.Classes).Select(index => $"class {index}")];
        var model = new DetectorModel(network, WeightInitializer.Create(network, seed: 1), classNames);
        using var detector = new Detector(model, options);
        using var backend = new OnnxRuntimeBackend(network, model.Weights, threads);
        using var bare = new BareSession(OnnxExporter.ToBytes(network, model.Weights), network, threads);
        var decoder = new RegionDecoder(network, options);

        byte[] image = new byte[4 * ImageWidth * ImageHeight];
        new Random(1).NextBytes(image);
        float[] input = new float[network.Input.Count], map = new float[network.RegionLayout.Size];
        var detections = new List<Detection>();

        Action[] parts =
        [
            () => ImagePreprocessor.Fill(View(image), model.Resize, network.Input.Width, network.Input.Height, input),
            () => backend.Run(input, batch: 1, map),
            () =>
            {
                decoder.Decode(map, detections);
                NonMaxSuppression.Apply(detections, options.IoUThreshold, options.ClassAgnostic, options.MaxDetections);
            },
            () => detector.Detect(View(image)),
            bare.Run,
        ];
        double[] times = Medians(parts, rounds);
        Console.WriteLine($"| {name} | {string.Join(" | ", times.Select(time => $"{time:F2}"))} | {times[^2] / times[^1]:F3} |");
    }

    private static PixelView View(byte[] image) => new(image, ImageWidth, ImageHeight, 4 * ImageWidth, PixelOrder.Rgba);

    private static double[] Medians(Action[] parts, int rounds)
    {
        double[][] times = [.. parts.Select(_ => new double[rounds])];
        for (int round = -WarmUpRounds; round < rounds; round++)
        {
            for (int part = 0; part < parts.Length; part++)
            {
                long start = Stopwatch.GetTimestamp();
                parts[part]();
                if (round >= 0)
                    times[part][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }
        return [.. times.Select(values => values.Order().ElementAt(rounds / 2))];
    }

    /// <summary>ONNX Runtime with its default options on buffers that stay.</summary>
    private sealed class BareSession : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _runOptions = new();
        private readonly OrtValue _input;
        private readonly OrtValue _map;

        public BareSession(byte[] file, NetworkDefinition network, int threads)
        {
            using var options = new SessionOptions { IntraOpNumThreads = threads };
            _session = new(file, options);
            var (input, map) = (network.Input, network.Layers[^1].Output);
            _input = OrtValue.CreateTensorValueFromMemory(new float[input.Count], [1, input.Channels, input.Height, input.Width]);
            _map = OrtValue.CreateTensorValueFromMemory(new float[map.Count], [1, map.Channels, map.Height, map.Width]);
        }

        public void Run() => _session.Run(_runOptions, ["image"], [_input], ["map"], [_map]);

        public void Dispose()
        {
            _input.Dispose();
            _map.Dispose();
            _runOptions.Dispose();
            _session.Dispose();
        }
    }
}
