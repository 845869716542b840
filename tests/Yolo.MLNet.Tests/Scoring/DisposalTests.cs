using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Scoring;

/// <summary>A detector that is disposed, disposed twice and used afterwards.</summary>
[Collection(nameof(Alone))]
public sealed class DisposalTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();
    private readonly MLImage _image = TestImages.Noise(160, 96, seed: 1);

    [Fact]
    public void PublicTypes_ThatAreDisposable_AreAllTestedHere() =>
        Assert.Equal(
            [nameof(ImageInput), "LabeledImageRow", nameof(YoloV2DetectionTransformer)],
            typeof(YoloV2DetectionTransformer).Assembly.GetExportedTypes().Where(typeof(IDisposable).IsAssignableFrom).Select(
                type => type.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Transformer_DisposedTwice_SaysSoWhereItWouldDetectAndStillTellsAndSaves()
    {
        var data = _ml.Data.LoadFromEnumerable([new ImageRow(_image)]);
        var model = Create();
        using var engine = Engine(model);
        var before = model.Transform(data);

        model.Dispose();
        model.Dispose();

        Action[] uses =
        [
            () => model.Transform(data),
            () => model.GetRowToRowMapper(data.Schema),
            () => model.WithOptions(model.Options),
            () => model.WithScoreThreshold(0.5f),
            () => model.Quantize(data),
            () => Rows.Detections(before),
            () => engine.Predict(new() { Image = _image }),
        ];
        Assert.All(uses, use => Assert.Equal(nameof(YoloV2DetectionTransformer), Assert.Throws<ObjectDisposedException>(use).ObjectName));
        Assert.Equal(3, model.Model.ClassNames.Count);
        Assert.NotNull(model.GetOutputSchema(data.Schema).GetColumnOrNull("Score"));
        _ml.Model.Save(model, data.Schema, _folder.Combine("model.zip"));
        using var loaded = (YoloV2DetectionTransformer)_ml.Model.Load(_folder.Combine("model.zip"), out _);
        Assert.NotEmpty(Rows.Detections(loaded.Transform(data))[0].Scores);
    }

    [Fact]
    public void Model_LoadedUsedAndDisposedOverAndOver_LeavesNothing()
    {
        string path = _folder.Combine("model.zip");
        var data = _ml.Data.LoadFromEnumerable([new ImageRow(_image), new ImageRow(_image)]);
        using (var model = Create())
            _ml.Model.Save(model, data.Schema, path);

        ProcessGrowth.AssertNone(() =>
        {
            using var model = (YoloV2DetectionTransformer)_ml.Model.Load(path, out _);
            Assert.All(Rows.Detections(model.Transform(data)), row => Assert.NotEmpty(row.Scores));
            using var engine = Engine(model);
            Assert.NotEmpty(engine.Predict(new() { Image = _image }).Scores);
        });
    }

    public void Dispose()
    {
        _image.Dispose();
        _folder.Dispose();
    }

    private YoloV2DetectionTransformer Create() => new(_ml, TestModels.Mini(), TestModels.LowThreshold, new());

    private PredictionEngine<ImageInput, DetectionOutput> Engine(YoloV2DetectionTransformer model) =>
        _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(model, new PredictionEngineOptions { OwnsTransformer = false });
}
