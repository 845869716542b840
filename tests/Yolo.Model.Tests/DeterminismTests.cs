using System.Runtime.InteropServices;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Tests.Training.Checkpoints;
using Yolo.Model.Tests.Training;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests;

/// <summary>What docs/determinism.md says repeats bit for bit, and what does not; compared as bits, so that 0 and -0 differ and NaN is itself.</summary>
public sealed class DeterminismTests
{
    private const int Images = 5;

    private static readonly NetworkDefinition s_tiny = YoloV2Network.TinyVoc.WithInputSize(96, 96);
    private static readonly Lazy<NetworkWeights> s_weights = new(() => WeightInitializer.Create(s_tiny, seed: 1));

    // On many threads at once: nothing that is drawn comes from a generator that they share.
    [Fact]
    public void Cluster_SameSeed_GivesTheSameAnchorsBitForBit()
    {
        BoxShape[] shapes = [.. Noise(600).Chunk(2).Select(pair => new BoxShape(0.1f + 10 * pair[0], 0.1f + 10 * pair[1]))];
        var expected = AnchorKMeans.Cluster(shapes, 5, seed: 3);

        Parallel.For(0, 8, _ => AssertSame(Numbers(expected), Numbers(AnchorKMeans.Cluster(shapes, 5, seed: 3))));

        static float[] Numbers(AnchorClusters clusters) => [.. clusters.Anchors.SelectMany(shape => (float[])[shape.Width, shape.Height]), (float)clusters.AverageIoU];
    }

    [Fact]
    public void Train_AnyNumberOfDataWorkers_GivesTheSameWeightsBitForBit()
    {
        var options = Squares.Plain with { Augmentation = new() { Mosaic = 0.5f }, AverageDecay = 0.9, InputSizes = [64, 96], InputSizeSteps = 1 };
        float[] expected = Train(options);

        AssertSame(expected, Train(options with { DataWorkers = 2 }));
        AssertSame(expected, Train(options with { DataWorkers = 5 }));
    }

    // The order of the images belongs to what is trained on.
    [Fact]
    public void Train_ImagesInAnotherOrder_GivesOtherWeights()
    {
        var images = Squares.Images(6);

        float[] forwards = Train(Squares.Plain), backwards = Train(Squares.Plain, [.. images.AsEnumerable().Reverse()]);

        Assert.NotEqual(forwards, backwards);
    }

    // Each number in processes of its own: libtorch has one for a whole process.
    [Fact]
    public void Train_InProcessesOfTwoThreads_GivesTheSameFileAndNearlyThatOfOne()
    {
        using var folder = new TemporaryFolder();
        byte[] two = Run("two", threads: 2);

        Assert.Equal(two, Run("two again", threads: 2));
        // Behind the 20 bytes of the header. Measured: 2e-3 after 36 steps.
        var one = MemoryMarshal.Cast<byte, float>(Run("one", threads: 1).AsSpan(20));
        MiniGolden.AssertClose(MemoryMarshal.Cast<byte, float>(two.AsSpan(20)), one, 1e-2);

        byte[] Run(string name, int threads)
        {
            TrainingProcess.Run(folder.Combine(name), folder.Combine(name + ".weights"), threads);
            return File.ReadAllBytes(folder.Combine(name + ".weights"));
        }
    }

    [Fact]
    public void Train_BFloat16Twice_GivesTheSameWeightsBitForBit()
    {
        var options = Squares.Plain with { Precision = Precision.BFloat16 };

        AssertSame(Train(options), Train(options));
    }

