using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Tests.Training.Images;

public sealed class InputScheduleTests
{
    private static readonly TrainingOptions Scales = new() { InputSizes = [320, 352, 384, 416, 608], InputSizeSteps = 10, Seed = 3 };

    [Fact]
    public void At_NoSizes_IsTheNetworksOwn()
    {
        var schedule = new InputSchedule(YoloV2Network.TinyVoc.WithInputSize(448, 320), new());

        Assert.Equal((448, 320), (schedule.At(12_345).Width, schedule.At(12_345).Height));
        Assert.Same(schedule.At(0), schedule.Largest);
    }

    // The paper: every 10 batches a new size. Twenty draws from five sizes: each is missing in 1 of 87 seeds.
    [Fact]
    public void At_FiveSizes_DrawsOneEveryTenSteps()
    {
        var schedule = new InputSchedule(YoloV2Network.Voc, Scales);
        int[] sizes = [.. Enumerable.Range(0, 200).Select(step => schedule.At(step).Width)];

        for (int step = 0; step < sizes.Length; step++)
            Assert.Equal(sizes[step / 10 * 10], sizes[step]);
        Assert.Equal(Scales.InputSizes, sizes.Distinct().Order());
        Assert.Equal(608, schedule.Largest.Width);
    }

    [Fact]
    public void At_Seed_DecidesTheSizes()
    {
        int[] first = Draw(Scales), second = Draw(Scales), other = Draw(Scales with { Seed = 4 });

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);

        static int[] Draw(TrainingOptions options)
        {
            var schedule = new InputSchedule(YoloV2Network.Voc, options);
            return [.. Enumerable.Range(0, 20).Select(period => schedule.At(10 * period).Width)];
        }
    }

    // 608 is 19 cells of 32 pixels; an object in the middle of the input belongs to cell 9, whatever the size of the image.
    [Fact]
    public void At_Size_EncodesForItsGrid()
    {
        var input = new InputSchedule(YoloV2Network.Voc, new() { InputSizes = [608] }).At(0);

        var target = Assert.Single(input.Encoder.Encode([new(new(284, 284, 324, 324), 2)], 608, 608).Targets);

        Assert.Equal((9, 9), (target.Row, target.Column));
    }

    // 320 of 640 x 384 pixels: 192 rows, six cells.
    [Theory]
    [InlineData(640, 384, 320, 192)]
    [InlineData(640, 384, 352, 224)]
    [InlineData(416, 416, 608, 608)]
    public void At_NetworkOfAnotherShape_KeepsItsProportions(int width, int height, int size, int expected)
    {
        var input = new InputSchedule(YoloV2Network.TinyVoc.WithInputSize(width, height), new() { InputSizes = [size] }).At(0);

        Assert.Equal((size, expected), (input.Width, input.Height));
    }

    [Fact]
    public void Create_SizeBetweenCells_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => new InputSchedule(YoloV2Network.Voc, new() { InputSizes = [416, 400] }));

        Assert.Contains("400 is no multiple of 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { InputSizes = [0] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { InputSizeSteps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { FreezeLayers = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { DataWorkers = 0 });
    }
}
