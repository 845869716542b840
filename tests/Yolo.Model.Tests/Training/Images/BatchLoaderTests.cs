using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Tests.Imaging;
using Yolo.Model.Tests.Inference;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Losses;

namespace Yolo.Model.Tests.Training.Images;

public sealed class BatchLoaderTests
{
    private static readonly NetworkDefinition Network = YoloV2Network.TinyVoc.WithInputSize(64, 64);

    private static readonly TrainingOptions Options = new()
    {
        Epochs = 3, BatchSize = 4, Subdivisions = 2, InputSizes = [64, 96], InputSizeSteps = 2, Augmentation = new() { Mosaic = 0.5f }, Seed = 8,
    };

    // Ten images in batches of four, two of which are computed at a time: 2 + 2, 2 + 2, 2.
    [Fact]
    public void Load_ThreeEpochs_GivesEveryStepInItsParts()
    {
        int[][] parts = [.. Load(Options).Select(step => step.Select(batch => batch.Targets.Images).ToArray())];

        Assert.Equal(9, parts.Length);
        Assert.Equal([[2, 2], [2, 2], [2]], parts[3..6]);
    }

    [Fact]
    public void Load_EveryEpoch_ShowsEveryImageOnce()
    {
        // No variation: the class of an image's only object is its index.
        var steps = Load(Options with { Augmentation = null });

        for (int epoch = 0; epoch < 3; epoch++)
        {
            // The last of the eleven numbers of a match is its class.
            var classes = steps[(3 * epoch)..(3 * epoch + 3)].SelectMany(step => step)
                .SelectMany(batch => Enumerable.Range(0, batch.Targets.Matched).Select(i => (int)batch.Targets.Packed[8 * batch.Targets.Matched + 3 * i + 2])).ToList();
            Assert.Equal(Enumerable.Range(0, 10), classes.Order());
            Assert.NotEqual(Enumerable.Range(0, 10), classes);
        }
    }

    [Fact]
    public void Load_AnyNumberOfWorkers_GivesTheSameBytes()
    {
        var expected = Load(Options);
        for (int workers = 2; workers <= 5; workers += 3)
            AssertEqual(expected, Load(Options with { DataWorkers = workers }));
        Assert.NotEqual(expected[0][0].Pixels, Load(Options with { Seed = 9 })[0][0].Pixels);
    }

    // Without variation an input that is no mosaic has exactly its own object.
    [Fact]
    public void Load_MosaicOffEpochs_EndsWithoutMosaicsWhereverItBegins()
    {
        var options = Options with { Augmentation = AugmentationOptions.None with { Mosaic = 1, MosaicOffEpochs = 1, MinimumVisible = 0 } };

        var steps = Load(options);

        Assert.All(steps[6..].SelectMany(step => step), batch => Assert.Equal(batch.Targets.Images, batch.Targets.Matched));
        Assert.Contains(steps[..6].SelectMany(step => step), batch => batch.Targets.Matched > batch.Targets.Images);
        AssertEqual(steps[5..], Load(options, firstStep: 5));
        AssertEqual(Load(Options)[..3], Load(Options with { Augmentation = new() { Mosaic = 0.5f, MosaicOffEpochs = 2 } })[..3]);
    }

    [Fact]
    public void Load_TransformImage_GetsEveryImageOfAnInputWithASeedOfItsOwn()
    {
        var seeds = new System.Collections.Concurrent.ConcurrentBag<int>();
        var options = Options with
        {
            Augmentation = null, InputSizes = [], DataWorkers = 3,
            TransformImage = (image, seed) =>
            {
                seeds.Add(seed);
                return new(image.Rgb, image.Width, image.Height, [image.Objects[0] with { Box = new(0, 0, 50, 40) }]);
            },
        };

        var steps = Load(options);

        Assert.All(steps.SelectMany(step => step), batch => Assert.Equal(new(0, 0, 1, 1), Assert.Single(batch.Targets.BoxesOf(batch.Targets.Images - 1)).Box));
        Assert.Equal(30, seeds.Distinct().Count());
        int[] again = [.. seeds.Order()];
        seeds.Clear();
        AssertEqual(steps, Load(options with { DataWorkers = 1 }));
        Assert.Equal(again, seeds.Order());
        AssertEqual(Load(Options), Load(Options with { TransformImage = (image, _) => image }));
    }

