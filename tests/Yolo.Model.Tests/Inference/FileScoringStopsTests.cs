using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Inference;

namespace Yolo.Model.Tests.Inference;

/// <summary>Scoring of files that ends before its last one: left, cancelled, failed, its detector disposed.</summary>
public sealed class FileScoringStopsTests : IDisposable
{
    private static readonly DetectionOptions OneThread = new() { IntraOpThreads = 1, ScoreThreshold = 0.1f };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DetectFiles_LoopLeftEarly_LeavesNothingRunning()
    {
        string[] paths = MiniGolden.WriteImages(_folder, 12);
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

        Assert.ThrowsAny<OperationCanceledException>(() => detector.DetectFiles(MiniGolden.WriteImages(_folder, 6), workers: 2, source.Token).ToList());

        Assert.Equal(0, backend.Running);
        // Four were under way.
        Assert.InRange(backend.Batches.Length, 1, 4);
    }

    [Fact]
    public void DetectFiles_CancelledAndAskedAgain_GivesEverything()
    {
        string[] paths = MiniGolden.WriteImages(_folder, 6);
        using var source = new CancellationTokenSource();
        var backend = new RecordingBackend(MiniGolden.Model) { Starting = source.Cancel };
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);
        Assert.ThrowsAny<OperationCanceledException>(() => detector.DetectFiles(paths, workers: 2, source.Token).ToList());
        backend.Starting = null;

        var results = Detect(detector, paths, workers: 2).ToList();

        Assert.Equal(paths.Select(detector.Detect), results.Select(result => result.Detections));
    }

    [Fact]
    public async Task DetectFilesAsync_CancelledDuringAPass_ThrowsAndLeavesNothingRunning()
    {
        using var source = new CancellationTokenSource();
        var backend = new RecordingBackend(MiniGolden.Model) { Starting = source.Cancel };
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in detector.DetectFilesAsync(MiniGolden.WriteImages(_folder, 6), workers: 2, source.Token))
                continue;
        });

        Assert.Equal(0, backend.Running);
    }

    [Fact]
    public void DetectFiles_BackendFails_Throws()
    {
        var backend = new RecordingBackend(MiniGolden.Model) { Starting = () => throw new InvalidOperationException("no memory") };
        using var detector = new Detector(MiniGolden.Model, backend, OneThread);

        var exception = Assert.Throws<InvalidOperationException>(() => Detect(detector, MiniGolden.WriteImages(_folder, 3), workers: 2).ToList());

        Assert.Equal("no memory", exception.Message);
    }

    [Fact]
    public void DetectFiles_ListOfFilesFails_ThrowsAfterTheFilesBefore()
    {
        string[] paths = MiniGolden.WriteImages(_folder, 2);
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

    [Fact]
    public void DetectFiles_SecondBackendCannotBeMade_Throws()
    {
        using var detector = new Detector(
            MiniGolden.Model, new DetectorEngine(MiniGolden.Network, new RecordingBackend(MiniGolden.Model), () => throw new InvalidOperationException("refused")), OneThread);

        var exception = Assert.Throws<InvalidOperationException>(() => Detect(detector, MiniGolden.WriteImages(_folder, 3)).ToList());

        Assert.Equal("refused", exception.Message);
    }

    [Fact]
    public void DetectFiles_DetectorDisposedOnTheWay_EndsAndThenFreesTheBackend()
    {
        var backend = new RecordingBackend(MiniGolden.Model);
        var detector = new Detector(MiniGolden.Model, backend, OneThread);
        int count = 0;

        foreach (var result in Detect(detector, MiniGolden.WriteImages(_folder, 8), workers: 2))
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

    private static IEnumerable<FileDetections> Detect(Detector detector, IEnumerable<string> paths, int workers = 0) =>
        detector.DetectFiles(paths, workers, TestContext.Current.CancellationToken);
}
