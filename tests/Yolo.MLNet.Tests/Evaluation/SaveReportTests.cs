using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.Model.Evaluation;

namespace Yolo.MLNet.Tests.Evaluation;

public sealed class SaveReportTests : IDisposable
{
    // Nothing scores 1: every object is missed.
    private static readonly EvaluationOptions NothingKept = new() { ScoreThreshold = 1 };

    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();
    private readonly MLImage _image = TestImages.Noise(160, 96, seed: 1);

    private readonly YoloV2DetectionTransformer _model;

    public SaveReportTests() => _model = new(_ml, TestModels.Mini(), TestModels.LowThreshold, new());

    public void Dispose()
    {
        _model.Dispose();
        _image.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void SaveReport_MissedObject_IsDrawnOnItsImageAndOnlyThatIsReadAgain()
    {
        LabelledImage[] rows = [new(_image) { ImagePath = "some/first.jpg" }, new(_image) { ImagePath = "some/<second>.jpg", Labels = ["cat"], BoundingBoxes = [10, 20, 50, 60] }, new(_image)];

        var metrics = _ml.ObjectDetection.SaveReport(Scored(rows), _folder.Path, options: NothingKept);

        Assert.Equal(DetectionErrorKind.Missed, Assert.Single(metrics.Errors).Kind);
        Assert.Equal([1, 2, 1], rows.Select(row => row.Reads));
        string page = File.ReadAllText(_folder.Combine("report.html"));
        Assert.Contains("<figcaption>cat not detected<br><span class=\"note\">&lt;second&gt;.jpg</span>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("first.jpg", page, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(page, "<img "));
    }

    [Fact]
    public void SaveReport_Metrics_AreThoseOfEvaluate()
    {
        LabelledImage[] rows = [new(_image) { Labels = ["cat", "bee"], BoundingBoxes = [10, 20, 50, 60, 70, 10, 150, 90] }];

        var metrics = _ml.ObjectDetection.SaveReport(Scored(rows), _folder.Combine("new"));

        Assert.Equal(_ml.ObjectDetection.Evaluate(Scored(rows)).ToString(), metrics.ToString());
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.Combine("new", "metrics.json")));
        Assert.Equal(["ant", "bee", "cat"], json.RootElement.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("class").GetString()!));
        Assert.Equal(metrics.MeanAveragePrecisionCoco, json.RootElement.GetProperty("meanAveragePrecision").GetProperty("coco").GetDouble());
    }

    [Fact]
    public void SaveReport_HighThreshold_IsWarnedOfOnThePageUnlessTheModelIsGiven()
    {
        var data = _ml.Data.LoadFromEnumerable(new LabelledImage[] { new(_image) { Labels = ["cat"], BoundingBoxes = [10, 20, 50, 60] } });

        _ml.ObjectDetection.SaveReport(_model.Transform(data), _folder.Combine("cut"));
        var whole = _ml.ObjectDetection.SaveReport(_model, data, _folder.Combine("whole"),
            cancellationToken: TestContext.Current.CancellationToken);

        const string Warning = "<p class=\"warning\">The averages are too low: the score threshold of the detections is 0.05.";
        Assert.Contains(Warning, File.ReadAllText(_folder.Combine("cut", "report.html")), StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"warning\"", File.ReadAllText(_folder.Combine("whole", "report.html")), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.Combine("cut", "metrics.json")));
        Assert.Equal(1, json.RootElement.GetProperty("warnings").GetArrayLength());
        Assert.Equal(_ml.ObjectDetection.Evaluate(_model, data, cancellationToken: TestContext.Current.CancellationToken).ToString(),
            whole.ToString());
    }

    [Fact]
    public void SaveReport_NoColumnOfImages_ListsErrorsByRowWithoutPictures()
    {
        LabelledImage[] rows = [new(_image), new(_image) { Labels = ["cat"], BoundingBoxes = [10, 20, 50, 60] }];
        var scored = Scored(rows);

        _ml.ObjectDetection.SaveReport(_ml.Transforms.DropColumns("Image", "ImagePath").Fit(scored).Transform(scored), _folder.Path, options: NothingKept);

        string page = File.ReadAllText(_folder.Combine("report.html"));
        Assert.Contains("cat not detected<br><span class=\"note\">row 1</span>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void SaveReport_NoPicturesAsked_ReadsNothingAgain()
    {
        LabelledImage[] rows = [new(_image) { Labels = ["cat"], BoundingBoxes = [10, 20, 50, 60] }];

        _ml.ObjectDetection.SaveReport(Scored(rows), _folder.Path, new() { PicturesPerError = 0 }, options: NothingKept);

        Assert.Equal(1, rows[0].Reads);
        Assert.Contains("<h3>Missed objects: 1</h3>", File.ReadAllText(_folder.Combine("report.html")), StringComparison.Ordinal);
    }

    private IDataView Scored(LabelledImage[] rows) => _model.Transform(_ml.Data.LoadFromEnumerable(rows));

    private sealed class LabelledImage(MLImage image)
    {
        private int _reads;

        public string ImagePath { get; set; } = "";

        [ImageType(96, 160)]
        public MLImage Image
        {
            get
            {
                _reads++;
                return image;
            }
            set => throw new NotSupportedException();
        }

        public string[] Labels { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];

        [NoColumn]
        public int Reads => _reads;
    }
}
