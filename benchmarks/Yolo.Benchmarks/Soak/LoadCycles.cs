using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Scoring;
using Yolo.Model.Inference;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks.Soak;

/// <summary>Loads a model, uses it and disposes it, over and over, and counts what stays.</summary>
internal sealed class LoadCycles : IDisposable
{
    // glibc's heaps breathe; what a cycle leaves behind comes a thousand times.
    private const long AllowedGrowth = 20_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly RgbaImage _image = new(320, 240, seed: 1);
    private readonly string[] _files;
    private readonly MLImage _picture;
    private readonly MLContext _ml = new(seed: 1);

    public LoadCycles(DetectorModel model)
    {
        DarknetModel.Save(model, Config, Weights, Names);
        _files = [_folder.File("1.jpg"), _folder.File("2.jpg")];
        foreach (string file in _files)
            _image.SaveJpeg(file);
        _picture = MLImage.CreateFromPixels(_image.Width, _image.Height, MLPixelFormat.Rgba32, _image.View.Pixels);
        using var transformer = _ml.Transforms.YoloV2Detect(model, new YoloV2DetectOptions { IntraOpThreads = 2 }).Fit(View());
        _ml.Model.Save(transformer, inputSchema: null, Zip);
    }

    private string Config => _folder.File("model.cfg");

    private string Weights => _folder.File("model.weights");

    private string Names => _folder.File("model.names");

    private string Zip => _folder.File("model.zip");

    /// <summary>Runs and prints.</summary>
    /// <param name="cycles">Cycles of each way.</param>
    /// <param name="way"><c>detector</c>, <c>torch</c>, <c>model</c>, or <c>all</c> of them one after the other.</param>
    /// <returns>Whether what the process holds stayed the same from a tenth of the cycles on.</returns>
    public bool Print(int cycles, string way)
    {
        (string Name, string Text, Action Use)[] ways =
        [
            ("detector", "`Detector.FromDarknet`, `Detect`, `DetectFiles`, `Dispose`", UseDetector),
            ("torch", "the same on `TorchBackend`", UseTorch),
            ("model", "`ml.Model.Load`, `Transform`, `PredictionEngine`, `Dispose`", UseTransformer),
        ];
        Console.WriteLine("| way | cycles | resident memory, MB | managed, MB | open files | threads | tensors | temporary files |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        return ways.Where(item => way == "all" || way == item.Name).Aggregate(true, (flat, item) => Print(item.Text, cycles, item.Use) && flat);
    }

    public void Dispose()
    {
        _picture.Dispose();
        _folder.Dispose();
    }

    private static bool Print(string way, int cycles, Action use)
    {
        ProcessCounts first = default, last = default;
        int step = Math.Max(1, cycles / 10);
        for (int cycle = 1; cycle <= cycles; cycle++)
        {
            use();
            if (cycle % step != 0)
                continue;
            last = ProcessCounts.Take();
            first = cycle == step ? last : first;
            Console.WriteLine(
                $"| {way} | {cycle} | {last.Resident / 1e6:F1} | {last.Managed / 1e6:F2} | {last.Files} | {last.Threads} | {last.Tensors} | {last.Temporary} |");
        }
        return last.Resident - first.Resident <= AllowedGrowth && last with { Resident = 0, Managed = 0, Temporary = 0 } == first with { Resident = 0, Managed = 0, Temporary = 0 };
    }

    private void UseDetector()
    {
        // Two threads a pass, so that several files open a second session.
        using var detector = Detector.FromDarknet(Config, Weights, Names, new() { IntraOpThreads = 2 });
        Use(detector);
    }

    private void UseTorch()
    {
        var model = DarknetModel.Load(Config, Weights, Names);
        using var detector = new Detector(model, new TorchBackend(model.Network, model.Weights));
        Use(detector);
    }

    private void Use(Detector detector)
    {
        detector.Detect(_image.View);
        foreach (var result in detector.DetectFiles(_files))
        {
            if (result.Error is { } error)
                throw error;
        }
    }

    private void UseTransformer()
    {
        var model = _ml.Model.Load(Zip, out _);
        _ = _ml.Data.CreateEnumerable<DetectionOutput>(model.Transform(View()), reuseRowObject: false).Count();
        // The engine owns the model and disposes it.
        using var engine = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(model);
        engine.Predict(new() { Image = _picture });
    }

    private IDataView View() => _ml.Data.LoadFromEnumerable<ImageInput>([new() { Image = _picture }, new() { Image = _picture }]);
}
