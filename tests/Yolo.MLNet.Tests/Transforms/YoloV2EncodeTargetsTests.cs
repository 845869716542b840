using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Seam;
using Yolo.MLNet.Transforms;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;

namespace Yolo.MLNet.Tests.Transforms;

public sealed class YoloV2EncodeTargetsTests
{
    private const int Grid = 13, Classes = 20, Size = 416;

    // The notebook's anchors.
    private static readonly AnchorSet Anchors = AnchorSet.FromPairs(
        [1.07709888f, 1.78171903f, 2.71054693f, 5.12469308f, 10.47181473f, 10.09646365f, 5.48531347f, 8.11011331f]);

    private static readonly YoloV2EncodeTargetsOptions Notebook = new() { ClassNames = [.. Enumerable.Range(0, Classes).Select(ClassName)] };

    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];

    public YoloV2EncodeTargetsTests() => _ml.Log += (_, e) =>
    {
        if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            _warnings.Add(e.RawMessage);
    };

    [Fact]
    public void YoloV2EncodeTargets_LabelsAsTexts_KeepsTheEstimatorContract() =>
        EstimatorContract.Check(_ml, _ml.Transforms.YoloV2EncodeTargets(Anchors, Grid, Grid), Data(), TargetColumns.Read, row => row.Targets.Any(value => value > 0));

    [Fact]
    public void YoloV2EncodeTargets_LabelsAsKeys_KeepsTheEstimatorContract()
    {
        var estimator = _ml.Transforms.Conversion.MapValueToKey("Labels").Append(_ml.Transforms.YoloV2EncodeTargets(Anchors, Grid, Grid));

        EstimatorContract.Check(_ml, estimator, Data(), TargetColumns.Read, row => row.Targets.Any(value => value > 0));
    }

    // Golden/loss/encoding.json: the notebook's encoding.
    [Theory]
    [InlineData("basic", 0)]
    [InlineData("truncated", 0)]
    [InlineData("collision", 1)]
    public void Transform_GoldenCase_GivesTheNotebooksTensorAndBuffer(string name, int displaced)
    {
        var golden = JsonDocument.Parse(File.ReadAllText(TestPaths.Golden("loss/encoding.json"))).RootElement
            .GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        bool truncate = golden.GetProperty("options").TryGetProperty("truncate_from", out var from);
        int[] size = truncate ? [.. from.EnumerateArray().Select(value => value.GetInt32())] : [Size, Size];
        float[][] objects = [.. golden.GetProperty("objects").EnumerateArray().Select(Floats)];
        var row = LabelledRow.Create(size[0], size[1], [.. objects.Select(item => ClassName((int)item[4]))], [.. objects.SelectMany(item => item[..4])]);

        var encoded = Assert.Single(Encode(Notebook with { TruncatePixels = truncate }, row));

        Assert.Equal(Dense(golden.GetProperty("targets")), encoded.Targets);
        float[] boxes = [.. golden.GetProperty("true_boxes").EnumerateArray().SelectMany(Floats)];
        Assert.Equal([.. boxes, .. new float[4 * 50 - boxes.Length]], encoded.TrueBoxes);
        Assert.Equal([objects.Length, 0, 0, 0, displaced, 0], encoded.Counts);
    }

    // By hand: the first box is cut to (400, 100)-(416, 132), in cells (12.75, 3.625) with 0.5 x 1; nothing of the others lies inside.
    [Fact]
    public void Transform_BoxesOutside_AreCutOrLeftOutAndCounted()
    {
        float[] boxes = [400, 100, 432, 132, 416, 100, 420, 130, 50, 50, 50, 80, -9, -9, -1, -1, float.NaN, 0, 10, 10];

        var encoded = Assert.Single(Encode(Notebook, LabelledRow.Create(Size, Size, [.. Enumerable.Repeat(ClassName(2), 5)], boxes)));

        Assert.Equal([12.75f, 3.625f, 0.5f, 1], encoded.TrueBoxes[..4]);
        Assert.All(encoded.TrueBoxes[4..], value => Assert.Equal(0, value));
        Assert.Equal(5 + 1, encoded.Targets.Count(value => value > 0));
        Assert.Equal([5, 0, 4, 1, 0, 0], encoded.Counts);
    }

    // keras-yolo2, preprocessing.py: the row is the object's index modulo TRUE_BOX_BUFFER.
    [Fact]
    public void Transform_MoreObjectsThanRows_StartsOverAndCounts()
    {
        float[] boxes = [.. Enumerable.Range(0, 3).SelectMany(i => (float[])[32 * i, 0, 32 * i + 32, 32])];

        var encoded = Assert.Single(Encode(Notebook with { TrueBoxRows = 2 }, LabelledRow.Create(Size, Size, [.. Enumerable.Repeat(ClassName(0), 3)], boxes)));

        Assert.Equal([2.5f, 0.5f, 1, 1, 1.5f, 0.5f, 1, 1], encoded.TrueBoxes);
        Assert.Equal([3, 0, 0, 0, 0, 1], encoded.Counts);
    }

    [Fact]
    public void Transform_SomethingLost_WarnsOncePerPassWithTheSums()
    {
        var row = LabelledRow.Create(Size, Size, [ClassName(0), ClassName(1), ClassName(2)], 100, 100, 164, 180, 102, 101, 166, 182, 500, 0, 510, 9);

        Encode(Notebook with { TrueBoxRows = 1 }, row, row);

        Assert.StartsWith(
            "Of 6 objects 2 lie outside of their image and are left out; 2 lost their cell and anchor to a later object; 2 were overwritten in the buffer of true boxes.",
            Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_NothingLost_WarnsOfNothing()
    {
        Encode(Notebook, LabelledRow.Create(Size, Size, [ClassName(0)], 400, 100, 432, 132));

        Assert.Empty(_warnings);
    }

    [Fact]
    public void Transform_DifficultObject_IsEncodedOnlyWhereTheOptionSaysSo()
    {
        var row = LabelledRow.Create(Size, Size, ["none of the classes", ClassName(1)], 0, 0, 32, 32, 32, 32, 96, 96);
        row.Difficult[0] = true;

        var without = Assert.Single(Encode(Notebook, row));

        Assert.Equal([2, 1, 0, 0, 0, 0], without.Counts);
        Assert.Equal([2, 2, 2, 2, 0, 0, 0, 0], without.TrueBoxes[..8]);
        var with = Assert.Single(Encode(Notebook with { ClassNames = ["none of the classes", ClassName(1)], IncludeDifficult = true }, row));
        Assert.Equal([2, 0, 0, 0, 0, 0], with.Counts);
        Assert.Equal([0.5f, 0.5f, 1, 1, 2, 2, 2, 2], with.TrueBoxes[..8]);
    }

    // The trainer's way from an image to the targets of a step, its augmentation switched off.
    [Theory]
    [InlineData(ResizeMode.Stretch)]
    [InlineData(ResizeMode.Letterbox)]
    public void Transform_AnyImage_TeachesWhatTheTrainerTeaches(ResizeMode resize)
    {
        var network = TestModels.Trainable;
        var row = LabelledRow.Create(50, 30, ["cat", "bee"], -5, 3, 20, 21, 31, 4, 44, 40);
        var image = TrainingImage.Create(row.Image!.PixelView(), [new(new(0, 3, 20, 21), 1), new(new(31, 4, 44, 30), 0)]);
        var objects = new List<GroundTruth>();
        new Augmentation(AugmentationOptions.None).Apply(image, resize, 64, 64, seed: 1, new float[3 * 64 * 64], objects);
        var expected = new TargetEncoder(network.RegionLayout, network.Region.Anchors).Encode(objects, 64, 64);
        float[] dense = new float[expected.DenseSize];
        expected.WriteDense(dense);
        var data = _ml.Data.LoadFromEnumerable([row]);

        var transformer = _ml.Transforms.YoloV2EncodeTargets(network, new() { Resize = resize }).Fit(data);

        Assert.Equal(dense, Assert.Single(Rows.Read(transformer.Transform(data), TargetColumns.Read)).Targets);
    }

    [Fact]
    public void Fit_LabelsAsTexts_OrdersClassesAndReadsNoImage()
    {
        var data = _ml.Data.LoadFromEnumerable([LabelledRow.Create(8, 8, ["cat", "ant"], 0, 0, 8, 8, 0, 0, 4, 4), new LabelledRow { Labels = ["bee"], BoundingBoxes = [0, 0, 1, 1], Difficult = [false] }]);

        Assert.Equal(["ant", "bee", "cat"], _ml.Transforms.YoloV2EncodeTargets(Anchors, Grid, Grid).Fit(data).ClassNames);
    }

    [Fact]
    public void Fit_LabelsAsKeys_KeepsTheOrderOfTheKeys()
    {
        var data = _ml.Data.LoadFromEnumerable([LabelledRow.Create(Size, Size, ["cat", "ant"], 0, 0, 32, 32, 32, 32, 64, 64)]);
        var keys = _ml.Transforms.Conversion.MapValueToKey("Labels").Fit(data).Transform(data);

        var transformer = _ml.Transforms.YoloV2EncodeTargets(Anchors, Grid, Grid).Fit(keys);

        Assert.Equal(["cat", "ant"], transformer.ClassNames);
        float[] targets = Assert.Single(Rows.Read(transformer.Transform(keys), TargetColumns.Read)).Targets;
        // Cell (0, 0), anchor 0: "cat" is class 0.
        Assert.Equal([0.5f, 0.5f, 1, 1, 1, 1, 0], targets[..7]);
    }

    [Fact]
    public void Transform_UnknownLabel_NamesRowAndLabel()
    {
        var error = Assert.Throws<InvalidDataException>(() => Encode(new() { ClassNames = ["bee"] }, LabelledRow.Create(8, 8, ["cat"], 0, 0, 8, 8)));

        Assert.Equal("Row 0: the label 'cat' is not among the classes: bee.", error.Message);
    }

    [Fact]
    public void Transform_NoImage_NamesTheRow()
    {
        var error = Assert.Throws<InvalidDataException>(() => Encode(new() { ClassNames = ["bee"] }, new LabelledRow()));

        Assert.Equal("Row 0: there is no image in column 'Image'.", error.Message);
    }

    [Fact]
    public void Fit_NoLabelAtAll_SaysSo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Encode(new(), LabelledRow.Create(8, 8, [])));

        Assert.StartsWith("There is nothing to encode", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetOutputSchema_Transformer_GivesDimensionsAndSlotNames()
    {
        var schema = _ml.Transforms.YoloV2EncodeTargets(Anchors, gridWidth: 13, gridHeight: 7, Notebook).Fit(Data()).GetOutputSchema(Data().Schema);

        Assert.Equal([7, 13, 4, 25], ((VectorDataViewType)schema["Targets"].Type).Dimensions);
        Assert.Equal([50, 4], ((VectorDataViewType)schema["TrueBoxes"].Type).Dimensions);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["TargetCounts"].GetSlotNames(ref names);
        Assert.Equal(["Objects", "Difficult", "Outside", "Clipped", "Displaced", "Overwritten"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void Fit_NoImageColumn_NamesIt()
    {
        var data = _ml.Transforms.DropColumns("Image").Fit(Data()).Transform(Data());

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.YoloV2EncodeTargets(Anchors, Grid, Grid).Fit(data));

        Assert.Contains("Could not find input column 'Image' of type Image", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Load_SavedTransformer_HasEverythingThatWasSaved(bool truncatePixels, bool includeDifficult)
    {
        YoloV2EncodeTargetsOptions options = new()
        {
            ClassNames = ["bee", "ant"],
            TrueBoxRows = 7,
            InputWidth = 300,
            InputHeight = 200,
            Resize = ResizeMode.Letterbox,
            TruncatePixels = truncatePixels,
            IncludeDifficult = includeDifficult,
            Columns = new() { Image = "I", Labels = "L", BoundingBoxes = "B", Difficult = "D" },
            TargetsColumn = "T",
            TrueBoxesColumn = "TB",
            CountsColumn = "C",
        };
        using var file = new MemoryStream();
        _ml.Model.Save(new YoloV2TargetEncodingTransformer(_ml, new(Anchors, 10, 6, options)), null, file);

        var loaded = Assert.IsType<YoloV2TargetEncodingTransformer>(new MLContext().Model.Load(file, out _));

        Assert.Equal(options with { ClassNames = null }, loaded.Options with { ClassNames = null });
        Assert.Equal(options.ClassNames, loaded.ClassNames);
        Assert.Equal(Anchors, loaded.Anchors);
        Assert.Equal(new RegionLayout(10, 6, 4, 2), loaded.Layout);
    }

    [Fact]
    public void Load_ChainOfEncodingAndDetector_WritesTheColumnsOfBoth()
    {
        var data = _ml.Data.LoadFromEnumerable([LabelledRow.Create(160, 96, ["bee"], 0, 0, 160, 96)]);
        using var file = new MemoryStream();
        var network = DarknetConfig.Load(TestPaths.Golden("mini/mini.cfg"));
        var chain = _ml.Transforms.YoloV2EncodeTargets(network).Append(_ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold)).Fit(data);

        _ml.Model.Save(chain, data.Schema, file);
        var rows = new MLContext().Model.Load(file, out _).Transform(data);

        // The grid is 10 x 6, so the box has its centre in (5, 3).
        Assert.Equal([5, 3, 10, 6], Assert.Single(Rows.Read(rows, TargetColumns.Read)).TrueBoxes[..4]);
        Assert.NotEmpty(Assert.Single(Rows.Detections(rows)).Scores);
    }

    [Theory]
    [InlineData("bee,")]
    [InlineData("bee,bee")]
    public void ClassNames_EmptyOrTwice_AreRefused(string names) =>
        Assert.Throws<ArgumentException>(() => new YoloV2EncodeTargetsOptions { ClassNames = names.Split(',') });

    private IDataView Data() => _ml.Data.LoadFromEnumerable((List<LabelledRow>)
    [
        LabelledRow.Create(486, 500, ["person", "dog"], 174, 101, 349, 351, 30, 40, 90, 77),
        LabelledRow.Create(200, 100, []),
    ]);

    private List<TargetColumns> Encode(YoloV2EncodeTargetsOptions options, params LabelledRow[] rows)
    {
        var data = _ml.Data.LoadFromEnumerable(rows);
        return Rows.Read(_ml.Transforms.YoloV2EncodeTargets(Anchors, Grid, Grid, options).Fit(data).Transform(data), TargetColumns.Read);
    }

    private static string ClassName(int index) => $"class {index}";

    private static float[] Dense(JsonElement targets)
    {
        float[] dense = new float[Grid * Grid * Anchors.Count * (5 + Classes)];
        foreach (var target in targets.EnumerateArray())
        {
            int start = ((target.GetProperty("row").GetInt32() * Grid + target.GetProperty("col").GetInt32()) * Anchors.Count + target.GetProperty("anchor").GetInt32()) * (5 + Classes);
            Floats(target.GetProperty("values")).CopyTo(dense, start);
            foreach (var classIndex in target.GetProperty("classes").EnumerateArray())
                dense[start + 5 + classIndex.GetInt32()] = 1;
        }
        return dense;
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];
}
