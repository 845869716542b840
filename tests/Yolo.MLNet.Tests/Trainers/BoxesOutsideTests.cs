using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Data;
using static Yolo.MLNet.Tests.Trainers.TrainerRuns;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>Boxes that are in pixels of another image than that of their row.</summary>
public sealed class BoxesOutsideTests : IDisposable
{
    private readonly TrainerRuns _runs = new();

    // The images are 80 x 64 pixels and larger, the boxes stay in their pixels.
    [Fact]
    public void Fit_ImagesResizedAndLabelsNot_NamesCauseAndCure()
    {
        var data = Resized(20);

        var error = Assert.Throws<InvalidDataException>(() => _runs.Ml.ObjectDetection.Trainers.YoloV2(Options).Fit(data));

        Assert.Matches(@"^\d+ of \d+ boxes in column 'BoundingBoxes' lie mostly outside of their images, the first in row \d+: ", error.Message);
        Assert.Contains("in an image of 20 x 20 pixels", error.Message, StringComparison.Ordinal);
        Assert.Contains("Leave ResizeImages out: the trainer resizes by itself.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ClusterAnchors_ImagesResizedAndLabelsNot_NamesTheCause()
    {
        var error = Assert.Throws<InvalidDataException>(
            () => _runs.Ml.ObjectDetection.ClusterAnchors(Resized(20), TestModels.Trainable, count: 2));

        Assert.Contains("ResizeImages", error.Message, StringComparison.Ordinal);
    }

    // Two of 19 boxes are more than a tenth, two of 20 are not; one alone is a slip of the pen.
    [Theory]
    [InlineData(2, 17, true)]
    [InlineData(2, 18, false)]
    [InlineData(1, 2, false)]
    public void Read_SomeBoxesOutside_EndsBeyondATenth(int outside, int inside, bool ends)
    {
        // Inside: 6 of 10 columns. Outside: 4 of 10.
        float[] boxes =
        [
            .. Enumerable.Repeat<float[]>([60, 10, 70, 20], outside).SelectMany(box => box),
            .. Enumerable.Repeat<float[]>([58, 10, 68, 20], inside).SelectMany(box => box),
        ];
        using var image = TestImages.Noise(64, 64, seed: 1);
        var data = _runs.Ml.Data.LoadFromEnumerable(
            [new LabeledImageRow { Image = image, Labels = [.. Enumerable.Repeat("bee", outside + inside)], BoundingBoxes = boxes }]);

        int Count() => TrainingImageReader.Read(data, new(), _ => { }).Sum(row => row.Objects.Count);

        if (ends)
            Assert.StartsWith($"{outside} of {outside + inside} boxes", Assert.Throws<InvalidDataException>(() => Count()).Message, StringComparison.Ordinal);
        else
            Assert.Equal(outside + inside, Count());
    }

    public void Dispose() => _runs.Dispose();

    private IDataView Resized(int side) =>
        _runs.Ml.Transforms.LoadImages("Image", "", "ImagePath").Append(_runs.Ml.Transforms.ResizeImages("Image", side, side))
            .Fit(_runs.Data).Transform(_runs.Data);
}
