using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;
using static Yolo.MLNet.Tests.Trainers.TrainerRuns;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>The columns that a training reads: classes from labels, and what is refused.</summary>
public sealed class YoloV2TrainerColumnsTests : IDisposable
{
    private readonly TrainerRuns _runs = new();

    [Fact]
    public void Fit_LabelsOfText_OrdersClassesOrdinally()
    {
        using var model = _runs.Fit(Options);

        // "cat" comes first in the files.
        Assert.Equal(["bee", "cat"], model.Model.ClassNames);
        Assert.Equal(2, model.Model.Network.Region.Classes);
    }

    [Fact]
    public void Fit_LabelsOfKeys_OrdersClassesAsTheKeys()
    {
        // MapValueToKey numbers texts in the order in which they come.
        using var model = _runs.Ml.Transforms.Conversion.MapValueToKey("Labels").Append(_runs.Ml.ObjectDetection.Trainers.YoloV2(Options)).Fit(_runs.Data).LastTransformer;

        Assert.Equal(["cat", "bee"], model.Model.ClassNames);
    }

    [Fact]
    public void Fit_KeysOrTexts_TrainTheSame()
    {
        using var texts = _runs.Fit(Options with { ClassNames = ["cat", "bee"] });
        using var keys = _runs.Ml.Transforms.Conversion.MapValueToKey("Labels").Append(_runs.Ml.ObjectDetection.Trainers.YoloV2(Options)).Fit(_runs.Data).LastTransformer;

        Assert.Equal(Rows.Detections(texts.Transform(_runs.Data)), Rows.Detections(keys.Transform(_runs.Data)));
    }

    [Fact]
    public void Fit_ValidationDataOfOtherColumnsOrClasses_IsRefused()
    {
        using var folder = new TemporaryFolder();
        new SyntheticVoc(folder.Path).Add("a", 80, 64, ("dog", new(10, 10, 40, 40), false));

        var schema = Assert.Throws<ArgumentOutOfRangeException>(() => _runs.Fit(Options with { ValidationData = _runs.Ml.Transforms.DropColumns("Labels").Fit(_runs.Data).Transform(_runs.Data) }));
        var classes = Assert.Throws<InvalidDataException>(() => _runs.Fit(Options with { ValidationData = _runs.Ml.Data.LoadFromVoc(folder.Path) }));

        Assert.Contains("Labels", schema.Message, StringComparison.Ordinal);
        Assert.Contains("the label 'dog' is not among the classes: bee, cat.", classes.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_DifficultObjects_AreLeftOutUnlessAskedFor()
    {
        using var folder = new TemporaryFolder();
        new SyntheticVoc(folder.Path).Add("a", 64, 64, ("bee", new(4, 4, 30, 28), false), ("cat", new(10, 10, 40, 50), true));
        var data = _runs.Ml.Data.LoadFromVoc(folder.Path);

        using var without = _runs.Ml.ObjectDetection.Trainers.YoloV2(Options with { AnchorCount = 1 }).Fit(data);
        using var with = _runs.Ml.ObjectDetection.Trainers.YoloV2(Options with { AnchorCount = 1, IncludeDifficult = true }).Fit(data);

        Assert.Equal(["bee"], without.Model.ClassNames);
        Assert.Equal(["bee", "cat"], with.Model.ClassNames);
    }

    [Theory]
    [InlineData("Image", "Could not find input column 'Image' of type Image")]
    [InlineData("Labels", "Could not find input column 'Labels' of type Vector<Text> or Vector<Key> with KeyValues of Text")]
    [InlineData("BoundingBoxes", "Could not find input column 'BoundingBoxes' of type Vector<Single>")]
    public void Fit_ColumnMissing_NamesIt(string column, string expected)
    {
        var data = _runs.Ml.Transforms.DropColumns(column).Fit(_runs.Data).Transform(_runs.Data);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _runs.Ml.ObjectDetection.Trainers.YoloV2(Options).Fit(data));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ChainWithBoxesOfAnotherType_NamesExpectedAndActualBeforeReading()
    {
        var data = _runs.Ml.Data.LoadFromEnumerable([new { Labels = new[] { "bee" }, BoundingBoxes = new[] { 1.0 }, Path = "absent.png" }]);
        var chain = _runs.Ml.Transforms.LoadImages("Image", "", "Path").Append(_runs.Ml.ObjectDetection.Trainers.YoloV2(Options));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => chain.Fit(data));

        Assert.Contains("'BoundingBoxes': expected Vector<Single>, got VarVector<Double>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_LabelOutsideOfTheClasses_NamesRowAndLabel()
    {
        var error = Assert.Throws<InvalidDataException>(() => _runs.Fit(Options with { ClassNames = ["bee"] }));

        Assert.Contains("Row 0: the label 'cat' is not among the classes: bee.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoDifficultColumn_Trains()
    {
        var data = _runs.Ml.Transforms.DropColumns("Difficult").Fit(_runs.Data).Transform(_runs.Data);

        using var model = _runs.Ml.ObjectDetection.Trainers.YoloV2(Options with { Epochs = 1 }).Fit(data);

        Assert.Equal(2, model.Model.ClassNames.Count);
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3 }, new[] { "bee" }, "Row 0: 1 labels in column 'Labels' need 4 values in column 'BoundingBoxes', found 3.")]
    [InlineData(new float[] { 1, 2, 3, 4 }, new[] { "" }, "Row 0: object 0 has no label in column 'Labels'.")]
    public void Fit_MalformedRow_NamesIt(float[] boxes, string[] labels, string expected)
    {
        using var image = TestImages.Noise(64, 64, seed: 1);
        var data = _runs.Ml.Data.LoadFromEnumerable([new LabelledRow { Image = image, Labels = labels, BoundingBoxes = boxes }]);

        var error = Assert.Throws<InvalidDataException>(() => _runs.Ml.ObjectDetection.Trainers.YoloV2(Options).Fit(data));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _runs.Dispose();

    private sealed class LabelledRow
    {
        [ImageType(64, 64)]
        public MLImage? Image { get; set; }

        public string[] Labels { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }
}
