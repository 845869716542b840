using System.Runtime.InteropServices;
using System.Text.Json;
using SkiaSharp;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Inference;

public sealed class DetectorTests
{
    private static readonly DetectionOptions OneThread = new() { IntraOpThreads = 1, ScoreThreshold = 0.1f };

    // shared/golden/mini/golden.json, end_to_end: what AlexeyAB's Darknet detects in the full-size image, its own resizing included; boxes not clipped there.
    // Measured on these images: scores agree to 8e-7, boxes to 1.2e-4 pixels.
    [Theory]
    [InlineData("dog")]
    [InlineData("person")]
    [InlineData("bccd")]
    public void Detect_FullSizePhotograph_EqualsDarknet(string image)
    {
        using var golden = ReadGolden();
        AssertEqualsDarknet(golden.RootElement.GetProperty("images").GetProperty(image).GetProperty("end_to_end"), TestPaths.Shared($"golden/images/{image}.png"));
    }

    // The same for an image that needs no resizing.
    [Theory]
    [InlineData("dog")]
    [InlineData("person")]
    [InlineData("bccd")]
    public void Detect_PhotographOfTheInputsSize_EqualsDarknet(string image)
    {
        using var golden = ReadGolden();
        AssertEqualsDarknet(golden.RootElement.GetProperty("images").GetProperty(image), TestPaths.Shared($"golden/images/{image}_160x96.png"));
    }

    [Fact]
    public void FromDarknet_MiniFiles_DetectsAsTheirModelDoes()
    {
        string names = Path.GetTempFileName();
        try
        {
            File.WriteAllText(names, "first\nsecond\nthird\n\n");
            using var expected = new Detector(MiniGolden.Model, OneThread);
            using var detector = Detector.FromDarknet(TestPaths.Golden("mini/mini.cfg"), TestPaths.Golden("mini/mini.weights"), names, OneThread);

            Assert.Equal(["first", "second", "third"], detector.Model.ClassNames);
            Assert.Equal(ResizeMode.Stretch, detector.Model.Resize);
            Assert.Equal(DetectSynthetic(expected), DetectSynthetic(detector));
        }
        finally
        {
            File.Delete(names);
        }
    }

    [Fact]
    public void Detect_FileStreamAndBitmap_EqualThePixels()
    {
        using var detector = new Detector(MiniGolden.Model, OneThread);
        using var bitmap = SyntheticBitmap(SKColorType.Rgba8888);
        using var bgra = SyntheticBitmap(SKColorType.Bgra8888);
        using var half = SyntheticBitmap(SKColorType.RgbaF16);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, png.ToArray());
            var expected = DetectSynthetic(detector);

