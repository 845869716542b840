using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Data;
using Yolo.MLNet.Trainers;
using Yolo.Model.Data;
using Yolo.Model.Imaging;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using static Yolo.MLNet.Tests.Trainers.TrainerRuns;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>Images that are files: none is decoded before it is needed, each is read by its index, and one that cannot be read is left out.</summary>
public sealed class FileImagesTests : IDisposable
{
    private readonly TrainerRuns _runs = new();

    private string[] Files => [.. Directory.GetFiles(_runs.Folder.Combine("JPEGImages")).Order(StringComparer.Ordinal)];

    // Nothing can be decoded: there is no file any more.
    [Fact]
    public void ClusterAnchors_ImagesGone_NeedsNone()
    {
        var expected = _runs.Ml.ObjectDetection.ClusterAnchors(_runs.Data, TestModels.Trainable, count: 2);
        var data = _runs.Data;
        DeleteFiles();

        Assert.Equal(expected, _runs.Ml.ObjectDetection.ClusterAnchors(data, TestModels.Trainable, count: 2));
    }

    // Filters, rows taken and columns added leave the images what they are; the training begins, and only then finds that there is no image.
    [Fact]
    public void Fit_FilteredViewWithoutFiles_OpensWithoutDecoding()
    {
        var data = _runs.Ml.Data.TakeRows(_runs.Ml.Data.FilterByCustomPredicate(_runs.Data, (SizeRow row) => row.ImageWidth != 80), 6);
        data = _runs.Ml.Transforms.Conversion.MapValueToKey("Labels").Append(_runs.Ml.Transforms.CopyColumns("Other", "Image")).Fit(data).Transform(data);
        DeleteFiles();
        TrainingSummary? summary = null;

        var error = Assert.Throws<InvalidDataException>(() => _runs.Ml.ObjectDetection.Trainers.YoloV2(Options with { Started = new SummaryListener(value => summary = value) }).Fit(data));

        Assert.Equal(6, summary!.Images);
        Assert.StartsWith("2 of 6 images cannot be read; at most 10 % may be left out (MaximumSkipped).", error.Message, StringComparison.Ordinal);
    }

    // What stands under the names is no longer what the images are decoded from.
    [Theory]
    [InlineData("Image")]
    [InlineData("ImagePath")]
    [InlineData("ImageWidth")]
    public void Columns_OneReplaced_AreNotThoseOfFiles(string column)
    {
        Assert.NotNull(ImageFileColumns.Of(_runs.Data.Schema, "Image"));

        var replaced = column switch
        {
            "Image" => _runs.Ml.Transforms.ResizeImages("Image", 64, 64).Fit(_runs.Data).Transform(_runs.Data),
            "ImagePath" => _runs.Ml.Transforms.CustomMapping<SizeRow, PathRow>((_, row) => row.ImagePath = "", null).Fit(_runs.Data).Transform(_runs.Data),
            _ => _runs.Ml.Transforms.CustomMapping<SizeRow, SizeRow>((_, row) => row.ImageWidth = 1, null).Fit(_runs.Data).Transform(_runs.Data),
        };

        Assert.Null(ImageFileColumns.Of(replaced.Schema, "Image"));
    }

    [Fact]
    public void Load_AnyIndexOfMany_DecodesThatFileAlone()
    {
        const int count = 20_000;
        ImageFileEntry entry = new(Files[0], 80, 64, ImageOrientation.Upright);
        using var images = new FileImages([.. Enumerable.Repeat(entry, count)], [.. Enumerable.Repeat(new ImageLabels(80, 64, []), count)], new(ResizeFilter.Antialiased, TestModels.Trainable.Input), cacheBytes: 0, warn: _ => { });

        foreach (int index in (int[])[0, 1, count / 2, count - 1])
        {
            int before = images.Decoded;
            Assert.Equal((80, 64, 3 * 80 * 64), Sizes(images.Load(index)));
            Assert.Equal(1, images.Decoded - before);
        }
        Assert.Equal((0, 0), images.InMemory);
    }

    // 15,360 bytes each: two fit, whichever come first.
    [Fact]
    public void Load_WithinTheCache_DecodesOnce()
    {
        using var images = Open(cacheBytes: 40_000);
        Assert.Equal((2, 30_720), images.InMemory);

        var first = Enumerable.Range(0, 3).Select(_ => images.Load(5).Rgb).ToList();
        images.Load(3);
        images.Load(3);
        images.Load(0);
        images.Load(0);

        Assert.Equal(1 + 1 + 2, images.Decoded);
        Assert.All(first, rgb => Assert.Same(first[0], rgb));
    }

