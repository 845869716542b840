using BenchmarkDotNet.Attributes;
using Yolo.Benchmarks.Peers;
using Yolo.Model.Encoding;
using Yolo.Model.Inference;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks.Micro;

/// <summary>Detect on a decoded picture beside its peers, two threads each.</summary>
[Config(typeof(BenchmarkSettings)), MemoryDiagnoser]
public class Detect : IDisposable
{
    private const int Threads = 2;

    private IContender _contender = null!;

    [Params("yolov2-tiny-voc", "yolov2-voc")]
    public string Network { get; set; } = "";

    [GlobalSetup(Target = nameof(BareSession))]
    public void SetUpBareSession() => _contender = new BareSession(RandomModel.Create(Network), Threads);

    [GlobalSetup(Target = nameof(Detector))]
    public void SetUpDetector() => Use((model, options, image) => new DetectCall("Detect, float", new Detector(model, options), image));

    [GlobalSetup(Target = nameof(OpenCvDnn))]
    public void SetUpOpenCv() => Use((model, options, image) => new OpenCvPipeline(model, options, image));

    [GlobalSetup(Target = nameof(TorchSharpEager))]
    public void SetUpTorch() => Use((model, options, _) => new TorchEager(model, options.IntraOpThreads));

    [Benchmark(Baseline = true)]
    public void BareSession() => _contender.Run();

    [Benchmark]
    public void Detector() => _contender.Run();

    [Benchmark]
    public void OpenCvDnn() => _contender.Run();

    [Benchmark]
    public void TorchSharpEager() => _contender.Run();

    [GlobalCleanup]
    public void Dispose()
    {
        _contender.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Use(Func<DetectorModel, DetectionOptions, RgbaImage, IContender> create) =>
        _contender = create(RandomModel.Create(Network), new() { IntraOpThreads = Threads }, new RgbaImage(640, 480, seed: 1));
}
