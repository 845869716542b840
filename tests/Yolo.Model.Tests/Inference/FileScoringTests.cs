using SkiaSharp;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;

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
        string[] paths = WriteImages(12);
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
        string[] paths = WriteImages(5);
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
        string[] paths = WriteImages(6);
        using var detector = new Detector(MiniGolden.Model, OneThread with { IntraOpThreads = 2 });

        Assert.All(Detect(detector, paths), result => Assert.Equal(detector.Detect(result.Path), result.Detections));
    }

    [Fact]
    public void DetectFiles_BadFilesAmongOthers_GivesTheirErrorsAndTheRest()
    {
        string[] paths = WriteImages(4);
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

        Assert.All(Detect(detector, WriteImages(4), workers: 2), result => Assert.Null(result.Error));
    }

    [Fact]
    public void DetectFiles_LoopLeftEarly_LeavesNothingRunning()
    {
        string[] paths = WriteImages(12);
        var backend = new RecordingBackend(MiniGolden.Model);
        int read = 0;
        using (var detector = new Detector(MiniGolden.Model, backend, OneThread))
        {
            foreach (var _ in Detect(detector, paths.Select(path => { read++; return path; }), workers: 2))
                break;

            Assert.Equal(0, backend.Running);
            // Twice the workers.
            Assert.Equal(4, read);
            Assert.InRange(backend.Batches.Length, 1, 4);
            Assert.Equal(0, backend.Disposals);
        }
        Assert.Equal(1, backend.Disposals);
    }

    [Fact]
    public void DetectFiles_CancelledDuringAPass_ThrowsAndLeavesNothingRunning()
    {
        using var source = new CancellationTokenSource();
        var backend = new RecordingBackend(MiniGolden.Model) { Starting = source.Cancel };
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);

        Assert.ThrowsAny<OperationCanceledException>(() => detector.DetectFiles(WriteImages(6), workers: 2, source.Token).ToList());

        Assert.Equal(0, backend.Running);
        // Four were under way.
        Assert.InRange(backend.Batches.Length, 1, 4);
    }

    [Fact]
    public void DetectFiles_CancelledAndAskedAgain_GivesEverything()
    {
        string[] paths = WriteImages(6);
        using var source = new CancellationTokenSource();
        var backend = new RecordingBackend(MiniGolden.Model) { Starting = source.Cancel };
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);
        Assert.ThrowsAny<OperationCanceledException>(() => detector.DetectFiles(paths, workers: 2, source.Token).ToList());
        backend.Starting = null;

        var results = Detect(detector, paths, workers: 2).ToList();

        Assert.Equal(paths.Select(detector.Detect), results.Select(result => result.Detections));
    }

    // Seven files begin at another one on each thread, so that batches differ, too.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void DetectFiles_FromManyThreads_EqualsOneThreadToTheBit(int preferredBatch)
    {
        string[] paths = WriteImages(7);
        using var detector = new Detector(MiniGolden.Model, new RecordingBackend(MiniGolden.Model, preferredBatch), OneThread);
        var expected = Enumerable.Range(0, ManyThreads.Count).Select(DetectFrom).ToList();
        var actual = new List<IReadOnlyList<Detection>>[ManyThreads.Count];

        ManyThreads.Run(thread => actual[thread] = DetectFrom(thread));

        Assert.Equal(expected, actual);

        List<IReadOnlyList<Detection>> DetectFrom(int first) =>
            [.. Detect(detector, paths.Skip(first).Concat(paths.Take(first)), workers: 2).Select(result => result.Error is { } error ? throw error : result.Detections)];
    }

    [Fact]
    public async Task DetectFilesAsync_CancelledDuringAPass_ThrowsAndLeavesNothingRunning()
    {
        using var source = new CancellationTokenSource();
        var backend = new RecordingBackend(MiniGolden.Model) { Starting = source.Cancel };
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in detector.DetectFilesAsync(WriteImages(6), workers: 2, source.Token))
                continue;
        });

        Assert.Equal(0, backend.Running);
    }

    [Fact]
    public void DetectFiles_BackendFails_Throws()
    {
        var backend = new RecordingBackend(MiniGolden.Model) { Starting = () => throw new InvalidOperationException("no memory") };
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);

        var exception = Assert.Throws<InvalidOperationException>(() => Detect(detector, WriteImages(3), workers: 2).ToList());

        Assert.Equal("no memory", exception.Message);
    }

    [Fact]
    public void DetectFiles_ListOfFilesFails_ThrowsAfterTheFilesBefore()
    {
        string[] paths = WriteImages(2);
        using var detector = new Detector(MiniGolden.Model, OneThread);
        var results = new List<FileDetections>();

        Assert.Throws<TimeoutException>(() =>
        {
            foreach (var result in Detect(detector, paths.Concat(Fail()), workers: 2))
                results.Add(result);
        });

        Assert.Equal(paths, results.Select(result => result.Path));

        static IEnumerable<string> Fail() => Enumerable.Range(0, 1).Select<int, string>(_ => throw new TimeoutException());
    }

    // Ten files in batches of four; the sixth and the whole of the last two cannot be read.
    [Fact]
    public void DetectFiles_BackendThatPrefersBatches_GetsThem()
    {
        string[] paths = WriteImages(10);
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

        Assert.Single(Detect(detector, WriteImages(1)));

        Assert.Equal([1], backend.Batches);
        Assert.Empty(sideBySide.Batches);
    }

    [Fact]
    public void DetectFiles_TwoFiles_RunSideBySideAndDisposeBothBackends()
    {
        var (backend, sideBySide) = (new RecordingBackend(MiniGolden.Model), new RecordingBackend(MiniGolden.Model));
        using (var detector = new Detector(MiniGolden.Model, new DetectorEngine(MiniGolden.Network, backend, () => sideBySide), OneThread))
            Assert.Equal(2, Detect(detector, WriteImages(2)).Count());

        Assert.Empty(backend.Batches);
        Assert.Equal([1, 1], sideBySide.Batches);
        Assert.Equal((1, 1), (backend.Disposals, sideBySide.Disposals));
    }

    [Fact]
    public void DetectFiles_SecondBackendCannotBeMade_Throws()
    {
        using var detector = new Detector(
            MiniGolden.Model, new DetectorEngine(MiniGolden.Network, new RecordingBackend(MiniGolden.Model), () => throw new InvalidOperationException("refused")), OneThread);

        var exception = Assert.Throws<InvalidOperationException>(() => Detect(detector, WriteImages(3)).ToList());

        Assert.Equal("refused", exception.Message);
    }

    [Fact]
    public void DetectFiles_DetectorDisposedOnTheWay_EndsAndThenFreesTheBackend()
    {
        var backend = new RecordingBackend(MiniGolden.Model);
        var detector = new Detector(MiniGolden.Model, backend, OneThread);
        int count = 0;

        foreach (var result in Detect(detector, WriteImages(8), workers: 2))
        {
            detector.Dispose();
            Assert.NotEmpty(result.Detections);
            Assert.Equal(0, backend.Disposals);
            count++;
        }

        Assert.Equal(8, count);
        Assert.Equal(1, backend.Disposals);
        Assert.Throws<ObjectDisposedException>(() => Detect(detector, []).ToList());
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
    public void DetectFolder_ImagesAndOtherFiles_TakesTheImagesInOrder()
    {
        string[] paths = WriteImages(3);
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

    /// <summary>The synthetic image, each one 4 rows less high than the one before.</summary>
    private string[] WriteImages(int count)
    {
        string[] paths = [.. Enumerable.Range(0, count).Select(i => _folder.Combine($"image{i:D2}.png"))];
        for (int i = 0; i < count; i++)
            File.WriteAllBytes(paths[i], MiniGolden.SyntheticPng(rows: 96 - 4 * i));
        return paths;
    }
}
