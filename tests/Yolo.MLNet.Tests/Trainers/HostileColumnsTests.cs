using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Tests.Transforms;
using Yolo.MLNet.Trainers;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>Boxes and labels that make no sense, among two that do: they teach nothing, and nothing breaks.</summary>
public sealed class HostileColumnsTests
{
    private static readonly float[] s_good = [10, 10, 30, 40, 20, 5, 50, 60];

    /// <summary>Boxes, and how many of each are left out.</summary>
    private static readonly (float[] Box, int Dropped)[] s_boxes =
    [
        ([float.NaN, 1, 10, 10], 1),
        ([1, 1, 10, float.NaN], 1),
        ([float.NegativeInfinity, float.NegativeInfinity, float.PositiveInfinity, float.PositiveInfinity], 0),
        ([float.PositiveInfinity, 1, float.PositiveInfinity, 10], 1),
        ([-3e38f, -3e38f, 3e38f, 3e38f], 0),
        ([-20, -20, -10, -10], 1),
        ([40, 40, 10, 10], 1),
        ([100, 100, 200, 200], 1),
        ([10, 10, 10, 40], 1),
        ([10, 10, 10, 10], 1),
    ];

    public static TheoryData<float[]> Boxes => new(s_boxes.Select(box => box.Box));

    public static TheoryData<float[], int> BoxesWithCounts => new(s_boxes);

    private readonly MLContext _ml = new(seed: 1);

    private static YoloV2TrainerOptions Options { get; } = new() { Network = TestModels.Trainable, AnchorCount = 2, Epochs = 1, BatchSize = 1, Augmentation = null };

    [Theory]
    [MemberData(nameof(Boxes))]
    public void Fit_SenselessBox_TeachesTheOthers(float[] box)
    {
        var data = _ml.Data.LoadFromEnumerable([Row(["cat", "bee", "cat"], [.. s_good, .. box])]);

        using var model = _ml.ObjectDetection.Trainers.YoloV2(Options).Fit(data);

        Assert.All(model.Model.Weights.Convolutions, convolution => Assert.All(convolution.Kernel, value => Assert.True(float.IsFinite(value))));
    }

    [Theory]
    [MemberData(nameof(BoxesWithCounts))]
    public void EncodeTargets_SenselessBox_IsCounted(float[] box, int dropped)
    {
        var data = _ml.Data.LoadFromEnumerable([Row(["cat", "bee", "cat"], [.. s_good, .. box])]);
        var estimator = _ml.Transforms.YoloV2EncodeTargets(new(new Model.Geometry.BoxShape(2, 2)), 8, 8);

        var encoded = Assert.Single(Rows.Read(estimator.Fit(data).Transform(data), TargetColumns.Read));

        Assert.Equal([3, dropped], [encoded.Counts[0], encoded.Counts[2]]);
        Assert.All(encoded.Targets, value => Assert.True(float.IsFinite(value)));
        Assert.All(encoded.TrueBoxes, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Fit_TenThousandObjects_Trains()
    {
        string[] labels = [.. Enumerable.Range(0, 10_000).Select(i => i % 2 == 0 ? "cat" : "bee")];
        float[] boxes = [.. Enumerable.Range(0, 10_000).SelectMany(i => (float[])[i % 50, i % 40, i % 50 + 5 + i % 7, i % 40 + 9])];

        using var model = _ml.ObjectDetection.Trainers.YoloV2(Options).Fit(_ml.Data.LoadFromEnumerable([Row(labels, boxes)]));

        Assert.All(model.Model.Weights.Convolutions, convolution => Assert.All(convolution.Kernel, value => Assert.True(float.IsFinite(value))));
    }

    [Theory]
    [InlineData(new string[0], new float[] { 1, 2, 3, 4 }, "Row 0: 0 labels in column 'Labels' need 0 values in column 'BoundingBoxes', found 4.")]
    [InlineData(new[] { "cat" }, new float[0], "Row 0: 1 labels in column 'Labels' need 4 values in column 'BoundingBoxes', found 0.")]
    public void Fit_BoxesAndLabelsThatDoNotFit_AreRefusedAndTheTrainerStaysUsable(string[] labels, float[] boxes, string message)
    {
        var trainer = _ml.ObjectDetection.Trainers.YoloV2(Options);

        var error = Assert.Throws<InvalidDataException>(() => trainer.Fit(_ml.Data.LoadFromEnumerable([Row(labels, boxes)])));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        using var model = trainer.Fit(_ml.Data.LoadFromEnumerable([Row(["cat", "bee"], s_good)]));
        Assert.Equal(["bee", "cat"], model.Model.ClassNames);
    }

    // MapValueToKey makes 0, missing, of a text that it did not see when it was fitted.
    [Fact]
    public void Fit_KeyNeverSeen_NamesRowAndColumn()
    {
        var seen = _ml.Transforms.Conversion.MapValueToKey("Labels").Fit(_ml.Data.LoadFromEnumerable([Row(["bee", "bee"], s_good)]));
        var data = seen.Transform(_ml.Data.LoadFromEnumerable([Row(["bee", "cat"], s_good)]));

        var error = Assert.Throws<InvalidDataException>(() => _ml.ObjectDetection.Trainers.YoloV2(Options).Fit(data));

        Assert.Contains("Row 0: object 1 has no label in column 'Labels'.", error.Message, StringComparison.Ordinal);
    }

    private static LabelledRow Row(string[] labels, float[] boxes) => LabelledRow.Create(64, 64, labels, boxes);
}
