using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Data;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Data;

public sealed class LabeledImageRowTests
{
    // The truth is what the model finds: all of it is found.
    [Fact]
    public void LoadFromEnumerable_Rows_AreEvaluatedAndReported()
    {
        var ml = new MLContext(seed: 1);
        using var folder = new TemporaryFolder();
        using var model = new YoloV2DetectionTransformer(ml, TestModels.Mini(), TestModels.LowThreshold, new());
        using var row = new LabeledImageRow { Image = TestImages.Noise(160, 96, seed: 1), ImagePath = "some/where.jpg" };
        var found = Rows.Detections(model.Transform(ml.Data.LoadFromEnumerable([row])))[0];
        (row.Labels, row.BoundingBoxes) = (found.Texts, found.Boxes);

        var metrics = ml.ObjectDetection.SaveReport(model.Transform(ml.Data.LoadFromEnumerable([row])), folder.Path,
            options: new() { ScoreThreshold = 1 });

        Assert.NotEmpty(found.Texts);
        Assert.Equal(found.Texts.Length, metrics.Classes.Sum(c => c.TruthCount));
        Assert.Equal(1, metrics.MeanAveragePrecisionCoco50, 1e-9);
        Assert.Contains("where.jpg", File.ReadAllText(folder.Combine("report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_FreesTheImage()
    {
        var image = TestImages.Noise(16, 16, seed: 1);
        var row = new LabeledImageRow { Image = image };

        row.Dispose();
        row.Dispose();

        Assert.Null(row.Image);
        Assert.Throws<InvalidOperationException>(() => image.Pixels.Length);
    }
}
