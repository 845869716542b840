using Microsoft.ML;
using Microsoft.ML.Runtime;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Seam;

/// <summary>No device has this index, so that the tests tell the same on machines with a GPU.</summary>
public sealed class HostDeviceTests
{
    private const int NoSuchGpu = 99;

    private readonly List<string> _warnings = [];

    [Fact]
    public void YoloV2Detect_GpuOfTheOptionsIsNotThere_Throws()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Detect(Context(fallbackToCpu: false), NoSuchGpu));

        Assert.Contains("CUDA device 99 was asked for", error.Message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cuda-linux", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void YoloV2Detect_GpuOfTheContextIsNotThere_Throws()
    {
        var ml = Context(fallbackToCpu: false);
        ml.GpuDeviceId = NoSuchGpu;

        var error = Assert.Throws<InvalidOperationException>(() => Detect(ml, gpu: null));

        Assert.Contains("CUDA device 99 was asked for", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NoSuchGpu, null)]
    [InlineData(null, NoSuchGpu)]
    public void YoloV2Detect_FallbackAllowed_WarnsAndUsesTheCpu(int? ofOptions, int? ofContext)
    {
        var ml = Context(fallbackToCpu: true);
        ml.GpuDeviceId = ofContext;

        using var transformer = Detect(ml, ofOptions);

        string warning = Assert.Single(_warnings);
        Assert.Contains("The CPU is used instead, as FallbackToCpu allows. CUDA device 99 was asked for", warning, StringComparison.Ordinal);
        Assert.Null(transformer.Options.GpuDeviceId);
        using var image = TestImages.Noise(160, 96, seed: 1);
        Assert.NotEmpty(Assert.Single(Rows.Detections(transformer.Transform(ml.Data.LoadFromEnumerable([new ImageRow(image)])))).Scores);
    }

    [Fact]
    public void Train_FallbackAllowed_WarnsAndTrainsOnTheCpu()
    {
        using var folder = new TemporaryFolder();
        SyntheticVoc.WriteTrainingSet(folder.Path);
        var ml = Context(fallbackToCpu: true);

        using var model = ml.ObjectDetection.Trainers
            .YoloV2(new() { Network = TestModels.Trainable, AnchorCount = 2, Epochs = 1, BatchSize = 4, GpuDeviceId = NoSuchGpu })
            .Fit(ml.Data.LoadFromVoc(folder.Path));

        Assert.Contains(_warnings, warning => warning.Contains("The CPU is used instead", StringComparison.Ordinal));
        Assert.Null(model.Options.GpuDeviceId);
    }

    // A model must not take the machine that it was made on along.
    [Fact]
    public void Load_ContextWithAGpuThatIsNotThere_FollowsTheLoadingContext()
    {
        var ml = Context(fallbackToCpu: false);
        using var file = new MemoryStream();
        ml.Model.Save(Detect(ml, gpu: null), ml.Data.LoadFromEnumerable<ImageRow>([]).Schema, file);
        var other = Context(fallbackToCpu: true);
        other.GpuDeviceId = NoSuchGpu;

        file.Position = 0;
        using var onCpu = Assert.IsType<YoloV2DetectionTransformer>(ml.Model.Load(file, out _));
        Assert.Empty(_warnings);
        file.Position = 0;
        using var fallenBack = Assert.IsType<YoloV2DetectionTransformer>(other.Model.Load(file, out _));

        Assert.Single(_warnings);
        Assert.Equal(onCpu.Options, fallenBack.Options);
    }

    [Fact]
    public void WithOptions_AfterAFallback_KeepsTheCpu()
    {
        var ml = Context(fallbackToCpu: true);
        ml.GpuDeviceId = NoSuchGpu;
        using var transformer = Detect(ml, gpu: null);

        using var stricter = transformer.WithScoreThreshold(0.9f);

        Assert.Null(stricter.Options.GpuDeviceId);
        Assert.Throws<ArgumentException>(() => transformer.WithOptions(new() { GpuDeviceId = 0, IntraOpThreads = 1 }));
    }

    private static YoloV2DetectionTransformer Detect(MLContext ml, int? gpu) =>
        ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold with { GpuDeviceId = gpu }).Fit(ml.Data.LoadFromEnumerable<ImageRow>([]));

    private MLContext Context(bool fallbackToCpu)
    {
        var ml = new MLContext(seed: 1) { FallbackToCpu = fallbackToCpu };
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                _warnings.Add(e.RawMessage);
        };
        return ml;
    }
}
