using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Evaluation;

public sealed class CrowdCaseTests
{
    private readonly MLContext _ml = new(seed: 1);

    // Case 11: in each image a crowd of discs, and one disc below it that is labelled on its own. AP 0.850 and AP50 1.000 by pycocotools
    // from the same detections; without crowds they were 0.438 and 0.505.
    [Fact]
    public void Evaluate_CrowdsOfDiscs_EqualsPycocotools()
    {
        using var model = (YoloV2DetectionTransformer)_ml.Model.Load(TestPaths.Shared("cases/model.zip"), out _);
        using var sensitive = model.WithScoreThreshold(0.005f);
        Row[] rows = [.. Enumerable.Range(0, 4).Select(i => new Row
        {
            Image = MLImage.CreateFromFile(TestPaths.Shared($"cases/11-coco-crowd-eval/images/c{i}.png")),
            Labels = ["disc", "disc"],
            BoundingBoxes = [0, 0, 128, 44, 40 + i, 75, 78 + i, 113],
            Crowd = [true, false],
            Area = [5632, 1444],
        })];

        var metrics = _ml.ObjectDetection.Evaluate(sensitive.Transform(_ml.Data.LoadFromEnumerable(rows)));

        Assert.Equal(0.850, metrics.MeanAveragePrecisionCoco, 5e-4);
        Assert.Equal(1.000, metrics.MeanAveragePrecisionCoco50, 5e-4);
        Assert.Equal(4, metrics.Classes.Sum(c => c.CrowdCount));
        foreach (var row in rows)
            row.Image.Dispose();
    }

    private sealed class Row
    {
        [ImageType(128, 128)]
        public MLImage Image { get; set; } = null!;

        public string[] Labels { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];

        public bool[] Crowd { get; set; } = [];

        public float[] Area { get; set; } = [];
    }
}
