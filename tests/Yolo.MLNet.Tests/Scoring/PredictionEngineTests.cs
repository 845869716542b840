using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Scoring;

public sealed class PredictionEngineTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly YoloV2DetectionTransformer _model;

    public PredictionEngineTests() => _model = new(_ml, TestModels.Mini(), TestModels.LowThreshold, new());

    [Fact]
    public void Predict_OneImageAfterTheOther_GivesEachItsOwnDetections()
    {
        using var first = TestImages.Noise(160, 96, seed: 1);
        using var second = TestImages.Noise(320, 200, seed: 2);
        var expected = Rows.Detections(_model.Transform(_ml.Data.LoadFromEnumerable([new ImageRow(first), new ImageRow(second)])));
        using var engine = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(_model);

        DetectionOutput[] outputs = [engine.Predict(new() { Image = first }), engine.Predict(new() { Image = second })];

        for (int i = 0; i < outputs.Length; i++)
        {
            Assert.Equal(expected[i].Texts, outputs[i].Labels);
            Assert.Equal(expected[i].Scores, outputs[i].Scores);
            Assert.Equal(expected[i].Boxes, outputs[i].BoundingBoxes);
        }
        Assert.NotEqual(outputs[0].Scores, outputs[1].Scores);
    }

    [Fact]
    public void Detections_OfAnImage_ListTheColumns()
    {
        using var image = TestImages.Noise(160, 96, seed: 1);
        using var engine = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(_model);

        var output = engine.Predict(new() { Image = image });

        Assert.NotEmpty(output.Detections);
        Assert.Equal(output.Labels, output.Detections.Select(detection => detection.ClassName));
        Assert.Equal(output.Scores, output.Detections.Select(detection => detection.Score));
        Assert.Equal(output.BoundingBoxes, output.Detections.SelectMany(detection => new[] { detection.Box.Left, detection.Box.Top, detection.Box.Right, detection.Box.Bottom }));
    }

    [Fact]
    public void Predict_NothingFound_GivesEmptyArrays()
    {
        using var engine = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(_model);

        var output = engine.Predict(new());

        Assert.Empty(output.Labels);
        Assert.Empty(output.Scores);
        Assert.Empty(output.BoundingBoxes);
        Assert.Empty(output.Detections);
    }

    [Fact]
    public void FromFile_Image_IsReadAndTagged()
    {
        using var folder = new TemporaryFolder();
        TestImages.Save(folder.Combine("image.png"), 50, 30, seed: 5);

        using var image = ImageInput.FromFile(folder.Combine("image.png")).Image!;

        using var expected = TestImages.Noise(50, 30, seed: 5);
        Assert.Equal(expected.Pixels, image.Pixels);
        Assert.Equal(folder.Combine("image.png"), image.Tag);
    }

    [Fact]
    public void Predict_BehindLoadImages_ReadsTheFile()
    {
        using var folder = new TemporaryFolder();
        TestImages.Save(folder.Combine("image.png"), 160, 96, seed: 1);
        using var image = TestImages.Noise(160, 96, seed: 1);
        var paths = _ml.Data.LoadFromEnumerable<PathInput>([]);
        var chain = _ml.Transforms.LoadImages("Image", folder.Path, "Path").Append(_ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold)).Fit(paths);
        using var engine = _ml.Model.CreatePredictionEngine<PathInput, DetectionOutput>(chain);
        using var direct = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(_model);

        var output = engine.Predict(new() { Path = "image.png" });

        Assert.NotEmpty(output.Scores);
        Assert.Equal(direct.Predict(new() { Image = image }).Scores, output.Scores);
    }

    public void Dispose() => _model.Dispose();

    private sealed class PathInput
    {
        public string Path { get; set; } = "";
    }
}