    [Fact]
    public void Load_SeveralThreads_KeepNoMoreThanTheCache()
    {
        using var images = Open(cacheBytes: 40_000);

        Parallel.For(0, 200, i => images.Load(i % 6));
        int before = images.Decoded;
        foreach (int i in Enumerable.Range(0, 6))
            images.Load(i);

        Assert.Equal(4, images.Decoded - before);
    }

    [Fact]
    public void Load_FileOfAnotherSize_SaysSo()
    {
        using var images = Open(cacheBytes: 0);
        TestImages.Save(Files[0], 40, 30, seed: 1);

        var error = Assert.Throws<InvalidDataException>(() => images.Load(0));

        Assert.Equal($"{Files[0]}: expected 80 x 64 pixels as when the data was read first, found 40 x 30.", error.Message);
    }

    // As wide and as high as before, so that its boxes would be believed.
    [Fact]
    public void Load_FileReplacedSinceItWasDecoded_SaysSo()
    {
        using var images = Open(cacheBytes: 0);
        images.Load(0);
        images.Load(0);
        TestImages.Save(Files[0], 80, 64, seed: 99);

        var error = Assert.Throws<InvalidDataException>(() => images.Load(0));

        Assert.Equal($"{Files[0]}: the file was replaced while images were read. Leave the images alone until the training ends.", error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Fit_ImageDamagedAfterOpening_IsLeftOutAndTheRunResumesWithoutIt(int workers)
    {
        using var checkpoints = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var options = Options with { Precision = Precision.Float32, MaximumSkipped = 0.3, DataWorkers = workers, Started = new SummaryListener(_ => File.WriteAllText(Files[2], "no image")) };
        byte[] whole = File.ReadAllBytes(Files[2]);
        using var expected = _runs.Fit(options with { DataWorkers = 1 });
        File.WriteAllBytes(Files[2], whole);
        var resumable = options with { Checkpoints = new(checkpoints.Path) { Resume = true } };

        Assert.ThrowsAny<OperationCanceledException>(() => _runs.Fit(
            resumable with { CancellationToken = source.Token, Progress = new Listener(report => Cancel(report.Epoch == 1 && report.Step == 2, source)) }));
        File.WriteAllBytes(Files[2], whole);
        // The file is whole again: it is left out all the same.
        using var actual = _runs.Fit(resumable with { Started = null });

        Assert.Equal(Kernels(expected), Kernels(actual));
        Assert.Contains(_runs.Log, line => line.StartsWith($"Warning: {Files[2]}: expected a JPEG", StringComparison.Ordinal) && line.EndsWith(" The image is left out.", StringComparison.Ordinal));
        Assert.Contains("Warning: 1 of 7 images could not be read and were left out: 1 damaged.", _runs.Log);
        Assert.Contains("Warning: 1 of 7 images could not be read and were left out: 1 before the run was resumed.", _runs.Log);
    }

    [Fact]
    public void Fit_TooManyDamaged_Ends()
    {
        // One alone never ends a training.
        var error = Assert.Throws<InvalidDataException>(() => _runs.Fit(Options with
        {
            Started = new SummaryListener(_ =>
            {
                File.WriteAllText(Files[2], "no image");
                File.WriteAllText(Files[4], "no image");
            }),
        }));

        Assert.StartsWith("2 of 7 images cannot be read; at most 10 % may be left out (MaximumSkipped). Repair or remove them, or raise MaximumSkipped.", error.Message, StringComparison.Ordinal);
        Assert.Contains(Files[2], error.Message, StringComparison.Ordinal);
        Assert.Contains(Files[4], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Throw_GivesTheErrorOfTheFile()
    {
        string file = Files[2];
        var error = Assert.Throws<FileNotFoundException>(() => _runs.Fit(Options with { OnError = OnError.Throw, Started = new SummaryListener(_ => File.Delete(file)) }));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void MaximumSkipped_NoShare_IsRefused(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => Options with { MaximumSkipped = share });

    public void Dispose() => _runs.Dispose();

    private static (int Width, int Height, int Bytes) Sizes(TrainingImage image) => (image.Width, image.Height, image.Rgb.Length);

    private static IEnumerable<float> Kernels(MLNet.Scoring.YoloV2DetectionTransformer model) => model.Model.Weights.Convolutions.SelectMany(convolution => convolution.Kernel);

    private static void Cancel(bool now, CancellationTokenSource source)
    {
        if (now)
            source.Cancel();
    }

    private FileImages Open(long cacheBytes) => new(
        [.. Files.Take(6).Select(path => new ImageFileEntry(path, 80, 64, ImageOrientation.Upright))], [.. Enumerable.Repeat(new ImageLabels(80, 64, []), 6)], new(ResizeFilter.Antialiased, TestModels.Trainable.Input), cacheBytes, warn: _ => { });

    private void DeleteFiles()
    {
        foreach (string path in Files)
            File.Delete(path);
    }

    private sealed class SizeRow
    {
        public int ImageWidth { get; set; }
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
