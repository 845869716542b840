using Xunit;
using Yolo.Model.Data.Yolo;
using Yolo.Model.Data;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Data.Yolo;

public sealed class YoloDatasetTests : IDisposable
{
    private static readonly LoadOptions s_throwing = new() { OnError = OnError.Throw };

    private readonly DatasetFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly LoadOptions _options;

    public YoloDatasetTests() => _options = new() { Warning = _warnings.Add };

    // Of 40 x 30 pixels by hand: centre (20, 15), size 10 x 6; and the bounds of a triangle, (4, 3) to (20, 27).
    private const string Labels = "1 0.5 0.5 0.25 0.2\n\n0 0.1 0.1 0.5 0.1 0.3 0.9\n";

    private void Standard()
    {
        _folder.Image("images/train/a.jpg");
        _folder.Image("images/train/deep/b.jpg");
        _folder.Image("images/val/c.jpg");
        _folder.Text("labels/train/a.txt", Labels);
        _folder.Text("labels/train/deep/b.txt", "");
    }

    [Theory]
    [InlineData("names: [cat, 'big dog']")]
    [InlineData("names:\n  - cat\n  - \"big dog\"  # the other one\nnc: 2")]
    [InlineData("names:\n- cat\n- big dog")]
    [InlineData("# Ultralytics\nnames:\n  1: big dog\n  0: cat\ndownload: https://example.com/a.zip")]
    [InlineData("names: {0: cat, 1: 'big dog'}")]
    public void Load_Yaml_ReadsNamesHoweverTheyAreWritten(string names)
    {
        Standard();
        string path = _folder.Text("data.yaml", $"path: .\ntrain: images/train\nval: images/val\ntest:\n{names}\n");

        var images = YoloDataset.Load(path, "train", _options);

        Assert.Equal([_folder.At("images/train/a.jpg"), _folder.At("images/train/deep/b.jpg")], images.Select(image => image.Path));
        Assert.Equal([new("big dog", new BoundingBox(15, 12, 25, 18), false), new("cat", new BoundingBox(4, 3, 20, 27), false)], images[0].Objects);
        Assert.Empty(images[1].Objects);
        Assert.Empty(_warnings);
        Assert.Equal(3, YoloDataset.Load(path).Count);
    }

    // Roboflow's folders stand beside its data.yaml, and the file says ../train/images all the same.
    [Fact]
    public void Load_RoboflowExport_FindsItsFolders()
    {
        _folder.Image("train/images/a.jpg");
        _folder.Text("train/labels/a.txt", "0 0.5 0.5 0.5 0.5");
        _folder.Text("data.yaml", "train: ../train/images\nval: ../valid/images\nnc: 1\nnames: ['cat']\n");

        var image = Assert.Single(YoloDataset.Load(_folder.Path, "train"));

        Assert.Equal([new("cat", new BoundingBox(10, 7.5f, 30, 22.5f), false)], image.Objects);
    }

