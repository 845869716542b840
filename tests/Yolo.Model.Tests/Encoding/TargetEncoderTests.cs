using System.Text.Json;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Encoding;

public sealed class TargetEncoderTests
{
    private const int Size = 416, Grid = 13, Classes = 20;

    // The notebook's anchors.
    private static readonly AnchorSet Anchors = AnchorSet.FromPairs(
        [1.07709888f, 1.78171903f, 2.71054693f, 5.12469308f, 10.47181473f, 10.09646365f, 5.48531347f, 8.11011331f]);

    private static readonly TargetEncoder Encoder = new(new(Grid, Grid, Anchors.Count, Classes), Anchors);

    // Printed in the notebook: widths and heights as fractions of the image.
    [Theory]
    [InlineData(0.1, 0.1, 0, 0.63)]
    [InlineData(0.1, 0.3, 0, 0.38)]
    [InlineData(0.1, 0.5, 1, 0.42)]
    [InlineData(0.1, 0.7, 1, 0.35)]
    [InlineData(0.3, 0.1, 0, 0.25)]
    [InlineData(0.3, 0.3, 1, 0.57)]
    [InlineData(0.3, 0.5, 3, 0.57)]
    [InlineData(0.3, 0.7, 3, 0.65)]
    [InlineData(0.5, 0.1, 1, 0.19)]
    [InlineData(0.5, 0.3, 3, 0.44)]
    [InlineData(0.5, 0.5, 3, 0.70)]
    [InlineData(0.5, 0.7, 3, 0.75)]
    [InlineData(0.7, 0.1, 1, 0.16)]
    [InlineData(0.7, 0.3, 3, 0.37)]
    [InlineData(0.7, 0.5, 2, 0.56)]
    [InlineData(0.7, 0.7, 2, 0.78)]
    public void BestMatch_NotebooksSixteenBoxes_GivesItsAnchorsAndIoUs(double width, double height, int anchor, double iou)
    {
        var best = Anchors.BestMatch(new((float)(width * Grid), (float)(height * Grid)));

        Assert.Equal(anchor, best.Index);
        Assert.Equal(iou, Math.Round(best.IoU, 2));
    }

    [Fact]
    public void BestMatch_AnchorsThatFitAlike_TakesTheFirst() => Assert.Equal(0, AnchorSet.FromPairs([2, 1, 1, 2]).BestMatch(new(1, 1)).Index);

    // The notebook prints the first line of numbers; they belong to the box (150, 84)-(300, 294). The box of its resized image, (148, 84)-(298, 292), is
    // the second case; its numbers are those of Golden/loss/encoding.json, "truncated".
    [Theory]
    [InlineData(150, 84, 300, 294, 7.031, 5.906, 4.688, 6.562)]
    [InlineData(148, 84, 298, 292, 6.969, 5.875, 4.688, 6.500)]
    public void Encode_NotebooksPerson_GivesItsGridUnits(float left, float top, float right, float bottom, double x, double y, double width, double height)
    {
        var target = Assert.Single(Encoder.Encode([new(new(left, top, right, bottom), 14)], Size, Size).Targets);

        Assert.Equal(x, target.Box.X, 5e-4 + 1e-9);
        Assert.Equal(y, target.Box.Y, 5e-4 + 1e-9);
        Assert.Equal(width, target.Box.Width, 5e-4 + 1e-9);
        Assert.Equal(height, target.Box.Height, 5e-4 + 1e-9);
    }

    // Golden/loss/encoding.json: the notebook's encoding.
    [Theory]
    [InlineData("basic", 0)]
    [InlineData("truncated", 0)]
    [InlineData("collision", 0)]
    [InlineData("degenerate and border", 3)]
    public void Encode_GoldenCase_GivesItsTargetsAndTrueBoxes(string name, int dropped)
    {
        var golden = JsonDocument.Parse(File.ReadAllText(TestPaths.Golden("loss/encoding.json"))).RootElement
            .GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        float[] truncateFrom = golden.GetProperty("options").TryGetProperty("truncate_from", out var size) ? Floats(size) : [];

        var encoded = Encoder.Encode([.. golden.GetProperty("objects").EnumerateArray().Select(item => Read(item, truncateFrom))], Size, Size);

        Assert.Equal(dropped, encoded.Dropped);
        Assert.Equal(
            golden.GetProperty("true_boxes").EnumerateArray().Select(Floats).Select(box => new CenterBox(box[0], box[1], box[2], box[3])),
            encoded.Objects.Select(item => item.Box));
        AssertDense(golden.GetProperty("targets"), encoded);
        Assert.Equal(
            golden.GetProperty("targets").EnumerateArray().Select(target => (Int(target, "row"), Int(target, "col"), Int(target, "anchor"))),
            encoded.Targets.Select(target => (target.Row, target.Column, target.Anchor)).Order());
    }

