using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.MLNet.Tests.Scoring;

public sealed class DetectionTransformerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(MLPixelFormat.Rgba32)]
    [InlineData(MLPixelFormat.Bgra32)]
    public void Transform_ImageOfAnotherSize_WritesWhatTheDetectorFinds(MLPixelFormat format)
    {
        // 200 x 130 pixels under an attribute that says 160 x 96: the size in the type does not count, and boxes are in pixels of the image.
        using var image = TestImages.Noise(200, 130, seed: 3, format);
        using var reference = TestImages.Noise(200, 130, seed: 3);
        using var detector = new Detector(TestModels.Mini(), TestModels.LowThreshold);
        var expected = detector.Detect(new PixelView(reference.Pixels, 200, 130, 800, PixelOrder.Rgba));
        using var transformer = Transformer();

        var row = Assert.Single(Rows.Detections(transformer.Transform(Data([new(image)]))));

        Assert.NotEmpty(expected);
        string[] names = ["ant", "bee", "cat"];
        Assert.Equal(expected.Select(d => (uint)d.ClassIndex + 1), row.Keys);
        Assert.Equal(expected.Select(d => names[d.ClassIndex]), row.Texts);
        Assert.Equal(expected.Select(d => d.Score), row.Scores);
        Assert.Equal(expected.SelectMany(d => new[] { d.Box.Left, d.Box.Top, d.Box.Right, d.Box.Bottom }), row.Boxes);
        Assert.Equal(row.Scores.OrderDescending(), row.Scores);
    }

    // golden.json, end_to_end: what Darknet itself finds in the dog at full size, boxes not clipped.
    [Fact]
    public void Transform_DogBehindLoadImages_FindsWhatDarknetFinds()
    {
        string image = TestPaths.Shared("golden/images/dog.png");
        using var golden = JsonDocument.Parse(File.ReadAllText(TestPaths.Shared("golden/mini/golden.json")));
        var expected = golden.RootElement.GetProperty("images").GetProperty("dog").GetProperty("end_to_end").GetProperty("detections_darknet").EnumerateArray()
            .Select(item => (Class: item.GetProperty("cls").GetInt32(), Score: item.GetProperty("score").GetSingle(), Box: Clipped(item)))
            .OrderByDescending(item => item.Score).ToList();
        var chain = _ml.Transforms.LoadImages("Image", "", "Path").Append(_ml.Transforms.YoloV2Detect(TestModels.Mini()));
        var data = _ml.Data.LoadFromEnumerable([new { Path = image }]);

        var row = Assert.Single(Rows.Detections(chain.Fit(data).Transform(data)));

        Assert.Equal(expected.Select(item => (uint)item.Class + 1), row.Keys);
        Assert.All(expected.Zip(row.Scores), pair => Assert.Equal(pair.First.Score, pair.Second, 1e-4f));
        Assert.All(expected.SelectMany(item => item.Box).Zip(row.Boxes), pair => Assert.Equal(pair.First, pair.Second, 0.02f));

        static float[] Clipped(JsonElement item)
        {
            float left = item.GetProperty("left").GetSingle(), top = item.GetProperty("top").GetSingle();
            float right = left + item.GetProperty("width").GetSingle(), bottom = top + item.GetProperty("height").GetSingle();
            return [MathF.Max(0, left), MathF.Max(0, top), MathF.Min(768, right), MathF.Min(576, bottom)];
        }
    }

    [Fact]
    public void Transform_AllColumnsReadTwice_ReadsTheImageOnce()
    {
        var images = Images(2);
        using var transformer = Transformer();
        var data = transformer.Transform(Data(images));

        using var cursor = data.GetRowCursor(data.Schema.Where(column => column.Name is "PredictedLabel" or "PredictedLabelText" or "Score" or "PredictedBoundingBoxes"));
        while (cursor.MoveNext())
            Assert.Equal(Rows.Detections(cursor), Rows.Detections(cursor));

        Assert.Equal([1, 1], images.Select(image => image.Reads));
    }

    [Fact]
    public void Transform_NoDetectionColumnRead_LeavesTheImageAlone()
    {
        var images = Images(2);
        using var transformer = Transformer();
        var data = transformer.Transform(Data(images));

        using (var cursor = data.GetRowCursor([data.Schema["Name"]]))
        {
            while (cursor.MoveNext())
                Rows.Scalar<ReadOnlyMemory<char>>(cursor, "Name");
        }

        Assert.Equal([0, 0], images.Select(image => image.Reads));
    }

    [Fact]
    public void Transform_PredictedLabel_HasTheClassNamesAsKeyValues()
    {
        using var transformer = Transformer();
        var column = transformer.GetOutputSchema(Data(Images(1)).Schema)["PredictedLabel"];

        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);

        Assert.Equal(["ant", "bee", "cat"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void Transform_MapKeyToValueBehindIt_GivesTheTexts()
    {
        var data = Data(Images(2));
        var chain = _ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold).Append(_ml.Transforms.Conversion.MapKeyToValue("Mapped", "PredictedLabel"));

        using var cursor = chain.Fit(data).Transform(data) is var view ? view.GetRowCursor(view.Schema) : null;
        Assert.True(cursor!.MoveNext());

        Assert.Equal(Rows.Detections(cursor).Texts, Rows.Vector<ReadOnlyMemory<char>>(cursor, "Mapped").Select(text => text.ToString()));
    }

    [Fact]
    public void Transform_MissingImage_HasNoDetections()
    {
        using var transformer = Transformer();

        var row = Assert.Single(Rows.Detections(transformer.Transform(Data([new(null)]))));

        Assert.Equal(new([], [], [], []), row);
    }

    [Fact]
    public void Transform_ImageOfTheCaller_StaysUsable()
    {
        using var image = TestImages.Noise(160, 96, seed: 1);
        using var transformer = Transformer();

        Rows.Detections(transformer.Transform(Data([new(image), new(image)])));

        Assert.Equal(160, image.Width);
    }

    [Fact]
    public async Task Transform_FromSeveralThreads_GivesEachTheSameRows()
    {
        using var transformer = Transformer();
        var data = transformer.Transform(Data(Images(4)));
        var expected = Rows.Detections(data);

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Rows.Detections(data))));

        Assert.All(results, rows => Assert.Equal(expected, rows));
    }

    [Fact]
    public void WithScoreThreshold_HigherOne_KeepsTheBestOfTheSameEngine()
    {
        var data = Data(Images(2));
        var transformer = Transformer();
        var all = Rows.Detections(transformer.Transform(data));
        float threshold = all[0].Scores[all[0].Scores.Length / 2];

        using var stricter = transformer.WithScoreThreshold(threshold);
        transformer.Dispose();
        var best = Rows.Detections(stricter.Transform(data));

        Assert.Equal(threshold, stricter.Options.ScoreThreshold);
        Assert.All(best.SelectMany(row => row.Scores), score => Assert.True(score >= threshold));
        Assert.InRange(best[0].Scores.Length, 1, all[0].Scores.Length - 1);
    }

    [Fact]
    public void Transform_ImageColumnOfAnotherType_NamesExpectedAndActual()
    {
        var data = _ml.Data.LoadFromEnumerable([new { Image = new[] { 1f } }]);
        using var transformer = Transformer();

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Transform(data));

        Assert.Contains("'Image': expected Image, got VarVector<Single>", error.Message, StringComparison.Ordinal);
    }

    private MLNet.Scoring.YoloV2DetectionTransformer Transformer() => new(_ml, TestModels.Mini(), TestModels.LowThreshold, new());

    private IDataView Data(IReadOnlyList<ImageRow> images) => _ml.Data.LoadFromEnumerable(images);

    private static List<ImageRow> Images(int count) => [.. Enumerable.Range(0, count).Select(i => new ImageRow(TestImages.Noise(160 + 20 * i, 96, seed: i)))];
}