    // As in AlexeyAB's README: paths count from the folder that Darknet is started in, here the one above data/.
    [Fact]
    public void Load_DarknetData_ReadsItsLists()
    {
        _folder.Image("data/obj/img1.jpg");
        _folder.Text("data/obj/img1.txt", "0 0.5 0.5 0.5 0.5\n");
        _folder.Text("data/train.txt", "data/obj/img1.jpg\n\n");
        _folder.Text("data/test.txt", "data/obj/gone.jpg\n");
        _folder.Text("data/obj.names", "air plane\n");
        string path = _folder.Text("data/obj.data", "classes = 1\ntrain  = data/train.txt\nvalid  = data/test.txt\nnames = data/obj.names\nbackup = backup/\n");

        Assert.Equal("air plane", Assert.Single(Assert.Single(YoloDataset.Load(path, "train")).Objects).ClassName);
        var missing = Assert.Throws<FileNotFoundException>(() => YoloDataset.Load(path, "val", s_throwing));
        Assert.Contains($"{_folder.At("data/test.txt")}(1): expected the image ", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("images/x.jpg", "labels/x.txt", "classes.txt")]
    [InlineData("x.jpg", "x.txt", "classes.txt")]
    [InlineData("images/x.jpg", "images/x.txt", "obj.names")]
    [InlineData("images/x.jpg", "labels/x.txt", "labels/classes.txt")]
    [InlineData("images/train/x.jpg", "labels/train/x.txt", "classes.txt")]
    [InlineData("train/images/x.jpg", "train/labels/x.txt", "classes.txt")]
    [InlineData("images/train/images/x.jpg", "images/train/labels/x.txt", "classes.txt")]
    public void Load_FolderWithoutADescription_IsRead(string image, string labels, string names)
    {
        _folder.Image(image);
        _folder.Text(labels, "1 0.5 0.5 0.5 0.5");
        _folder.Text(names, "cat\ndog\n");

        Assert.Equal("dog", Assert.Single(Assert.Single(YoloDataset.Load(_folder.Path)).Objects).ClassName);
    }

    [Theory]
    [InlineData("0 0.5 0.5 0.5 0.5\n2 0.5 0.5 0.5 0.5", "a.txt(2): expected the index of a class, 0 to 1, first in '2 0.5 0.5 0.5 0.5'.")]
    [InlineData("cat 0.5 0.5 0.5 0.5", "a.txt(1): expected the index of a class")]
    [InlineData("0 0.5 0.5 0.5", "a.txt(1): expected 'class cx cy w h'")]
    [InlineData("0 0.5 0.5 0.5 0.5 0.9 0.9 0.9", "a.txt(1): expected 'class cx cy w h'")]
    [InlineData("0.5 0.5 0.5 0.5 0.5", "a.txt(1): expected the index of a class")]
    [InlineData("0 0.5 half 0.5 0.5", "a.txt(1): expected a number, found 'half', in")]
    [InlineData("0 20 15 10 6", "a.txt(1): expected fractions of the image's width and height, 0 to 1, found 20 in '0 20 15 10 6': the values are no fractions of the image")]
    public void Load_MalformedLabels_NamesTheLine(string labels, string message)
    {
        Standard();
        _folder.Text("labels/train/a.txt", labels);
        string path = _folder.Text("data.yaml", "train: images/train\nnames: [cat, dog]\n");

        var exception = Assert.Throws<InvalidDataException>(() => YoloDataset.Load(path, null, s_throwing));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    // As Roboflow and PyYAML write them; the last two are plain texts.
    [Fact]
    public void Load_NamesInQuotes_AreWhatYamlSays()
    {
        Standard();
        string path = _folder.Text("data.yaml", """
            train: images/train
            names: ['Driver''s, license', "Stra\xDFe \"A\" \u72AC\U0001F436", dog's bed, cats'] # it's a comment
            """);

        Assert.Equal(["Driver's, license", "Straße \"A\" 犬🐶", "dog's bed", "cats'"], YoloDescription.Read(path).ClassNames);
    }

    [Theory]
    [InlineData("train: images/train\n", "expected 'names', the names of the classes, found train.")]
    [InlineData("names: [cat]\n", "data.yaml: expected train, val or test with the places of the images, found none of them.")]
    [InlineData("names: [cat]\nnc: 2\n", "nc says 2 classes, but names has 1.")]
    [InlineData("names: [\"\\q\"]\n", "data.yaml(1): expected YAML, found 'names: [\"\\q\"]'.")]
    [InlineData("names: [\"\\u00g0\"]\n", "data.yaml(1): expected YAML, found 'names: [\"\\u00g0\"]'.")]
    [InlineData("names: [cat]\nwhat is this\n", "data.yaml(2): expected YAML, found 'what is this'.")]
    [InlineData("just a text\n", "data.yaml(1): expected 'key: value', found 'just a text'.")]
    [InlineData("train: a\nnames:\n  0: cat\n  1:dog\n", "data.yaml(4): expected YAML, found '1:dog'. Write a space after the colon.")]
    [InlineData("names:\n0: cat\n1: dog\n", "data.yaml(1): 'names' is empty, and its numbers stand at the left margin: indent them")]
    [InlineData("names: [cat, dog, cat]\n", "data.yaml(1): expected a name of its own for every class, found 'cat' 2 times.")]
    [InlineData("names: [cat]\nkpt_shape: [2]\n", "data.yaml(2): expected kpt_shape to be a number of key points and 2 or 3, found 2.")]
    [InlineData("names:\n  0: cat\n  2: dog\n", "data.yaml: the numbers of 'names' must run from 0 without a gap; 1 is missing.")]
    public void Load_MalformedYaml_SaysWhat(string text, string message)
    {
        string path = _folder.Text("data.yaml", text);

        var exception = Assert.Throws<InvalidDataException>(() => YoloDataset.Load(path, null, s_throwing));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderInPlaceOfTheNames_IsRefused()
    {
        string path = _folder.Text("data/obj.data", "train = train.txt\nnames = .\n");

        var exception = Assert.Throws<InvalidDataException>(() => YoloDataset.Load(path, null, s_throwing));

        Assert.EndsWith("data: expected a file of class names, found a folder.", exception.Message, StringComparison.Ordinal);
    }

    // With two of them, the folders that can be reached double at each level. On Windows, links take a right that tests do not have.
    [Fact]
    public void Load_LinkAmongTheFolders_IsRefusedUnlessTheDescriptionNamesIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Standard();
        Directory.CreateSymbolicLink(_folder.At("images/train/deep/again"), "../..");
        Directory.CreateSymbolicLink(_folder.At("images/other"), "val");
        string path = _folder.Text("data.yaml", "train: images/train\nval: images/other\nnames: [cat, big dog]\n");

        var exception = Assert.Throws<InvalidDataException>(() => YoloDataset.Load(path, "train", _options));

        Assert.StartsWith(_folder.At("images/train/deep/again") + ": expected a folder, found a link to ../...", exception.Message, StringComparison.Ordinal);
        Assert.Equal([_folder.At("images/other/c.jpg")], YoloDataset.Load(path, "val", _options).Select(image => image.Path));
    }

    // Said once, however many lines say it, and the load ends: the unit is wrong.
    [Fact]
    public void Load_BoxesInPixels_EndsAndSaysOnceThatTheyAreNoFractions()
    {
        Standard();
        _folder.Text("labels/train/a.txt", "0 20 15 10 6\n0 10 15 10 6\n0 10 15 10 7");
        string path = _folder.Text("data.yaml", "train: images/train\nnames: [cat]\n");

        var exception = Assert.Throws<InvalidDataException>(() => YoloDataset.Load(path, null, _options));

        Assert.Contains("3 of 3 objects cannot be used", exception.Message, StringComparison.Ordinal);
        Assert.Contains("no fractions of the image", exception.Message, StringComparison.Ordinal);
        Assert.Single(_warnings, warning => warning.Contains("the values are no fractions of the image", StringComparison.Ordinal));
    }

    // Key points in Ultralytics' layout: the box is values 2 to 5; by hand (10, 7.5) to (30, 22.5) of 40 x 30.
    [Theory]
    [InlineData("[2, 3]", "0 0.5 0.5 0.5 0.5 0.1 0.1 2 0.9 0.9 2")]
    [InlineData("[3, 2]", "0 0.5 0.5 0.5 0.5 0.1 0.1 0.9 0.9 0.2 0.2")]
    public void Load_KeyPoints_AreNoPolygons(string shape, string line)
    {
        Standard();
        _folder.Text("labels/train/a.txt", line);
        string path = _folder.Text("data.yaml", $"train: images/train\nkpt_shape: {shape}\nnames: [cat]\n");

        Assert.Equal([new("cat", new BoundingBox(10, 7.5f, 30, 22.5f))], YoloDataset.Load(path, null, s_throwing)[0].Objects);
    }

    // A score behind the box; indices as floating-point numbers; commas between values or in them; a byte order mark and a zero-width space.
    [Theory]
    [InlineData("0 0.5 0.5 0.5 0.5 0.93")]
    [InlineData("0.0 0.5 0.5 0.5 0.5")]
    [InlineData("0,0.5,0.5,0.5,0.5")]
    [InlineData("0 0,5 0,5 0,5 0,5")]
    [InlineData("\uFEFF0 0.5 0.5 0.5 0.5\u200B")]
    public void Load_LabelsAsProgramsWriteThem_AreRead(string line)
    {
        Standard();
        _folder.Text("labels/train/a.txt", line);
        string path = _folder.Text("data.yaml", "train: images/train\nnames: [cat]\n");

        Assert.Equal([new("cat", new BoundingBox(10, 7.5f, 30, 22.5f))], YoloDataset.Load(path, null, s_throwing)[0].Objects);
    }

    [Fact]
    public void Write_Labels_AreReadBackAsTheyWere()
    {
        Standard();
        YoloLabels.Write(_folder.At("labels/train/a.txt"), 40, 30, [(1, new BoundingBox(15, 12, 25, 18)), (0, new BoundingBox(0, 0, 40, 7.5f))]);
        string path = _folder.Text("data.yaml", "train: images/train\nnames: [cat, dog]\n");

        Assert.Equal("1 0.5 0.5 0.25 0.2\n0 0.5 0.125 1 0.25\n", File.ReadAllText(_folder.At("labels/train/a.txt")));
        Assert.Equal([new("dog", new BoundingBox(15, 12, 25, 18), false), new("cat", new BoundingBox(0, 0, 40, 7.5f), false)], YoloDataset.Load(path)[0].Objects);
    }

    public void Dispose() => _folder.Dispose();
}
