using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.Model.Tests.Inference;

/// <summary>One loaded model used by many threads, as in a web server.</summary>
public sealed class DetectorConcurrencyTests
{
    private const int Images = 20;

    private static readonly DetectionOptions Options = new() { IntraOpThreads = 1, ScoreThreshold = 0.02f };
    private static readonly byte[] Pixels = MiniGolden.SyntheticPixels();

    // Every second thread uses a detector with other options on the same session.
    [Fact]
    public void Detect_FromManyThreads_EqualsOneThreadToTheBit()
    {
        using var detector = new Detector(MiniGolden.Model, Options);
        using var other = detector.WithOptions(Options with { ScoreThreshold = 0.3f, ClassAgnostic = true });
        Detector[] detectors = [detector, other];
        var expected = detectors.Select(item => Enumerable.Range(0, Images).Select(image => Detect(item, image)).ToArray()).ToArray();
        Assert.Equal(Images, expected[0].Select(list => list[0]).Distinct().Count());
        var actual = new IReadOnlyList<Detection>[ManyThreads.Count, Images];

        ManyThreads.Run(thread =>
        {
            for (int i = 0; i < Images; i++)
            {
                int image = (i + 5 * thread) % Images;
                actual[thread, image] = Detect(detectors[thread % 2], image);
            }
        });

        for (int thread = 0; thread < ManyThreads.Count; thread++)
        {
            for (int image = 0; image < Images; image++)
                Assert.Equal(expected[thread % 2][image], actual[thread, image]);
        }
    }

    [Fact]
    public void Detect_OnTorchFromManyThreads_EqualsOneThreadToTheBit()
    {
        using var detector = new Detector(MiniGolden.Model, new TorchBackend(MiniGolden.Network, MiniGolden.Weights), Options);
        var expected = Enumerable.Range(0, Images).Select(image => Detect(detector, image)).ToArray();

        ManyThreads.Run(thread =>
        {
            for (int i = 0; i < Images; i++)
                Assert.Equal(expected[(i + 5 * thread) % Images], Detect(detector, (i + 5 * thread) % Images));
        });
    }

    // With a lock around the session the barrier would never fill.
    [Fact]
    public void Detect_FromManyThreads_AllAreInTheBackendAtOnce()
    {
        using var barrier = new Barrier(ManyThreads.Count);
        using var detector = new Detector(MiniGolden.Model, new CheckedBackend { Running = () => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(60))) }, Options);

        ManyThreads.Run(thread => Detect(detector, thread));
    }

    [Fact]
    public void Dispose_WhileThreadsDetect_LetsEachCallFinishOrSaysDisposed()
    {
        using var begun = new CountdownEvent(ManyThreads.Count);
        var backend = new CheckedBackend();
        var detector = new Detector(MiniGolden.Model, backend, Options);
        using (var reference = new Detector(MiniGolden.Model, Options))
        {
            var expected = Enumerable.Range(0, Images).Select(image => Detect(reference, image)).ToArray();

            ManyThreads.Run(
                thread =>
                {
                    for (int i = 0; ; i++)
                    {
                        try
                        {
                            Assert.Equal(expected[i % Images], Detect(detector, i % Images));
                        }
                        catch (ObjectDisposedException)
                        {
                            return;
                        }
                        if (i == 0)
                            begun.Signal();
                    }
                },
                meanwhile: () =>
                {
                    Assert.True(begun.Wait(TimeSpan.FromSeconds(60)));
                    detector.Dispose();
                });
        }
        Assert.Equal(1, backend.Disposals);
    }

    // Image 0 is the synthetic one, the others lack first columns of it.
    private static IReadOnlyList<Detection> Detect(Detector detector, int image) =>
        detector.Detect(new PixelView(Pixels.AsSpan(4 * 4 * image), 160 - 4 * image, 96, 4 * 160, PixelOrder.Rgba));

    /// <summary>ONNX Runtime, disposed under no running pass.</summary>
    private sealed class CheckedBackend : IInferenceBackend
    {
        private readonly OnnxRuntimeBackend _backend = new(MiniGolden.Network, MiniGolden.Weights, intraOpThreads: 1);
        private int _running;

        public Action? Running { get; init; }

        public int Disposals { get; private set; }

        public void Run(ReadOnlyMemory<float> input, int batch, Memory<float> output)
        {
            Interlocked.Increment(ref _running);
            Running?.Invoke();
            _backend.Run(input, batch, output);
            Interlocked.Decrement(ref _running);
        }

        public void Dispose()
        {
            Assert.Equal(0, Volatile.Read(ref _running));
            Disposals++;
            _backend.Dispose();
        }
    }
}
