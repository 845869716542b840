using BenchmarkDotNet.Attributes;
using OpenCvSharp;
using OpenCvSharp.Dnn;
using Yolo.Benchmarks.Peers;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Benchmarks.Micro;

/// <summary>A decoded picture to the input of a network, beside OpenCV on one thread.</summary>
[Config(typeof(BenchmarkSettings)), MemoryDiagnoser]
public class Preprocess : IDisposable
{
    private const int Side = 416;

    private readonly float[] _input = new float[3 * Side * Side];
    private RgbaImage _image = null!;
    private Mat? _mat;

    [Params(320, 640, 1920, 4000)]
    public int Width { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _image = new(Width, Width == 1920 ? 1080 : Width * 3 / 4, seed: 1);
        if (OpenCv.MissingReason is { } reason)
        {
            Console.WriteLine(reason);
            return;
        }
        OpenCv.SetThreads(1);
        _mat = _image.ToBgrMat();
    }

    [Benchmark(Baseline = true)]
    public void OpenCvBlobFromImage() => CvDnn.BlobFromImage(_mat!, 1 / 255.0, new(Side, Side), default, swapRB: true, crop: false).Dispose();

    [Benchmark]
    public void Stretch() => ImagePreprocessor.Fill(_image.View, ResizeMode.Stretch, Side, Side, _input);

    [Benchmark]
    public void Letterbox() => ImagePreprocessor.Fill(_image.View, ResizeMode.Letterbox, Side, Side, _input);

    [Benchmark]
    public void StretchAntialiased() =>
        ImagePreprocessor.Fill(_image.View, ResizeMode.Stretch, ResizeFilter.Antialiased, Side, Side, _input);

    [GlobalCleanup]
    public void Dispose()
    {
        _mat?.Dispose();
        GC.SuppressFinalize(this);
    }
}
