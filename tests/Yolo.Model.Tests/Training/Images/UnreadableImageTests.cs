using System.Security.Cryptography;
using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Training.Images;

/// <summary>Images that turn out to be unreadable in the middle of a training.</summary>
public sealed class UnreadableImageTests : IDisposable
{
    private static readonly List<TrainingImage> s_images = Squares.Images(12);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    private static TrainingOptions Options { get; } = Squares.Plain with { Epochs = 3, Augmentation = new() { Mosaic = 0.5f } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // What takes the place of image 4 is image 5, and of 11 is 0: the same training as on a list that has them there.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Train_UnreadableImages_TrainsOnTheNextOnesInstead(int workers)
    {
        List<TrainingImage> replaced = [.. s_images[..4], s_images[5], .. s_images[5..11], s_images[0]];
        var expected = new DetectorTrainer(Squares.Network(batchNormalize: true), Options).Train(replaced, cancellationToken: Cancellation);
        var bad = new Damaged(4, 11);

        var actual = Train(Options with { DataWorkers = workers }, Skip(bad));

        Assert.Equal(Squares.Flatten(expected.Weights), Squares.Flatten(actual.Weights));
        Assert.Equal(["image11.jpg: damaged The image is left out.", "image4.jpg: damaged The image is left out."], _warnings.Order(StringComparer.Ordinal));
        // Workers may try one at the same time.
        Assert.InRange(bad.Tried, 2, 2 * workers);
    }

    [Fact]
    public void Train_TwoUnreadableInARow_TakesTheNextReadableOne()
    {
        List<TrainingImage> replaced = [.. s_images[..4], s_images[6], s_images[6], .. s_images[6..]];
        var expected = new DetectorTrainer(Squares.Network(batchNormalize: true), Options).Train(replaced, cancellationToken: Cancellation);

        var actual = Train(Options, Skip(new Damaged(4, 5)));

        Assert.Equal(Squares.Flatten(expected.Weights), Squares.Flatten(actual.Weights));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Train_StoppedAndResumed_SkipsTheSameImagesWithoutTryingThem(int workers)
    {
        var expected = Train(Options, Skip(new Damaged(4, 11)));
        var options = Options with { DataWorkers = workers, Checkpoints = new(_folder.Path) { Resume = true, Interval = null } };
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        // Each image was shown once, and so tried, in the first epoch of three steps.
        Assert.Throws<OperationCanceledException>(() => Train(options, Skip(new Damaged(4, 11)), new StopAt(4, source), source.Token));
        var resumedImages = new Damaged(4, 11);
        var resumed = Skip(resumedImages);
        var actual = Train(options, resumed);

        Assert.Equal(Squares.Flatten(expected.Weights), Squares.Flatten(actual.Weights));
        Assert.Equal(0, resumedImages.Tried);
        Assert.Equal([4, 11], resumed.Skipped.Indices);
        Assert.Equal("2 of 12 images could not be read and were left out: 2 before the run was resumed.", resumed.Skipped.Summary);
    }

    [Fact]
    public void Train_CheckpointOfMoreImages_IsRefused()
    {
        var options = Options with { Checkpoints = new(_folder.Path) { Resume = true, Interval = null } };
        Train(options, Skip(new Damaged(11)));
        // The same run but for the index: the checksum is made anew.
        string path = Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).Last();
        byte[] bytes = File.ReadAllBytes(path)[..^32];
        int place = bytes.AsSpan().IndexOf("\"Skipped\":[11]"u8);
        Assert.True(place > 0);
        "\"Skipped\":[12]"u8.CopyTo(bytes.AsSpan(place));
        File.WriteAllBytes(path, [.. bytes, .. SHA256.HashData(bytes)]);

        var error = Assert.Throws<InvalidDataException>(() => Train(options, Skip(new Damaged(11))));

        Assert.EndsWith("expected indices of images to be below 12, found 12.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_AllImagesReadable_LeavesNoWordOfSkippedOnesInTheCheckpoint()
    {
        Train(Options with { Checkpoints = new(_folder.Path) { Interval = null } }, Skip(new Damaged()));

        Assert.All(Directory.GetFiles(_folder.Path), path => Assert.DoesNotContain("Skipped", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal));
    }

    [Fact]
    public void Train_TooManyUnreadable_EndsAndSaysHowMany()
    {
        var error = Assert.Throws<InvalidDataException>(() => Train(Options, new ReadableImages(new Damaged(1, 4, 7), OnError.Skip, 0.2, _warnings.Add)));

        Assert.StartsWith("3 of 12 images cannot be read; at most 20 % may be left out (MaximumSkipped). Repair or remove them, or raise MaximumSkipped. image", error.Message, StringComparison.Ordinal);
        Assert.Contains("image4.jpg: damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, _warnings.Count);
    }

    [Fact]
    public void Train_NoImageReadable_SaysSo()
    {
        var error = Assert.Throws<InvalidDataException>(() => Train(Options, new ReadableImages(new Damaged([.. Enumerable.Range(0, 12)]), OnError.Skip, 1)));

        Assert.Equal("None of the 12 images can be read.", error.Message);
    }

    [Fact]
    public void Train_Throw_GivesTheErrorOfTheImage()
    {
        var error = Assert.Throws<InvalidDataException>(() => Train(Options, new ReadableImages(new Damaged(4), OnError.Throw, 1, _warnings.Add)));

        Assert.Equal("image4.jpg: damaged", error.Message);
        Assert.Empty(_warnings);
    }

    // Validating with the images that can be read gives what validating with them alone gives.
    [Fact]
    public void Train_UnreadableValidationImage_IsLeftOutOfLossAndMap()
    {
        var options = Options with { Epochs = 1, BatchSize = 12, Augmentation = null, Validation = new() { KeepBest = false } };
        List<TrainingImage> others = [.. s_images[..4], .. s_images[5..]];
        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), options);
        var expected = trainer.Train(s_images, validation: others, cancellationToken: Cancellation);
        var validation = Skip(new Damaged(4));

        var actual = trainer.Train(new(new(new TrainingImageList(s_images)), validation), trainer.RandomWeights, null, Cancellation);

        Assert.Equal(expected.History[0].Validation!.Loss, actual.History[0].Validation!.Loss, 1e-5);
        Assert.Equal(expected.History[0].Validation!.MeanAveragePrecision50, actual.History[0].Validation!.MeanAveragePrecision50, 1e-9);
        Assert.Equal(["image4.jpg: damaged The image is left out."], _warnings);
    }

    [Fact]
    public void Skipped_ManyImages_AreNamedUpToTwentyAndCountedByKind()
    {
        var skipped = new SkippedImages(1000, OnError.Skip, 0.1, _warnings.Add);

        for (int i = 0; i < 30; i++)
            skipped.Add(i, i % 3 == 0 ? new FileNotFoundException($"{i}") : new InvalidDataException($"{i}"));
        skipped.Add(7, new InvalidDataException("7"));
        skipped.Tell();

        Assert.Equal(SkippedImages.Named + 1, _warnings.Count);
        Assert.Equal("19 The image is left out.", _warnings[19]);
        Assert.Equal("30 of 1000 images could not be read and were left out: 20 damaged, 10 not there.", skipped.Summary);
    }

    [Fact]
    public void Train_CrowdsUnderDarknetsLoss_TeachNothing()
    {
        // The other losses spare what lies in a crowd (IgnoredRegionTests); Darknet knows no crowds.
        var options = Options with { Loss = LossKind.Darknet };
        var crowd = s_images[0].Objects[0] with { Crowd = true, Box = new(1, 1, 60, 60) };
        List<TrainingImage> crowded = [.. s_images.Select(image => image with { Objects = [.. image.Objects, crowd] })];

        var actual = new DetectorTrainer(Squares.Network(batchNormalize: true), options).Train(crowded, cancellationToken: Cancellation);

        Assert.Equal(Squares.Flatten(Train(options, new(new TrainingImageList(s_images))).Weights), Squares.Flatten(actual.Weights));
    }

    public void Dispose() => _folder.Dispose();

    private ReadableImages Skip(ITrainingImages images) => new(images, OnError.Skip, 0.2, _warnings.Add);

    private static TrainingResult Train(TrainingOptions options, ReadableImages images, IProgress<TrainingProgress>? progress = null, CancellationToken? cancellation = null)
    {
        var trainer = new DetectorTrainer(Squares.Network(batchNormalize: true), options);
        return trainer.Train(new(images, null), trainer.RandomWeights, progress, cancellation ?? Cancellation);
    }

    /// <summary>Twelve images, some of which cannot be read.</summary>
    private sealed class Damaged(params int[] bad) : ITrainingImages
    {
        private int _tried;

        /// <summary>How often one of the bad ones was tried.</summary>
        public int Tried => _tried;

        public IReadOnlyList<ImageLabels> Labels { get; } = new TrainingImageList(s_images).Labels;

        public TrainingImage Load(int index)
        {
            if (!bad.Contains(index))
                return s_images[index];
            Interlocked.Increment(ref _tried);
            throw new InvalidDataException($"image{index}.jpg: damaged");
        }
    }

    private sealed class StopAt(int steps, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        private int _steps;

        public void Report(TrainingProgress value)
        {
            if (++_steps == steps)
                source.Cancel();
        }
    }
}
