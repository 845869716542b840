using SkiaSharp;
using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Tests.Imaging;

namespace Yolo.Model.Tests.Inference;

public sealed class FileScoringTests : IDisposable
{
    private static readonly DetectionOptions OneThread = new() { IntraOpThreads = 1, ScoreThreshold = 0.1f };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void DetectFiles_SeveralWorkers_EqualsSingleCallsInOrder(int workers)
    {
        string[] paths = MiniGolden.WriteImages(_folder, 12);
        using var detector = new Detector(MiniGolden.Model, OneThread);
        var expected = paths.Select(detector.Detect).ToList();
        Assert.Equal(12, expected.Select(list => list[0]).Distinct().Count());

        var results = Detect(detector, paths, workers).ToList();

        Assert.Equal(paths, results.Select(result => result.Path));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (160, 96 - 4 * i)), results.Select(result => (result.Width, result.Height)));
        Assert.All(expected.Zip(results), pair => Assert.Equal(pair.First, pair.Second.Detections));
    }

    [Fact]
    public async Task DetectFilesAsync_SeveralFiles_EqualsDetectFiles()
    {
        string[] paths = MiniGolden.WriteImages(_folder, 5);
        using var detector = new Detector(MiniGolden.Model, OneThread);
        var results = new List<FileDetections>();

        await foreach (var result in detector.DetectFilesAsync(paths, workers: 2, TestContext.Current.CancellationToken))
            results.Add(result);

        Assert.Equal(paths, results.Select(result => result.Path));
        Assert.All(results, result => Assert.Equal(detector.Detect(result.Path), result.Detections));
    }

    // The session of many threads and the one of a single thread, several times at once, compute the same.
    [Fact]
    public void DetectFiles_DetectorOfTwoThreads_EqualsSingleCalls()
    {
        string[] paths = MiniGolden.WriteImages(_folder, 6);
        using var detector = new Detector(MiniGolden.Model, OneThread with { IntraOpThreads = 2 });

        Assert.All(Detect(detector, paths), result => Assert.Equal(detector.Detect(result.Path), result.Detections));
    }

    [Fact]
    public void DetectFiles_BadFilesAmongOthers_GivesTheirErrorsAndTheRest()
    {
        string[] paths = MiniGolden.WriteImages(_folder, 4);
        string missing = _folder.Combine("missing.png"), text = _folder.Combine("text.jpg");
        File.WriteAllText(text, "no image");
        using var detector = new Detector(MiniGolden.Model, OneThread);

        var results = Detect(detector, [paths[0], missing, paths[1], text, paths[2], "", paths[3]], workers: 2).ToList();

        Assert.Equal([null, typeof(FileNotFoundException), null, typeof(InvalidDataException), null, typeof(ArgumentException), null], results.Select(result => result.Error?.GetType()));
        Assert.Same(results[3].Error, Assert.Throws<InvalidDataException>(() => results[3].Detections));
        Assert.Contains(text, results[3].Error!.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (results[3].Width, results[3].Height));
        Assert.Equal(paths.Select(detector.Detect), [results[0].Detections, results[2].Detections, results[4].Detections, results[6].Detections]);
    }

    [Fact]
    public void DetectFiles_NoFiles_GivesNothingAndRunsNothing()
    {
        var backend = new RecordingBackend(MiniGolden.Model);
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);

        Assert.Empty(Detect(detector, []));

        Assert.Empty(backend.Batches);
    }

    // Each of the first two passes waits for the other one.
    [Fact]
    public void DetectFiles_TwoWorkers_RunTwoPassesAtOnce()
    {
        using var barrier = new Barrier(2);
        var backend = new RecordingBackend(MiniGolden.Model) { Starting = () => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(60))) };
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);

        Assert.All(Detect(detector, MiniGolden.WriteImages(_folder, 4), workers: 2), result => Assert.Null(result.Error));
    }

    // Seven files begin at another one on each thread, so that batches differ, too.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void DetectFiles_FromManyThreads_EqualsOneThreadToTheBit(int preferredBatch)
    {
        string[] paths = MiniGolden.WriteImages(_folder, 7);
        using var detector = new Detector(MiniGolden.Model, new RecordingBackend(MiniGolden.Model, preferredBatch), OneThread);
        var expected = Enumerable.Range(0, ManyThreads.Count).Select(DetectFrom).ToList();
        var actual = new List<IReadOnlyList<Detection>>[ManyThreads.Count];

        ManyThreads.Run(thread => actual[thread] = DetectFrom(thread));

        Assert.Equal(expected, actual);

        List<IReadOnlyList<Detection>> DetectFrom(int first) =>
            [.. Detect(detector, paths.Skip(first).Concat(paths.Take(first)), workers: 2).Select(result => result.Error is { } error ? throw error : result.Detections)];
    }

    // Ten files in batches of four; the sixth and the whole of the last two cannot be read.
    [Fact]
    public void DetectFiles_BackendThatPrefersBatches_GetsThem()
    {
        string[] paths = MiniGolden.WriteImages(_folder, 10);
        foreach (int bad in new[] { 5, 8, 9 })
            File.WriteAllText(paths[bad], "no image");
        var backend = new RecordingBackend(MiniGolden.Model, preferredBatch: 4);
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);
        using var single = new Detector(MiniGolden.Model, OneThread);

        var results = Detect(detector, paths, workers: 1).ToList();

        Assert.Equal([4, 3], backend.Batches);
        Assert.Equal([5, 8, 9], results.Index().Where(pair => pair.Item.Error is not null).Select(pair => pair.Index));
        foreach (var result in results.Where(result => result.Error is null))
            AssertClose(single.Detect(result.Path), result.Detections);
    }

    [Fact]
    public void DetectFiles_OneFile_RunsOnTheBackendForOneImage()
    {
        var (backend, sideBySide) = (new RecordingBackend(MiniGolden.Model), new RecordingBackend(MiniGolden.Model));
        using var detector = new Detector(MiniGolden.Model, new DetectorEngine(MiniGolden.Network, backend, () => sideBySide), OneThread);

        Assert.Single(Detect(detector, MiniGolden.WriteImages(_folder, 1)));

        Assert.Equal([1], backend.Batches);
        Assert.Empty(sideBySide.Batches);
    }

    [Fact]
    public void DetectFiles_TwoFiles_RunSideBySideAndDisposeBothBackends()
    {
        var (backend, sideBySide) = (new RecordingBackend(MiniGolden.Model), new RecordingBackend(MiniGolden.Model));
        using (var detector = new Detector(MiniGolden.Model, new DetectorEngine(MiniGolden.Network, backend, () => sideBySide), OneThread))
            Assert.Equal(2, Detect(detector, MiniGolden.WriteImages(_folder, 2)).Count());

        Assert.Empty(backend.Batches);
        Assert.Equal([1, 1], sideBySide.Batches);
        Assert.Equal((1, 1), (backend.Disposals, sideBySide.Disposals));
    }

    [Fact]
    public void DetectFiles_ExifOrientation_GivesTheUprightSize()
    {
        string path = _folder.Combine("turned.jpg");
        File.WriteAllBytes(path, ImageFileTests.WithOrientation(ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg), 6));
        using var detector = new Detector(MiniGolden.Model, OneThread);

        var result = Detect(detector, [path]).Single();

        Assert.Equal((32, 64), (result.Width, result.Height));
        Assert.Equal(detector.Detect(path), result.Detections);
    }

    [Fact]
    public void DetectFiles_JpegThatEndsEarly_IsUsedWithAWarning()
    {
        byte[] file = ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg);
        string whole = _folder.Combine("whole.jpg"), cut = _folder.Combine("cut.jpg");
        File.WriteAllBytes(whole, file);
        File.WriteAllBytes(cut, file[..^2]);
        using var detector = new Detector(MiniGolden.Model, OneThread);

        var results = Detect(detector, [whole, cut]).ToList();

        Assert.Equal([null, $"{cut}: the JPEG ends early; what is there is used."], results.Select(result => result.Warning));
        Assert.Equal(results[0].Detections, results[1].Detections);
    }

    [Fact]
    public void DetectFolder_ImagesAndOtherFiles_TakesTheImagesInOrder()
    {
        string[] paths = MiniGolden.WriteImages(_folder, 3);
        File.WriteAllText(_folder.Combine("notes.txt"), "");
        File.Move(paths[1], _folder.Combine("b.PNG"));
        using var detector = new Detector(MiniGolden.Model, OneThread);

        Assert.Equal(["b.PNG", "image00.png", "image02.png"], detector.DetectFolder(_folder.Path, cancellationToken: TestContext.Current.CancellationToken).Select(result => Path.GetFileName(result.Path)));
        Assert.Throws<DirectoryNotFoundException>(() => ImageFile.InFolder(_folder.Combine("none")));
    }

    private static IEnumerable<FileDetections> Detect(Detector detector, IEnumerable<string> paths, int workers = 0) =>
        detector.DetectFiles(paths, workers, TestContext.Current.CancellationToken);

    private static void AssertClose(IReadOnlyList<Detection> expected, IReadOnlyList<Detection> actual)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(detection => detection.ClassIndex), actual.Select(detection => detection.ClassIndex));
        foreach (var (first, second) in expected.Zip(actual))
        {
            Assert.Equal(first.Score, second.Score, 1e-5f);
            Assert.Equal(first.Box.Left, second.Box.Left, 1e-3f);
            Assert.Equal(first.Box.Bottom, second.Box.Bottom, 1e-3f);
        }
    }
}