            Assert.NotEmpty(expected);
            Assert.Equal(expected, detector.Detect(path));
            Assert.Equal(expected, detector.Detect(png.AsStream()));
            Assert.Equal(expected, detector.Detect(bitmap));
            Assert.Equal(expected, detector.Detect(bgra));
            Assert.Equal(expected, detector.Detect(half));
        }
        finally
        {
            File.Delete(path);
        }
    }

    // By hand. The grid is 2 x 2 of 32 pixels. Row 1, column 0, all t = 0: centre (16, 48), size 16 x 8 by the anchor, so (8, 44) to (24, 52) in the input.
    // 128 x 64 is letterboxed to 64 x 32 below a bar of 16: x * 2, (y - 16) * 2 gives (16, 56) to (48, 72), clipped at 64.
    // The other prediction, centred on y = 0, lies in the upper bar.
    [Fact]
    public void Detect_Letterbox_MapsBoxesBackAndLeavesOutTheBars()
    {
        using var detector = new Detector(TinyModel(ResizeMode.Letterbox), new FixedMap(), new() { ScoreThreshold = 0.5f });
        byte[] white = new byte[4 * 128 * 64];
        white.AsSpan().Fill(byte.MaxValue);

        var detection = Assert.Single(detector.Detect(new PixelView(white, 128, 64, 4 * 128, PixelOrder.Rgba)));

        Assert.Equal(new BoundingBox(16, 56, 48, 64), detection.Box);
        Assert.Equal(1, detection.ClassIndex);
        // sigmoid(3) * softmax(0, 2)[1]
        Assert.Equal(0.952574 * 0.880797, detection.Score, tolerance: 1e-5);
    }

    // The same map, stretched: (8, 44) to (24, 52) of 64 x 64 becomes x * 2, y * 1; the other one, from -4 to 4, is clipped at the top.
    [Fact]
    public void Detect_Stretch_MapsBoxesBackAndClips()
    {
        using var detector = new Detector(TinyModel(ResizeMode.Stretch), new FixedMap(), new() { ScoreThreshold = 0.5f });

        var detections = detector.Detect(new PixelView(new byte[4 * 128 * 64], 128, 64, 4 * 128, PixelOrder.Rgba));

        Assert.Equal([new(80, 0, 112, 4), new(16, 44, 48, 52)], detections.Select(detection => detection.Box));
    }

    [Fact]
    public void Detect_Warm_AllocatesAlmostNothingBesidesTheResult()
    {
        using var detector = new Detector(MiniGolden.Model, OneThread);
        byte[] pixels = MiniGolden.SyntheticPixels();
        for (int i = 0; i < 50; i++)
            Detect();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            Detect();
        long perCall = (GC.GetAllocatedBytesForCurrentThread() - before) / 10;

        Assert.True(perCall < 16 * 1024, $"{perCall} bytes were allocated per call, results included.");

        void Detect() => detector.Detect(new PixelView(pixels, 160, 96, 4 * 160, PixelOrder.Rgba));
    }

    [Fact]
    public void WithOptions_HigherThresholdAndFewer_ReportsTheBestOfThem()
    {
        using var detector = new Detector(MiniGolden.Model, OneThread);
        var all = DetectSynthetic(detector);
        using var strict = detector.WithOptions(OneThread with { MaxDetections = 3 });

        Assert.Equal(all.Take(3), DetectSynthetic(strict));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_OneOfTwoThatShareANetwork_LeavesTheOtherWorking(bool disposeOriginal)
    {
        var original = new Detector(MiniGolden.Model, OneThread);
        var expected = DetectSynthetic(original);
        var other = original.WithOptions(OneThread with { MaxDetections = 299 });
        var (first, second) = disposeOriginal ? (original, other) : (other, original);

        first.Dispose();
        first.Dispose();

        Assert.Equal(expected, DetectSynthetic(second));
        Assert.Throws<ObjectDisposedException>(() => DetectSynthetic(first));
        Assert.Throws<ObjectDisposedException>(() => first.WithOptions(OneThread));
        second.Dispose();
        Assert.Throws<ObjectDisposedException>(() => DetectSynthetic(second));
    }

    [Fact]
    public void Dispose_LastUser_DisposesTheBackendOnce()
    {
        var backend = new FixedMap();
        var detector = new Detector(TinyModel(ResizeMode.Stretch), backend);
        var other = detector.WithOptions(new() { ScoreThreshold = 0.5f });

        detector.Dispose();
        detector.Dispose();
        Assert.Equal(0, backend.Disposals);
        other.Dispose();
        other.Dispose();

        Assert.Equal(1, backend.Disposals);
    }

    [Fact]
    public void Dispose_DuringAPass_WaitsForItsEnd()
    {
        var backend = new FixedMap();
        var detector = new Detector(TinyModel(ResizeMode.Stretch), backend);
        backend.Running = () =>
        {
            detector.Dispose();
            Assert.Equal(0, backend.Disposals);
        };

        var detections = detector.Detect(new PixelView(new byte[4], 1, 1, 4, PixelOrder.Rgba));

        Assert.Equal(2, detections.Count);
        Assert.Equal(1, backend.Disposals);
    }

    [Fact]
    public void WithOptions_OtherThreads_Throws()
    {
        using var detector = new Detector(MiniGolden.Model, OneThread);

        Assert.Throws<ArgumentException>(() => detector.WithOptions(OneThread with { IntraOpThreads = 2 }));
    }

    private static JsonDocument ReadGolden() => JsonDocument.Parse(File.ReadAllText(TestPaths.Shared("golden/mini/golden.json")));

    private static void AssertEqualsDarknet(JsonElement golden, string imagePath)
    {
        using var detector = new Detector(MiniGolden.Model, new() { IntraOpThreads = 1, ScoreThreshold = golden.GetProperty("threshold").GetSingle() });
        using var bitmap = ImageFile.Decode(imagePath);
        var expected = MiniGolden.ReadDetections(golden.GetProperty("detections_darknet"));

        var actual = detector.Detect(bitmap);

        Assert.Equal(expected.Select(detection => detection.ClassIndex), actual.Select(detection => detection.ClassIndex));
        foreach (var (darknet, ours) in expected.Zip(actual))
        {
            var box = darknet.Box.Clip(bitmap.Width, bitmap.Height);
            Assert.Equal(darknet.Score, ours.Score, tolerance: 1e-5f);
            Assert.Equal(box.Left, ours.Box.Left, tolerance: 1e-3f);
            Assert.Equal(box.Top, ours.Box.Top, tolerance: 1e-3f);
            Assert.Equal(box.Right, ours.Box.Right, tolerance: 1e-3f);
            Assert.Equal(box.Bottom, ours.Box.Bottom, tolerance: 1e-3f);
        }
    }

    private static IReadOnlyList<Detection> DetectSynthetic(Detector detector) =>
        detector.Detect(new PixelView(MiniGolden.SyntheticPixels(), 160, 96, 4 * 160, PixelOrder.Rgba));

    private static SKBitmap SyntheticBitmap(SKColorType type)
    {
        using var rgba = new SKBitmap(160, 96, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        byte[] pixels = MiniGolden.SyntheticPixels();
        Marshal.Copy(pixels, 0, rgba.GetPixels(), pixels.Length);
        return rgba.Copy(type);
    }

    // 64 x 64, one anchor of half a cell by a quarter, two classes.
    private static DetectorModel TinyModel(ResizeMode resize)
    {
        var network = new NetworkDefinition(new(3, 64, 64),
        [
            new MaxPoolLayer(Size: 32, Stride: 32, Padding: 0),
            new ConvolutionalLayer(7, 1, 1, 0, BatchNormalize: false, Activation.Linear),
            new RegionLayer(new AnchorSet(new BoxShape(0.5f, 0.25f)), Classes: 2),
        ]);
        return new(network, new(network, [new() { Biases = new float[7], Kernel = new float[21] }]), ["zero", "one"], resize);
    }

    /// <summary>Gives the same two predictions for every image, objectness 3 in row 1, column 0 and 4 in row 0, column 1, where ty puts the centre on the upper edge.</summary>
    private sealed class FixedMap : IInferenceBackend
    {
        public int Disposals { get; private set; }

        public Action? Running { get; set; }

        public void Run(ReadOnlyMemory<float> input, int batch, Memory<float> output)
        {
            Running?.Invoke();
            float[][] planes = [[0, 0, 0, 0], [0, -30, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [-30, 4, 3, -30], [0, 0, 0, 0], [0, 2, 2, 0]];
            planes.SelectMany(plane => plane).ToArray().CopyTo(output);
        }

        public void Dispose() => Disposals++;
    }
}
