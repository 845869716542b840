using TorchSharp;
using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Processes.Mpi;
using Yolo.Model.Torch;

namespace Yolo.Model.Tests;

/// <summary>What can be disposed, disposed twice and used afterwards.</summary>
[Collection(nameof(Alone))]
public sealed class DisposalTests
{
    private static readonly DetectionOptions TwoThreads = new() { IntraOpThreads = 2, ScoreThreshold = 0.1f };

    private static readonly string ImagePath = WriteImage();

    private static readonly Dictionary<Type, (Func<IDisposable> Create, Action<IDisposable>[] Uses)> Disposables = new()
    {
        [typeof(Detector)] = (() => new Detector(MiniGolden.Model, TwoThreads),
        [
            detector => ((Detector)detector).Detect(Image()),
            detector => ((Detector)detector).Detect(ImagePath),
            detector => { using var file = File.OpenRead(ImagePath); ((Detector)detector).Detect(file); },
            detector => { using var bitmap = ImageFile.Decode(ImagePath); ((Detector)detector).Detect(bitmap); },
            detector => ((Detector)detector).DetectFiles([ImagePath], cancellationToken: TestContext.Current.CancellationToken).ToList(),
            detector => ((Detector)detector).DetectFolder(Path.GetDirectoryName(ImagePath)!, cancellationToken: TestContext.Current.CancellationToken).ToList(),
            detector => ((Detector)detector).DetectFilesAsync([ImagePath], cancellationToken: TestContext.Current.CancellationToken)
                .GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync().AsTask().GetAwaiter().GetResult(),
            detector => ((Detector)detector).WithOptions(TwoThreads),
        ]),
        [typeof(OnnxRuntimeBackend)] = (() => new OnnxRuntimeBackend(MiniGolden.Network, MiniGolden.Weights, intraOpThreads: 1), [backend => Run((IInferenceBackend)backend)]),
        [typeof(TorchBackend)] = (() => new TorchBackend(MiniGolden.Network, MiniGolden.Weights), [backend => Run((IInferenceBackend)backend)]),
        [typeof(Calibrator)] = (() => new Calibrator(MiniGolden.Model),
        [
            calibrator => ((Calibrator)calibrator).Add(Image()),
            calibrator => ((Calibrator)calibrator).Measure(),
        ]),
        [typeof(YoloModule)] = (() => new YoloModule(MiniGolden.Network),
        [
            module => { using var input = torch.zeros(1, 3, 96, 160); ((YoloModule)module).forward(input); },
            module => TorchWeights.Load((YoloModule)module, MiniGolden.Weights),
            module => TorchWeights.Save((YoloModule)module, seen: 0),
        ]),
    };

    public static TheoryData<Type> Types => [.. Disposables.Keys];

    [Fact]
    public void PublicTypes_ThatAreDisposable_AreAllTestedHere() =>
        Assert.Equal(
            Disposables.Keys.Select(type => type.Name).Order(),
            // MPI starts and ends once in a process: MpiTrainingTests.Dispose_TwiceAndUsed_Refuses.
            typeof(Detector).Assembly.GetExportedTypes().Where(type => type.IsClass && type != typeof(MpiProcessGroup) && typeof(IDisposable).IsAssignableFrom(type)).Select(type => type.Name).Order());

    [Theory]
    [MemberData(nameof(Types))]
    public void Dispose_Twice_LeavesNoTensorAndNoUse(Type type)
    {
        TorchRuntime.EnsureLoaded();
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long before = statistics.ThreadTotalLiveCount;
        var (create, uses) = Disposables[type];
        var disposable = create();

        disposable.Dispose();
        disposable.Dispose();

        foreach (var use in uses)
            Assert.EndsWith(type.Name, Assert.Throws<ObjectDisposedException>(() => use(disposable)).ObjectName, StringComparison.Ordinal);
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    // Two files open the second session.
    [Fact]
    public void Detector_LoadedUsedAndDisposedOverAndOver_LeavesNothing() => ProcessGrowth.AssertNone(() =>
    {
        using var detector = new Detector(MiniGolden.Model, TwoThreads);
        Assert.NotEmpty(detector.Detect(Image()));
        Assert.All(detector.DetectFiles([ImagePath, ImagePath], cancellationToken: TestContext.Current.CancellationToken), result => Assert.NotEmpty(result.Detections));
    });

    [Fact]
    public void TorchBackend_LoadedUsedAndDisposedOverAndOver_LeavesNothing()
    {
        TorchRuntime.EnsureLoaded();
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long before = statistics.ThreadTotalLiveCount;

        ProcessGrowth.AssertNone(() =>
        {
            using var detector = new Detector(MiniGolden.Model, new TorchBackend(MiniGolden.Network, MiniGolden.Weights), TwoThreads);
            Assert.NotEmpty(detector.Detect(Image()));
        });

        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    private static PixelView Image() => new(MiniGolden.SyntheticPixels(), 160, 96, 4 * 160, PixelOrder.Rgba);

    private static void Run(IInferenceBackend backend) => backend.Run(new float[MiniGolden.Network.Input.Count], batch: 1, new float[MiniGolden.Network.RegionLayout.Size]);

    private static string WriteImage()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("yolo-disposal-").FullName, "image.png");
        File.WriteAllBytes(path, MiniGolden.SyntheticPng());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        return path;
    }
}
