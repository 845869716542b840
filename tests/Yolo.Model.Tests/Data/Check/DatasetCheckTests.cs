using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Data.Check;

namespace Yolo.Model.Tests.Data.Check;

public sealed class DatasetCheckTests : IDisposable
{
    private readonly VocFolder _voc = new();
    private readonly DatasetFolder _folder = new();

    private static string Cat(float left, float top, float right, float bottom) => VocFolder.Object("cat", left, top, right, bottom);

    [Fact]
    public void Run_ManyFlaws_FindsEachAtItsLine()
    {
        _voc.Add("1", $"\n{Cat(1, 1, 20, 20)}\n{Cat(20, 5, 20, 9)}\n{Cat(1, 1, 20, 20.5f)}\n{Cat(5, 5, 7, 20)}\n<object><name>cat</name></object>\n{VocFolder.Object("Cat", 1, 1, 30, 60)}");
        _voc.Add("2", Cat(1, 1, 20, 20), "<size><width>30</width><height>40</height></size>");
        File.WriteAllText(_voc.AnnotationPath("3"), "<annotation>\n<object></annotation>");
        _voc.Add("4");
        File.Delete(_voc.ImagePath("4.jpg"));
        File.WriteAllBytes(_voc.ImagePath("5.jpg"), File.ReadAllBytes(_voc.ImagePath("2.jpg"))[..60]);
        File.WriteAllText(_voc.AnnotationPath("5"), "<annotation></annotation>");
        File.Copy(_voc.ImagePath("2.jpg"), _voc.ImagePath("stray.jpg"));
        _voc.AddSet("train", "1\n2\n");
        _voc.AddSet("test", "2\n77\n2\n");

        var report = DatasetCheck.Run(LabelledDataset.Open(_voc.Path), cancellationToken: TestContext.Current.CancellationToken);

        string first = _voc.AnnotationPath("1"), test = Path.Combine(_voc.Path, "ImageSets", "Main", "test.txt");
        string[] messages = [.. report.Flaws.Select(flaw => flaw.ToString())];
        string[] expected =
        [
            $"error: {first}(6): expected the <bndbox> of object 'cat', found none.",
            $"warning: {first}(3): object 2 (cat, box 20, 5, 20, 9) skipped: its box is empty or reversed.",
            $"warning: {first}(4): object 3 (cat, box 1, 1, 20, 20.5) marks the same object as object 1 in line 2.",
            $"warning: {first}(5): object 4 (cat, box 5, 5, 7, 20) is too small to be learnt: 2 x 15 pixels.",
            $"warning: {first}(7): object 5 (Cat, box 1, 1, 30, 60) clipped to the image (40 x 30).",
            $"warning: {_voc.AnnotationPath("2")}: the annotation gives 30 x 40 pixels, {_voc.ImagePath("2.jpg")} has 40 x 30; the image's size is used.",
            $"error: {_voc.AnnotationPath("4")}: expected its image {_voc.ImagePath("4")}.jpg or .jpeg or .png, found none.",
            $"warning: {test}(3): the id '2' stands in the list twice.",
            $"error: {test}: expected an annotation for '77' at {_voc.AnnotationPath("77")}, found none.",
            $"warning: {_voc.Path}: the image '2' is in 'train' and in 'test'; what is measured on it says nothing.",
            $"warning: {_voc.ImagePath("stray.jpg")}: expected its annotation at {_voc.AnnotationPath("stray")}, found none; the image is not used.",
            $"warning: {_voc.ImagePath("2.jpg")}: the same file, byte for byte, as {_voc.ImagePath("1.jpg")}. They are in different sets: test, train, and train.",
            $"warning: {_voc.Path}: the classes 'Cat', 'cat' differ in case or white space alone.",
            $"warning: {_voc.Path}: the class 'Cat' has 1 object, too few to be learnt.",
        ];
        Assert.All(expected, message => Assert.Contains(message, messages));
        Assert.Contains(messages, message => message.StartsWith($"error: {_voc.AnnotationPath("3")}(2): ", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.StartsWith($"error: {_voc.ImagePath("5.jpg")}: ", StringComparison.Ordinal));
        Assert.Equal([new("test", 1), new("train", 2)], report.Sets);
    }

    // Sides 10 and 10, 20 and 20, 8 and 18: square roots of the areas 10, 20, 12.
    [Fact]
    public void Run_GoodData_CountsIt()
    {
        _folder.Image("images/a.png", 1);
        _folder.Image("images/b.png", 2);
        _folder.Text("labels/a.txt", "0 0.5 0.5 0.25 0.333334\n1 0.5 0.5 0.5 0.666667\n1 0.25 0.5 0.2 0.6\n");
        _folder.Text("labels/b.txt", "");
        _folder.Text("classes.txt", "cat\ndog\n");
        var done = new List<(int, int)>();

        var report = DatasetCheck.Run(
            LabelledDataset.Open(_folder.Path), progress: new Recorder(done), cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(report.Flaws, flaw => Assert.Contains("too few to be learnt", flaw.Message, StringComparison.Ordinal));
        Assert.Equal((2, 1), (report.Images, report.ImagesWithoutObjects));
        Assert.Equal([new("cat", 1, 0, 1), new("dog", 2, 0, 1)], report.Classes);
        Assert.Equal([new(8, 16, 2), new(16, 32, 1)], report.BoxSizes);
        Assert.Equal([new(40, 30, 2)], report.ImageSizes);
        Assert.Equal([(1, 2), (2, 2)], done);
    }

    [Fact]
    public void Run_YoloOrphans_AreNamed()
    {
        string image = _folder.Image("images/a.png");
        string stray = _folder.Text("labels/stray.txt", "0 0.5 0.5 0.5 0.5");
        _folder.Text("classes.txt", "cat");

        var report = DatasetCheck.Run(LabelledDataset.Open(_folder.Path), decode: false, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
        [
            $"{image}: expected its labels at {_folder.At("labels/a.txt")}, found none; it is taken as an image without objects.",
            $"{stray}: no image belongs to these labels.",
            $"{_folder.Path}: the class 'cat' has 0 objects, too few to be learnt.",
        ], report.Flaws.Select(flaw => flaw.Message));
    }

    [Fact]
    public void Run_NoImages_IsAnError()
    {
        _folder.Text("classes.txt", "cat");

        var report = DatasetCheck.Run(LabelledDataset.Open(_folder.Path), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([new(FlawSeverity.Error, FlawKind.Malformed, $"{_folder.Path}: expected images, found none that can be read.")], report.Flaws);
    }

    // grep finds 4,155 + 372 + 361 <object>s in BCCD's annotations, two of them with boxes of one point (VocDatasetTests); its sets have no image in common.
    [Fact]
    public void Run_Bccd_FindsItsTwoEmptyBoxes()
    {
        var dataset = LabelledDataset.Open(TestPaths.Shared("data/BCCD"));

        var report = DatasetCheck.Run(dataset, decode: false, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, report.Flaws.Count(flaw => flaw.Message.Contains("empty or reversed", StringComparison.Ordinal)));
        Assert.DoesNotContain(report.Flaws, flaw => flaw.Severity == FlawSeverity.Error || flaw.Message.Contains("says nothing", StringComparison.Ordinal));
        Assert.Equal((364, 4153 + 372 + 361), (report.Images, report.BoxSizes.Sum(size => size.Count)));
        Assert.Equal([new("test", 72), new("train", 205), new("trainval", 292), new("val", 87)], report.Sets);
    }

    private sealed class Recorder(List<(int, int)> done) : IProgress<(int Done, int All)>
    {
        public void Report((int Done, int All) value) => done.Add(value);
    }

    public void Dispose()
    {
        _voc.Dispose();
        _folder.Dispose();
    }
}
