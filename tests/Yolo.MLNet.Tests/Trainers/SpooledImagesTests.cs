using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Trainers;
using Yolo.Model.Imaging;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using static Yolo.MLNet.Tests.Trainers.TrainerRuns;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>Images of data views without files: decoded once, in memory or in a temporary file, which is gone afterwards.</summary>
public sealed class SpooledImagesTests : IDisposable
{
    private readonly TrainerRuns _runs = new();
    private readonly TemporaryFolder _cache = new();

    /// <summary>The images, resized and so no longer those of the files.</summary>
    private IDataView Data => _runs.Ml.Transforms.ResizeImages("Image", 80, 64).Fit(_runs.Data).Transform(_runs.Data);

    [Fact]
    public void Load_InMemoryOrFromTheFile_GivesTheSameBytes()
    {
        byte[][] pixels = [.. Enumerable.Range(0, 6).Select(i => Enumerable.Range(0, 3 * (i + 1) * 5).Select(value => (byte)(7 * value + i)).ToArray())];
        ImageLabels[] labels = [.. Enumerable.Range(0, 6).Select(i => new ImageLabels(i + 1, 5, []))];
        using var images = new SpooledImages(new(ResizeFilter.Antialiased, TestModels.Trainable.Input), cacheBytes: 15 + 30, _cache.Path);
        foreach (byte[] image in pixels)
            images.Add(image);
        images.Labels = labels;

        Assert.Equal((2, 45), images.InMemory);
        Assert.Equal(15 * (3 + 4 + 5 + 6), images.SpooledBytes);
        Parallel.For(0, 60, i => Assert.Equal(pixels[5 - i % 6], images.Load(5 - i % 6).Rgb));
        Assert.Empty(OnlyOnWindows(Directory.GetFiles(_cache.Path)));
        images.Dispose();
        Assert.Empty(Directory.GetFiles(_cache.Path));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50_000, 3)]
    public void Fit_BeyondTheCache_TrainsAsInMemoryAndLeavesNoFile(long cacheBytes, int inMemory)
    {
        var options = Options with { Precision = Precision.Float32, Augmentation = new() { Mosaic = 0.5f }, CacheFolder = _cache.Combine("new") };
        TrainingSummary? summary = null;
        bool folderIsThere = false;

        using var cached = Fit(options);
        Assert.False(Directory.Exists(_cache.Combine("new")));
        using var spooled = Fit(options with
        {
            CacheBytes = cacheBytes, DataWorkers = 2,
            Started = new SummaryListener(value => (summary, folderIsThere) = (value, Directory.Exists(_cache.Combine("new")))),
        });

        Assert.Equal(inMemory, summary!.ImagesInMemory);
        Assert.True(folderIsThere);
        Assert.All(cached.Model.Weights.Convolutions.Zip(spooled.Model.Weights.Convolutions), pair => Assert.Equal(pair.First.Kernel, pair.Second.Kernel));
        Assert.Empty(Directory.GetFiles(_cache.Combine("new")));
    }

    // The file has no name while it is used, so what is open is counted.
    [Fact]
    public void Fit_CancelledOrFailed_ClosesTheFile()
    {
        var options = Options with { CacheBytes = 0, CacheFolder = _cache.Path };
        int before = OpenFiles(_cache.Path);
        int during = 0;
        using var source = new CancellationTokenSource();

        var listener = new Listener(_ =>
        {
            during = OpenFiles(_cache.Path);
            source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(options with { Epochs = 1000, CancellationToken = source.Token, Progress = listener }));
        Assert.Throws<InvalidCastException>(() => Fit(options with { Started = new SummaryListener(_ => throw new InvalidCastException()) }));
        Assert.Throws<InvalidDataException>(() => Fit(options with { ClassNames = ["bee"] }));

        Assert.Equal(0, before);
        Assert.Equal(OperatingSystem.IsLinux() ? 1 : 0, during);
        Assert.Equal(0, OpenFiles(_cache.Path));
        Assert.Empty(Directory.GetFiles(_cache.Path));
    }

    [Fact]
    public void Fit_CacheFolderThatCannotBe_SaysWhichOptionsHelp()
    {
        File.WriteAllText(_cache.Combine("file"), "");

        var error = Assert.Throws<IOException>(() => Fit(Options with { CacheBytes = 0, CacheFolder = _cache.Combine("file") }));

        Assert.StartsWith($"{_cache.Combine("file")}: no temporary file for images beyond CacheBytes can be made here. Choose another folder by CacheFolder, or raise CacheBytes.", error.Message, StringComparison.Ordinal);
    }

    // LoadImages throws for it.
    [Fact]
    public void Fit_ImageThatCannotBeRead_IsLeftOutAndNamed()
    {
        var loader = _runs.Ml.Transforms.DropColumns("Image").Append(_runs.Ml.Transforms.LoadImages("Image", "", "ImagePath"));
        var data = loader.Fit(_runs.Data).Transform(_runs.Data);
        File.WriteAllText(Directory.GetFiles(_runs.Folder.Combine("JPEGImages")).Order(StringComparer.Ordinal).First(), "no image");
        TrainingSummary? summary = null;
        var options = Options with { MaximumSkipped = 0.2, Started = new SummaryListener(value => summary = value) };

        _runs.Ml.ObjectDetection.Trainers.YoloV2(options).Fit(data).Dispose();
        File.WriteAllText(Directory.GetFiles(_runs.Folder.Combine("JPEGImages")).Order(StringComparer.Ordinal).Last(), "no image");
        var tooMany = Assert.Throws<InvalidDataException>(() => _runs.Ml.ObjectDetection.Trainers.YoloV2(Options).Fit(data));
        var thrown = Assert.Throws<InvalidDataException>(() => _runs.Ml.ObjectDetection.Trainers.YoloV2(options with { OnError = Model.Data.OnError.Throw }).Fit(data));

        Assert.Equal(6, summary!.Images);
        Assert.Contains(_runs.Log, line => line.StartsWith("Warning: Row 0: the image in column 'Image' cannot be read.", StringComparison.Ordinal));
        Assert.Contains("Warning: 1 of 7 images could not be read and were left out: 1 damaged.", _runs.Log);
        Assert.StartsWith("2 of 7 images cannot be read", tooMany.Message, StringComparison.Ordinal);
        Assert.StartsWith("Row 0: the image in column 'Image' cannot be read.", thrown.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _runs.Dispose();
        _cache.Dispose();
    }

    private static string[] OnlyOnWindows(string[] files) => OperatingSystem.IsWindows() ? [] : files;

    private static int OpenFiles(string folder) =>
        OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Count(path => File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName.StartsWith(folder, StringComparison.Ordinal) == true) : 0;

    private MLNet.Scoring.YoloV2DetectionTransformer Fit(YoloV2TrainerOptions options) => _runs.Ml.ObjectDetection.Trainers.YoloV2(options).Fit(Data);
}