    [Fact]
    public void Load_TransformImageThatReturnsNothing_SaysSo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Load(Options with { TransformImage = (_, _) => null! }));

        Assert.StartsWith("TransformImage returned null", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FromALaterStep_ContinuesAsIfItHadRunFromTheStart() => AssertEqual(Load(Options)[5..], Load(Options, firstStep: 5));

    [Fact]
    public void Load_SameImageAtEveryPlace_VariesItAnewEachTime()
    {
        var image = new TrainingImage(ImagePreprocessorTests.Noise(3 * 50 * 40, seed: 1), 50, 40, []);
        var options = Options with { Augmentation = new(), InputSizes = [] };
        var inputs = new HashSet<float>();

        foreach (var batch in Loader(new TrainingImageList([image, image, image, image]), options)
            .Load(cancellation: TestContext.Current.CancellationToken).SelectMany(step => step))
        {
            var pixels = MemoryMarshal.Cast<byte, float>(batch.Pixels);
            for (int i = 0; i < batch.Count; i++)
                inputs.Add(TensorPrimitives.Sum(pixels.Slice(i * batch.Input.Count, batch.Input.Count)));
            batch.Dispose();
        }

        Assert.Equal(3 * 4, inputs.Count);
    }

    [Fact]
    public void Load_MosaicOfHalf_LoadsFourImagesForHalfOfTheInputs()
    {
        var images = new Source();
        Load(Options with { Epochs = 100 }, images: images);

        // 1,000 inputs: 500 mosaics with a deviation of 16, three more images each.
        Assert.InRange(images.Loaded, 1000 + 3 * 420, 1000 + 3 * 580);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Load_ReaderStopsAfterOneStep_HasMadeTheStatedStepsAhead(int workers)
    {
        var images = new Source();
        var options = Options with { DataWorkers = workers, Augmentation = null, Subdivisions = 1, Epochs = 50 };

        _ = Loader(images, options).Load(cancellation: TestContext.Current.CancellationToken).First();

        // Steps of at most four images: one is given out, one waits, one is being made, and none is begun any more once the reader has stopped.
        Assert.InRange(images.Loaded, 1, 4 * 3);
    }

    // A worker that was awaited when a run was cancelled used to read on after the run had ended.
    [Fact]
    public async Task Load_CancelledWhileItWaits_EndsWhenNoThreadReadsAnyMore()
    {
        using var cancellation = new CancellationTokenSource();
        using ManualResetEventSlim reading = new(), goOn = new();
        int left = 0;
        var images = new Hooked(() =>
        {
            reading.Set();
            goOn.Wait(TimeSpan.FromSeconds(60));
            Interlocked.Increment(ref left);
        });
        var options = Options with { Augmentation = null, Subdivisions = 1, BatchSize = 1 };
        var loading = Task.Run(() => Loader(images, options).Load(cancellation: cancellation.Token).First());

        reading.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();
        var first = await Task.WhenAny(loading, Task.Delay(50, TestContext.Current.CancellationToken));
        goOn.Set();

        Assert.NotSame(loading, first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
        Assert.Equal(1, left);
    }

    // Rounded to a 255th.
    [Fact]
    public void Load_AsBytes_GivesTheSamePixelsInterleavedAndRounded()
    {
        var options = Options with { InputSizes = [] };
        byte[] floats = Loader(new Source(), options).Load(cancellation: TestContext.Current.CancellationToken).First()[0].Pixels.ToArray();
        byte[] bytes = Loader(new Source(), options, BatchFormat.Bytes).Load(cancellation: TestContext.Current.CancellationToken).First()[0].Pixels.ToArray();

        var planar = MemoryMarshal.Cast<byte, float>(floats);
        Assert.Equal(planar.Length, bytes.Length);
        int plane = 64 * 64;
        for (int i = 0; i < bytes.Length; i++)
        {
            int image = i / (3 * plane), pixel = i % (3 * plane) / 3, channel = i % 3;
            Assert.Equal(planar[(3 * image + channel) * plane + pixel], bytes[i] / 255f, 0.5 / 255 + 1e-6);
        }
    }

    [Fact]
    public void Load_SlowImages_CountsTheWaiting()
    {
        var delay = TimeSpan.FromMilliseconds(20);
        var options = Options with { Augmentation = null, Subdivisions = 1, Epochs = 1 };
        var loader = Loader(new Source(delay), options);
        long start = Stopwatch.GetTimestamp();

        foreach (var step in loader.Load(cancellation: TestContext.Current.CancellationToken))
            step.ToList().ForEach(batch => batch.Dispose());

        Assert.InRange(loader.Waited, 2 * delay, Stopwatch.GetElapsedTime(start));
    }

    [Fact]
    public void Load_ImageThatCannotBeRead_ThrowsItsOwnException()
    {
        var loader = Loader(new Source(fails: true), Options);

        var error = Assert.Throws<InvalidDataException>(() => loader.Load(cancellation: TestContext.Current.CancellationToken).First());

        Assert.Equal("no such image", error.Message);
    }

    private static List<List<(byte[] Pixels, RegionTargets Targets)>> Load(TrainingOptions options, long firstStep = 0, Source? images = null)
    {
        var result = new List<List<(byte[], RegionTargets)>>();
        foreach (var step in Loader(images ?? new Source(), options).Load(firstStep, TestContext.Current.CancellationToken))
        {
            result.Add([.. step.Select(batch => (batch.Pixels.ToArray(), batch.Targets))]);
            foreach (var batch in step)
                batch.Dispose();
        }
        return result;
    }

    private static BatchLoader Loader(ITrainingImages images, TrainingOptions options, BatchFormat format = BatchFormat.Floats) =>
        new(new(images), new InputSchedule(Network, options), options, RegionLoss.Create(options, Network), format, options.DataWorkers ?? 1, BatchShard.Whole);

    private static void AssertEqual(List<List<(byte[] Pixels, RegionTargets Targets)>> expected, List<List<(byte[] Pixels, RegionTargets Targets)>> actual)
    {
        var (one, other) = (expected.SelectMany(step => step).ToList(), actual.SelectMany(step => step).ToList());
        Assert.Equal(one.Count, other.Count);
        for (int i = 0; i < one.Count; i++)
        {
            Assert.Equal(one[i].Pixels, other[i].Pixels);
            Assert.Equal(one[i].Targets.Packed, other[i].Targets.Packed);
        }
    }

    /// <summary>Ten images that tell when they are loaded.</summary>
    private sealed class Hooked(Action loads) : ITrainingImages
    {
        private readonly Source _images = new();

        public IReadOnlyList<ImageLabels> Labels => _images.Labels;

        public TrainingImage Load(int index)
        {
            loads();
            return _images.Load(index);
        }
    }

    /// <summary>Ten images of noise with an object of a class of their own each.</summary>
    private sealed class Source(TimeSpan delay = default, bool fails = false) : ITrainingImages
    {
        private readonly TrainingImageList _images = new(
            [.. Enumerable.Range(0, 10).Select(i => new TrainingImage(ImagePreprocessorTests.Noise(3 * 50 * 40, seed: i), 50, 40, [new(new(10, 10, 30, 30), i)]))]);

        private int _loaded;

        public int Loaded => _loaded;

        public IReadOnlyList<ImageLabels> Labels => _images.Labels;

        public TrainingImage Load(int index)
        {
            if (fails)
                throw new InvalidDataException("no such image");
            Interlocked.Increment(ref _loaded);
            long start = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) >= delay);
            return _images.Load(index);
        }
    }
}
