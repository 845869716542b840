using BenchmarkDotNet.Attributes;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Benchmarks.Micro;

/// <summary>A raw map of 845 boxes and 20 classes to detections, and suppression of the repeated ones.</summary>
[Config(typeof(BenchmarkSettings)), MemoryDiagnoser]
public class Decode
{
    private static readonly DetectionOptions Options = new() { ScoreThreshold = 0.005f };

    private readonly RegionDecoder _decoder = new(YoloV2Network.Voc, Options);
    private readonly List<Detection> _decoded = [];
    private readonly List<Detection> _detections = [];
    private float[] _map = [];

    [Params(false, true)]
    public bool WorstCase { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _map = WorstCase ? SyntheticMaps.WorstCase(YoloV2Network.Voc) : SyntheticMaps.Realistic(YoloV2Network.Voc);
        _decoder.Decode(_map, _decoded);
    }

    [Benchmark(Baseline = true)]
    public void RegionDecoder() => _decoder.Decode(_map, _detections);

    [Benchmark]
    public void RegionDecoderWithSuppression() => _decoder.Detect(_map, _detections);

    [Benchmark]
    public void SuppressionPerClass() => Suppress(classAgnostic: false);

    [Benchmark]
    public void SuppressionAcrossClasses() => Suppress(classAgnostic: true);

    private void Suppress(bool classAgnostic)
    {
        _detections.Clear();
        _detections.AddRange(_decoded);
        NonMaxSuppression.Apply(_detections, Options.IoUThreshold, classAgnostic, Options.MaxDetections);
    }
}