    [Fact]
    public void Encode_TwoObjectsInOneCellAndAnchor_TeachesTheLaterOne()
    {
        var encoded = Encoder.Encode([new(new(100, 100, 164, 180), 3), new(new(102, 101, 166, 182), 1)], Size, Size);

        Assert.Equal(new(4, 4, 0, new(4.1875f, 4.421875f, 2, 2.53125f), 1), Assert.Single(encoded.Targets));
        Assert.Equal([3, 1], encoded.Objects.Select(item => item.ClassIndex));
    }

    [Theory]
    [InlineData(-20, 10, 10, 30)]  // centre left of the input
    [InlineData(10, -20, 30, 10)]  // centre above it
    [InlineData(float.NaN, 10, 20, 30)]
    [InlineData(10, 10, float.PositiveInfinity, 30)]
    [InlineData(30, 10, 10, 30)]  // corners crossed
    public void Encode_BoxThatNoCellCanTake_IsDroppedAndCounted(float left, float top, float right, float bottom)
    {
        var encoded = Encoder.Encode([new(new(left, top, right, bottom), 0)], Size, Size);

        Assert.Equal((0, 0, 1), (encoded.Targets.Count, encoded.Objects.Count, encoded.Dropped));
    }

    [Fact]
    public void Encode_InputThatIsNotSquare_UsesEachSidesCell()
    {
        var anchors = AnchorSet.FromPairs([1, 1]);
        var encoder = new TargetEncoder(new(10, 6, 1, 1), anchors);

        var target = Assert.Single(encoder.Encode([new(new(32, 48, 64, 56), 0)], 160, 96).Targets);

        Assert.Equal(new(3, 3, 0, new(3, 3.25f, 2, 0.5f), 0), target);
    }

    [Fact]
    public void Encode_ClassOutOfRange_NamesTheObject()
    {
        var error = Assert.Throws<ArgumentException>(() => Encoder.Encode([new(new(0, 0, 9, 9), 0), new(new(0, 0, 9, 9), 20)], Size, Size));

        Assert.StartsWith("Object 1 has class 20, but there are classes 0 to 19 only.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteTrueBoxes_MoreObjectsThanRows_StartsOver()
    {
        var encoded = Encoder.Encode([.. Enumerable.Range(0, 3).Select(i => new GroundTruth(new(32 * i, 0, 32 * i + 32, 32), 0))], Size, Size);
        float[] buffer = new float[2 * 4];

        encoded.WriteTrueBoxes(buffer);

        // keras-yolo2, preprocessing.py: the row is the object's index modulo TRUE_BOX_BUFFER.
        Assert.Equal([2.5f, 0.5f, 1, 1, 1.5f, 0.5f, 1, 1], buffer);
    }

    private static void AssertDense(JsonElement targets, EncodedTargets encoded)
    {
        float[] expected = new float[Grid * Grid * Anchors.Count * (5 + Classes)];
        foreach (var target in targets.EnumerateArray())
        {
            int start = ((Int(target, "row") * Grid + Int(target, "col")) * Anchors.Count + Int(target, "anchor")) * (5 + Classes);
            Floats(target.GetProperty("values")).CopyTo(expected, start);
            foreach (var classIndex in target.GetProperty("classes").EnumerateArray())
                expected[start + 5 + classIndex.GetInt32()] = 1;
        }
        float[] actual = new float[encoded.DenseSize];
        Array.Fill(actual, -1);

        encoded.WriteDense(actual);

        Assert.Equal(expected, actual);
    }

    // The notebook scales the image's boxes to the input and cuts them down to whole pixels.
    private static GroundTruth Read(JsonElement item, float[] truncateFrom)
    {
        float[] values = Floats(item);
        var box = new BoundingBox(values[0], values[1], values[2], values[3]);
        if (truncateFrom is [float width, float height])
        {
            box = ImageMapping.Create(ResizeMode.Stretch, (int)width, (int)height, Size, Size).ToInput(box);
            box = new((int)box.Left, (int)box.Top, (int)box.Right, (int)box.Bottom);
        }
        return new(box, (int)values[4]);
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];
}
