using System.Diagnostics;
using System.Numerics.Tensors;
using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Tests.Imaging;
using Yolo.Model.Tests.Inference;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;

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
        int[][] parts = [.. Load(Options).Select(step => step.Select(batch => batch.Targets.Length).ToArray())];

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
            var classes = steps[(3 * epoch)..(3 * epoch + 3)].SelectMany(step => step).SelectMany(batch => batch.Targets).Select(targets => targets.Objects.Single().ClassIndex).ToList();
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

        Assert.All(steps[6..].SelectMany(step => step).SelectMany(batch => batch.Targets), targets => Assert.Single(targets.Objects));
        Assert.Contains(steps[..6].SelectMany(step => step).SelectMany(batch => batch.Targets), targets => targets.Objects.Count > 1);
        AssertEqual(steps[5..], Load(options, firstStep: 5));
        AssertEqual(Load(Options)[..3], Load(Options with { Augmentation = Options.Augmentation! with { MosaicOffEpochs = 2 } })[..3]);
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

        var shapes = steps.SelectMany(step => step).SelectMany(batch => batch.Targets).Select(targets => targets.Objects[0].Box.Shape);
        Assert.Equal(new(2, 2), Assert.Single(shapes.Distinct()));
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

        foreach (var batch in new BatchLoader(new(new TrainingImageList([image, image, image, image])), new InputSchedule(Network, options), options)
            .Load(cancellation: TestContext.Current.CancellationToken).SelectMany(step => step))
        {
            for (int i = 0; i < batch.Count; i++)
                inputs.Add(TensorPrimitives.Sum<float>(batch.PixelsOf(i)));
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

        _ = new BatchLoader(new(images), new InputSchedule(Network, options), options).Load(cancellation: TestContext.Current.CancellationToken).First();

        // Steps of at most four images: one is given out, workers + 1 wait, and none is begun any more once the reader has stopped.
        Assert.InRange(images.Loaded, 1, 4 * (workers + 2));
    }

    [Fact]
    public void Load_SlowImages_CountsTheWaiting()
    {
        var delay = TimeSpan.FromMilliseconds(20);
        var options = Options with { Augmentation = null, Subdivisions = 1, Epochs = 1 };
        var loader = new BatchLoader(new(new Source(delay)), new InputSchedule(Network, options), options);
        long start = Stopwatch.GetTimestamp();

        foreach (var step in loader.Load(cancellation: TestContext.Current.CancellationToken))
            step.ToList().ForEach(batch => batch.Dispose());

        Assert.InRange(loader.Waited, 2 * delay, Stopwatch.GetElapsedTime(start));
    }

    [Fact]
    public void Load_ImageThatCannotBeRead_ThrowsItsOwnException()
    {
        var loader = new BatchLoader(new(new Source(fails: true)), new InputSchedule(Network, Options), Options);

        var error = Assert.Throws<InvalidDataException>(() => loader.Load(cancellation: TestContext.Current.CancellationToken).First());

        Assert.Equal("no such image", error.Message);
    }

    private static List<List<(float[] Pixels, EncodedTargets[] Targets)>> Load(TrainingOptions options, long firstStep = 0, Source? images = null)
    {
        var result = new List<List<(float[], EncodedTargets[])>>();
        foreach (var step in new BatchLoader(new(images ?? new Source()), new InputSchedule(Network, options), options).Load(firstStep, TestContext.Current.CancellationToken))
        {
            result.Add([.. step.Select(batch => (batch.Pixels.ToArray(), batch.Targets))]);
            foreach (var batch in step)
                batch.Dispose();
        }
        return result;
    }

    private static void AssertEqual(List<List<(float[] Pixels, EncodedTargets[] Targets)>> expected, List<List<(float[] Pixels, EncodedTargets[] Targets)>> actual)
    {
        var (one, other) = (expected.SelectMany(step => step).ToList(), actual.SelectMany(step => step).ToList());
        Assert.Equal(one.Count, other.Count);
        for (int i = 0; i < one.Count; i++)
        {
            Assert.Equal(one[i].Pixels, other[i].Pixels);
            Assert.Equal(one[i].Targets.SelectMany(targets => targets.Objects), other[i].Targets.SelectMany(targets => targets.Objects));
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
