using Xunit;
using Yolo.MLNet.Tests;
using Yolo.Model.Data;

namespace Yolo.CommandLine.Tests.Commands;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _data, _output;

    public ConvertCommandTests() => (_data, _output) = (_folder.Combine("data"), _folder.Combine("out"));

    [Fact]
    public async Task Convert_VocToCoco_KeepsTheSetsButNoUnionsAndClassLists()
    {
        Voc(6).Set("trainval", "image0", "image1", "image2").Set("train", "image0", "image1").Set("val", "image2")
            .Set("test", "image3", "image4").Set("cat_train", "image0");

        var run = await CommandRun.Of("convert", "--data", _data, "--to", "coco", "--output", _output);

        run.ShouldExitWith(ExitCodes.Success);
        var read = LabelledDataset.Open(_output);
        Assert.Equal((DatasetFormat.Coco, "test train val"), (read.Format, string.Join(' ', read.Sets)));
        Assert.Equal([2, 2, 1], read.Sets.Select(set => read.Load(set).Count));
        Assert.Equal([new("cat", new(4, 5, 30, 28), Area: 26 * 23)], read.Load("val")[0].Objects);
        Assert.Contains("trainval is left out: its images are in train and val.", run.Lines);
        Assert.Contains("train: 2 images, 2 cat", run.Lines);
        Assert.Contains($"written: {_output} (COCO), 1 warning", run.Lines);
        Assert.Contains($"warning: {_data}: 1 images are in none of the sets test, train, val and are left out; --split takes all images.",
            run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_Split_DividesAllImagesByGroup()
    {
        Voc(20).Set("train", "image0");

        var run = await CommandRun.Of("convert",
            "--data", _data, "--to", "YOLO", "-o", _output, "--split", "train=0.6, val=0.4", "--group", @"image\d",
            "--seed", "2", "--link");

        run.ShouldExitWith(ExitCodes.Success);
        var read = LabelledDataset.Open(_output);
        Assert.Equal(["train", "val"], read.Sets);
        // Eleven images begin with image1 and stay together: they fit in train alone, with one other.
        string[] train = [.. read.Load("train").Select(image => Path.GetFileName(image.Path))],
            val = [.. read.Load("val").Select(image => Path.GetFileName(image.Path))];
        Assert.Equal((12, 8), (train.Length, val.Length));
        Assert.DoesNotContain(val, name => name.StartsWith("image1", StringComparison.Ordinal));
        // A hard link: what is written to the source is in both.
        File.AppendAllText(Path.Combine(_data, "JPEGImages", "image1.png"), "x");
        Assert.Equal((byte)'x', File.ReadAllBytes(Path.Combine(_output, "images", "train", "image1.png"))[^1]);
    }

    [Fact]
    public async Task Convert_SetsAskedFor_AreAloneWritten()
    {
        Voc(4).Set("a", "image0", "image1").Set("b", "image1", "image2").Set("c", "image3");

        var run = await CommandRun.Of("convert",
            "--data", _data, "--to", "voc", "--output", _output, "--set", "a", "--set", "b", "--link", "symbolic");

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Equal(["image0\nimage1\n", "image1\nimage2\n"],
            ((string[])["a", "b"]).Select(set => File.ReadAllText(Path.Combine(_output, "ImageSets", "Main", set + ".txt"))));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(_output, "Annotations")).Length);
        Assert.Equal(Path.Combine(_data, "JPEGImages", "image0.png"),
            new FileInfo(Path.Combine(_output, "JPEGImages", "image0.png")).LinkTarget);
    }

    [Fact]
    public async Task Convert_WithoutSets_IsTrain()
    {
        Voc(2);

        var run = await CommandRun.Of("convert", "--data", _data, "--to", "yolo", "--output", _output);

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Contains("train: 2 images, 2 cat", run.Lines);
        Assert.Contains($"written: {_output} (YOLO), no warnings", run.Lines);
        Assert.Null(new FileInfo(Path.Combine(_output, "images", "train", "image0.png")).LinkTarget);
    }

    [Fact]
    public async Task Convert_SetThatYoloHasNot_IsRefusedBeforeAnythingIsWritten()
    {
        Voc(2).Set("train", "image0").Set("part", "image1");

        var run = await CommandRun.Of("convert", "--data", _data, "--to", "yolo", "--output", _output);

        run.ShouldExitWith(ExitCodes.Failure);
        Assert.Contains("found 'part'", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_output));
    }

    [Fact]
    public async Task Convert_RoboflowCopies_AreNamedWhereNothingKeepsThemTogether()
    {
        var voc = Voc(0);
        foreach (string id in (string[])["a_jpg.rf.01", "a_jpg.rf.02", "a_jpg.rf.03", "b_jpg.rf.01"])
            voc.Add(id, 40, 30, ("cat", new(4, 5, 30, 28), false));

        var run = await CommandRun.Of("convert", "--data", _data, "--to", "voc", "--output", _output, "--split", "train=0.5,val=0.5");

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Contains("warning: 2 images are copies of others by their names", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "--split", "train=0.8,val=0.1")]
    [InlineData(ExitCodes.Usage, "--split", "train")]
    [InlineData(ExitCodes.Usage, "--split", "train=1", "--group", "(")]
    [InlineData(ExitCodes.Usage, "--link", "soft")]
    [InlineData(ExitCodes.Failure, "--group", "a")]
    [InlineData(ExitCodes.Failure, "--set", "nowhere")]
    public async Task Convert_WrongOptions_AreRefusedByName(int code, params string[] options)
    {
        Voc(2);

        var run = await CommandRun.Of(["convert", "--data", _data, "--to", "coco", "--output", _output, .. options]);

        run.ShouldExitWith(code);
        Assert.Contains(code == ExitCodes.Usage ? options[^2] : options[1] == "a" ? "--split" : "nowhere", run.Errors,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(_output));
    }

    [Fact]
    public async Task Convert_FolderInUse_IsRefused()
    {
        Voc(2);

        var run = await CommandRun.Of("convert", "--data", _data, "--to", "coco", "--output", _data);

        run.ShouldExitWith(ExitCodes.Failure);
        Assert.Contains("expected an empty folder", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_Cancelled_SaysThatTheFolderIsNotComplete()
    {
        Voc(2);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        var run = await CommandRun.Until(cancellation.Token, "convert", "--data", _data, "--to", "coco", "--output", _output);

        run.ShouldExitWith(ExitCodes.Cancelled);
        Assert.Contains($"{_output} is not complete", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private SyntheticVoc Voc(int images)
    {
        var voc = new SyntheticVoc(_data);
        for (int i = 0; i < images; i++)
            voc.Add($"image{i}", 40, 30, ("cat", new(4, 5, 30, 28), false));
        return voc;
    }
}
