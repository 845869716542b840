using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Scoring;
using Yolo.Model.Encoding;
using Yolo.Model.Inference;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks.Soak;

/// <summary>One model, loaded once for each engine, images of several sizes, and every way to use them.</summary>
internal sealed class SoakModel : IDisposable
{
    private const int Batch = 4, MostImages = 7;

    // Random weights give every class of every box about the same score; this leaves some hundred of them in an image.
    private static readonly DetectionOptions s_options = new() { ScoreThreshold = 0.026f, IntraOpThreads = 1 };

    private static readonly (int Width, int Height)[] s_sizes = [(640, 480), (480, 640), (160, 160), (97, 333), (320, 240), (1280, 720), (416, 416), (33, 21), (500, 375), (200, 600), (159, 161), (800, 200)];

    private readonly TemporaryFolder _folder = new();
    private readonly RgbaImage[] _images = [.. s_sizes.Select((size, index) => new RgbaImage(size.Width, size.Height, seed: index + 1))];
    private readonly string[] _files;
    private readonly MLImage[] _pictures;
    private readonly Detector _oneThread, _twoThreads, _batches, _torch;
    private readonly MLContext _ml = new(seed: 1);
    private readonly YoloV2DetectionTransformer _transformer;

    public SoakModel(DetectorModel model)
    {
        _files = [.. _images.Select((_, index) => _folder.File($"{index:D2}.jpg"))];
        foreach (var (image, file) in _images.Zip(_files))
            image.SaveJpeg(file);
        _pictures = [.. _images.Select(image => MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, image.View.Pixels))];
        _oneThread = new(model, s_options);
        _twoThreads = new(model, s_options with { IntraOpThreads = 2 });
        _batches = new(model, new BatchingBackend(new OnnxRuntimeBackend(model.Network, model.Weights, intraOpThreads: 1), Batch), s_options);
        _torch = new(model, new TorchBackend(model.Network, model.Weights), s_options);
        _transformer = _ml.Transforms.YoloV2Detect(model, new YoloV2DetectOptions { ScoreThreshold = s_options.ScoreThreshold, IntraOpThreads = 1 }).Fit(View(0));
    }

    /// <summary>Tasks of each way: one for each image, which is the first of several where a way takes several.</summary>
    public int Tasks => _images.Length;

    public IReadOnlyList<SoakWay> Ways =>
    [
        new("`Detector.Detect`, ONNX Runtime, a thread a pass", () => task => Detect(_oneThread, task)),
        new("`Detector.Detect`, ONNX Runtime, two threads a pass", () => task => Detect(_twoThreads, task)),
        new("`Detector.Detect`, TorchSharp", () => task => Detect(_torch, task)),
        new($"`Detector.DetectFiles`, 1 to {MostImages} files, two workers", () => task => DetectFiles(_oneThread, task)),
        new($"`Detector.DetectFiles`, the same in batches of {Batch}", () => task => DetectFiles(_batches, task)),
        new($"`transformer.Transform`, 1 to {MostImages} rows", () => Transform),
        new("`PredictionEngine` of each thread", CreateEngine),
    ];

    public void Dispose()
    {
        foreach (var detector in (Detector[])[_oneThread, _twoThreads, _batches, _torch])
            detector.Dispose();
        _transformer.Dispose();
        foreach (var picture in _pictures)
            picture.Dispose();
        _folder.Dispose();
    }

    private byte[] Detect(Detector detector, int task) => ResultBytes.Of([detector.Detect(_images[task].View)]);

    private byte[] DetectFiles(Detector detector, int task) =>
        ResultBytes.Of(detector.DetectFiles(Several(task).Select(index => _files[index]), workers: 2).Select(result => result.Error is { } error ? throw error : result.Detections));

    private byte[] Transform(int task) => ResultBytes.Of(_ml.Data.CreateEnumerable<DetectionOutput>(_transformer.Transform(View(task)), reuseRowObject: false));

    private Func<int, byte[]> CreateEngine()
    {
        var engine = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(_transformer, new PredictionEngineOptions { OwnsTransformer = false });
        return task => ResultBytes.Of([engine.Predict(new() { Image = _pictures[task] })]);
    }

    private IDataView View(int task) => _ml.Data.LoadFromEnumerable(Several(task).Select(index => new ImageInput { Image = _pictures[index] }));

    private IEnumerable<int> Several(int task) => Enumerable.Range(task, 1 + task % MostImages).Select(index => index % _images.Length);
}