    // Calls, and sessions of their own.
    [Fact]
    public void OnnxRuntime_RunAgain_GivesTheSameMapBitForBit()
    {
        float[] image = Noise((int)s_tiny.Input.Count);
        using var backend = new OnnxRuntimeBackend(s_tiny, s_weights.Value);
        using var other = new OnnxRuntimeBackend(s_tiny, s_weights.Value);
        float[] expected = Run(backend, image);

        for (int i = 0; i < 10; i++)
            AssertSame(expected, Run(backend, image));
        AssertSame(expected, Run(other, image));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OnnxRuntime_BatchOfFive_GivesEachImageTheBitsItHasAlone(int threads)
    {
        float[] images = Noise(Images * (int)s_tiny.Input.Count);
        using var backend = new OnnxRuntimeBackend(s_tiny, s_weights.Value, threads);

        AssertSame(Alone(backend, images), Run(backend, images));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void OnnxRuntime_OtherNumberOfThreads_GivesTheSameMapBitForBit(int threads)
    {
        float[] image = Noise((int)s_tiny.Input.Count);
        using OnnxRuntimeBackend one = new(s_tiny, s_weights.Value, intraOpThreads: 1), several = new(s_tiny, s_weights.Value, threads);

        AssertSame(Run(one, image), Run(several, image));
    }

    [Fact]
    public void Torch_RunAgain_GivesTheSameMapBitForBit()
    {
        float[] image = Noise((int)s_tiny.Input.Count);
        using var backend = new TorchBackend(s_tiny, s_weights.Value);
        using var other = new TorchBackend(s_tiny, s_weights.Value);
        float[] expected = Run(backend, image);

        for (int i = 0; i < 10; i++)
            AssertSame(expected, Run(backend, image));
        AssertSame(expected, Run(other, image));
    }

    // Measured: 2e-6.
    [Fact]
    public void Torch_BatchOfFive_NearlyGivesEachImageWhatItHasAlone()
    {
        float[] images = Noise(Images * (int)s_tiny.Input.Count);
        using var backend = new TorchBackend(s_tiny, s_weights.Value);

        MiniGolden.AssertClose(Alone(backend, images), Run(backend, images), 1e-5);
    }

    // In whatever order images are added, where no two detections have the same score (DetectionEvaluatorTests: equal ones rank in the order added).
    [Fact]
    public void Evaluate_AgainAndInAnotherOrder_GivesTheSameNumbersBitForBit()
    {
        var random = new Random(1);
        var images = Enumerable.Range(0, 60).Select(_ => (Truths: Enumerable.Range(0, 3).Select(_ => new GroundTruth(Box(), random.Next(2))).ToList(),
            Detections: Enumerable.Range(0, 8).Select(_ => new Detection(Box(), random.Next(2), random.NextSingle())).ToList())).ToList();
        float[] expected = Numbers(images);

        AssertSame(expected, Numbers(images));
        AssertSame(expected, Numbers(images.AsEnumerable().Reverse()));

        BoundingBox Box()
        {
            int x = random.Next(4), y = random.Next(4);
            return new(10 * x + random.NextSingle(), 10 * y, 10 * x + 9, 10 * y + 9);
        }

        static float[] Numbers(IEnumerable<(List<GroundTruth> Truths, List<Detection> Detections)> images)
        {
            var evaluator = new DetectionEvaluator(["a", "b"]);
            foreach (var (truths, detections) in images)
                evaluator.Add(truths, detections);
            var metrics = evaluator.Compute();
            double[] numbers =
            [
                metrics.MeanAveragePrecisionVoc2007, metrics.MeanAveragePrecisionVoc2010, metrics.MeanAveragePrecisionCoco, metrics.AtScoreThreshold.F1,
                .. metrics.Classes.SelectMany(item => item.Curve).SelectMany(point => (double[])[point.ScoreThreshold, point.Precision, point.Recall]),
            ];
            Assert.InRange(numbers[1], 0.01, 0.99);
            return MemoryMarshal.Cast<double, float>(numbers).ToArray();
        }
    }

    private static float[] Train(TrainingOptions options, IReadOnlyList<Model.Training.Images.TrainingImage>? images = null) =>
        Squares.Flatten(new DetectorTrainer(Squares.Network(batchNormalize: true), options).Train(images ?? Squares.Images(6), cancellationToken: TestContext.Current.CancellationToken).Weights);

    private static float[] Alone(IInferenceBackend backend, float[] images) => [.. images.Chunk(images.Length / Images).SelectMany(image => Run(backend, image))];

    private static float[] Run(IInferenceBackend backend, float[] images)
    {
        int batch = images.Length / (int)s_tiny.Input.Count;
        float[] map = new float[batch * s_tiny.Layers[^1].Output.Count];
        backend.Run(images, batch, map);
        return map;
    }

    private static float[] Noise(int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    private static void AssertSame(float[] expected, float[] actual) => Assert.Equal(MemoryMarshal.Cast<float, int>(expected), MemoryMarshal.Cast<float, int>(actual));
}
