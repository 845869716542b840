using System.Text.Json;
using SkiaSharp;
using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Tests.Imaging;

namespace Yolo.Model.Tests.Data;

public sealed class DatasetWriterTests : IDisposable
{
    private static readonly string[] s_classes = ["zebra", "cat"];

    private readonly DatasetFolder _folder = new();
    private readonly List<string> _warnings = [];

    // Images of 40 x 30. By hand: the zebra's centre is (20 / 40, 12 / 30), its size (20 / 40, 12 / 30).
    private LabelledImage[] Images =>
    [
        new(_folder.Image("source/a/1.png", 1), 40, 30, [new("zebra", new(10, 6, 30, 18)), new("cat", new(0, 0, 5, 3), Difficult: true)]),
        new(_folder.Image("source/b/1.png", 2), 40, 30, [new("cat", new(4, 3, 40, 30), Crowd: true, Area: 55.5f)]),
    ];

    [Fact]
    public void Write_Yolo_HasLabelsListsAndDescription()
    {
        string[] written = Write(DatasetFormat.Yolo, s_classes, Images, "train", "val");

        Assert.Equal(["data.yaml", "images/train/1.png", "images/val/1.png", "labels/train/1.txt", "labels/val/1.txt"], written);
        Assert.Equal("0 0.5 0.4 0.5 0.4\n1 0.0625 0.05 0.125 0.1\n", Text("labels/train/1.txt"));
        Assert.Equal("", Text("labels/val/1.txt"));
        Assert.Equal("train: images/train\nval: images/val\nnc: 2\nnames:\n  0: zebra\n  1: cat\n", Text("data.yaml"));
        Assert.Equal(File.ReadAllBytes(_folder.At("source/b/1.png")), File.ReadAllBytes(_folder.At("out/images/val/1.png")));
        Assert.Equal(
        [
            $"{_folder.At("out")}: 1 crowds are left out, because the format has no flag for them.",
            $"{_folder.At("out")}: 1 difficult objects are objects like others now, because the format has no flag for them.",
        ], _warnings);
    }

    [Fact]
    public void Write_Coco_HasAFilePerSet()
    {
        string[] written = Write(DatasetFormat.Coco, s_classes, Images, "train", "val");

        Assert.Equal(["annotations/instances_train.json", "annotations/instances_val.json", "images/train/1.png", "images/val/1.png"],
            written);
        Assert.Equal(Compact(
            """
            {"images": [{"id": 1, "file_name": "1.png", "width": 40, "height": 30}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 6, 20, 12], "area": 240, "iscrowd": 0,
                              "segmentation": []},
                             {"id": 2, "image_id": 1, "category_id": 2, "bbox": [0, 0, 5, 3], "area": 15, "iscrowd": 0,
                              "segmentation": []}],
             "categories": [{"id": 1, "name": "zebra"}, {"id": 2, "name": "cat"}]}
            """), Text("annotations/instances_train.json"));
        Assert.Contains("\"category_id\":2,\"bbox\":[4,3,36,27],\"area\":55.5,\"iscrowd\":1,", Text("annotations/instances_val.json"),
            StringComparison.Ordinal);
        Assert.Single(_warnings,
            $"{_folder.At("out")}: 1 difficult objects are objects like others now, because the format has no flag for them.");
    }

    [Fact]
    public void Write_Voc_HasIdsInListsAndFlags()
    {
        string[] written = Write(DatasetFormat.Voc, s_classes, Images, "train", "val");

        Assert.Equal(
            ["Annotations/1.xml", "Annotations/b-1.xml", "ImageSets/Main/train.txt", "ImageSets/Main/val.txt", "JPEGImages/1.png",
                "JPEGImages/b-1.png"], written);
        Assert.Equal("1\n", Text("ImageSets/Main/train.txt"));
        Assert.Equal("b-1\n", Text("ImageSets/Main/val.txt"));
        var xml = System.Xml.Linq.XDocument.Parse(Text("Annotations/1.xml")).Root!;
        Assert.Equal("1.png", xml.Element("filename")!.Value);
        Assert.Equal("40 30", $"{xml.Element("size")!.Element("width")!.Value} {xml.Element("size")!.Element("height")!.Value}");
        Assert.Equal(["zebra 0 10 6 30 18", "cat 1 0 0 5 3"],
            xml.Elements("object").Select(item =>
                string.Join(' ', item.Descendants().Where(part => !part.HasElements).Select(part => part.Value))));
        Assert.DoesNotContain("<object>", Text("Annotations/b-1.xml"), StringComparison.Ordinal);
        Assert.Single(_warnings, $"{_folder.At("out")}: 1 crowds are left out, because the format has no flag for them.");
    }

    // VOC's image is in the second list by its id; the other formats have a folder per set.
    [Theory]
    [InlineData(DatasetFormat.Voc, 1)]
    [InlineData(DatasetFormat.Coco, 2)]
    [InlineData(DatasetFormat.Yolo, 2)]
    public void Write_ImageOfTwoSets_IsInBoth(DatasetFormat format, int copies)
    {
        string[] written = Write(format, s_classes, [Images[0], Images[0]], "train", "val");

        Assert.Equal(copies, written.Count(name => name.EndsWith(".png", StringComparison.Ordinal)));
        var read = LabelledDataset.Open(_folder.At("out"));
        Assert.Equal(["train", "val"], read.Sets);
        Assert.All(read.Sets, set => Assert.Equal(2, Assert.Single(read.Load(set)).Objects.Count));
    }

    // VOC -> COCO -> YOLO -> VOC. VOC's boxes are whole pixels, so that they come back as they were; 37 and 29 are no divisors of a power
    // of two.
    [Fact]
    public void Write_ThroughAllFormats_KeepsBoxesClassesAndSets()
    {
        _folder.Image("start/JPEGImages/x y.png", 1);
        _folder.Image("start/JPEGImages/z.png", 2);
        _folder.Text("start/Annotations/x y.xml", "<annotation><size><width>40</width><height>30</height></size>"
            + VocFolder.Object("red: cell", 1, 2, 37, 29) + VocFolder.Object("null", 7, 11, 13, 17) + "</annotation>");
        _folder.Text("start/Annotations/z.xml", "<annotation>" + VocFolder.Object("red: cell", 0, 0, 40, 30) + "</annotation>");
        LabelledImage[] images =
        [
            new(_folder.At("start/JPEGImages/x y.png"), 40, 30, [new("red: cell", new(1, 2, 37, 29)), new("null", new(7, 11, 13, 17))]),
            new(_folder.At("start/JPEGImages/z.png"), 40, 30, [new("red: cell", new(0, 0, 40, 30))]),
        ];
        string[] classes = ["red: cell", "null", "it's \"quoted\" # é"];

        Write(DatasetFormat.Coco, classes, images, ["train", "test"], "coco");
        Convert("coco", DatasetFormat.Yolo, "yolo");
        string[] written = Convert("yolo", DatasetFormat.Voc, "voc");

        Assert.Equal(
            "train: images/train\ntest: images/test\nnc: 3\nnames:\n  0: \"red: cell\"\n  1: \"null\"\n  2: \"it's \\\"quoted\\\" # é\"\n",
            Text("yolo/data.yaml", ""));
        Assert.Contains("JPEGImages/x_y.png", written);
        var voc = LabelledDataset.Open(_folder.At("voc"));
        Assert.Equal(["test", "train"], voc.Sets);
        Assert.Equal(images[0].Objects, Assert.Single(voc.Load("train")).Objects);
        Assert.Equal(images[1].Objects, Assert.Single(voc.Load("test")).Objects);

        string[] Convert(string from, DatasetFormat format, string to)
        {
            var source = LabelledDataset.Open(_folder.At(from));
            var pairs = source.Sets.SelectMany(set => source.Load(set).Select(image => (set, image))).ToList();
            return Write(format, classes, [.. pairs.Select(pair => pair.image)], [.. pairs.Select(pair => pair.set)], to);
        }
    }

    // Fractions of pixels survive COCO to three decimals and YOLO to a millionth of the side.
    [Fact]
    public void Write_BoxesBetweenPixels_ComeBackWithinRounding()
    {
        var image = new LabelledImage(_folder.Image("source/1.png"), 40, 30, [new("cat", new(1.2341f, 2.3456f, 33.3333f, 29.9f))]);

        Write(DatasetFormat.Coco, s_classes, [image], ["train"], "coco");
        Write(DatasetFormat.Yolo, s_classes, [image], ["train"], "yolo");

        AssertNear(new(1.234f, 2.346f, 33.333f, 29.9f), Read("coco"), 1e-5f);
        AssertNear(image.Objects[0].Box, Read("yolo"), 1e-4f);

        BoundingBox Read(string name) => Assert.Single(Assert.Single(LabelledDataset.Open(_folder.At(name)).Load("train")).Objects).Box;
    }

    // Stored as 40 x 30 and turned by 90 degrees: 1 to 11 across and 2 to 7 down are 23 to 28 and 1 to 11 of the upright 30 x 40
    // (UprightBoxesTests); its centre is (25.5 / 30, 6 / 40).
    [Fact]
    public void Write_BoxesOfStoredPixels_AreTurnedWhereTheFormatCannotSayIt()
    {
        var image = Stored(orientation: 6);

        Write(DatasetFormat.Yolo, s_classes, [image], ["train"], "yolo");
        Write(DatasetFormat.Coco, s_classes, [image], ["train"], "coco");
        Write(DatasetFormat.Voc, s_classes, [image], ["train"], "voc");

        Assert.Equal("1 0.85 0.15 0.166667 0.25\n", Text("yolo/labels/train/a.txt", ""));
        Assert.Contains("\"width\":40,\"height\":30}", Text("coco/annotations/instances_train.json", ""), StringComparison.Ordinal);
        Assert.Contains("\"bbox\":[1,2,10,5]", Text("coco/annotations/instances_train.json", ""), StringComparison.Ordinal);
        Assert.Contains("<xmin>1</xmin>", Text("voc/Annotations/a.xml", ""), StringComparison.Ordinal);
    }

    // Turned by 180 degrees the picture has the same sides, so that no stated size could tell: 40 - 11 = 29, 30 - 7 = 23.
    [Fact]
    public void Write_StoredPixelsOfTheSameSides_AreTurnedInEveryFormat()
    {
        Write(DatasetFormat.Coco, s_classes, [Stored(orientation: 3)], "train");

        Assert.Contains("\"bbox\":[29,23,10,5]", Text("annotations/instances_train.json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImageTransfer.HardLink, false)]
    [InlineData(ImageTransfer.SymbolicLink, true)]
    public void Write_Links_AreNoCopies(ImageTransfer transfer, bool symbolic)
    {
        var writer = DatasetWriter.Create(DatasetFormat.Voc, _folder.At("out"), s_classes, transfer);
        writer.Add(Images[0], "train");
        writer.Complete();

        var file = new FileInfo(_folder.At("out/JPEGImages/1.png"));
        Assert.Equal(symbolic, file.LinkTarget is not null);
        using (var source = new FileStream(_folder.At("source/a/1.png"), FileMode.Append))
            source.WriteByte(7);
        Assert.Equal(7, File.ReadAllBytes(file.FullName)[^1]);
    }

    [Theory]
    [InlineData(DatasetFormat.Voc)]
    [InlineData(DatasetFormat.Yolo)]
    public void Write_NamesThatLabelsCannotTellApart_BecomeDifferent(DatasetFormat format)
    {
        string[] paths =
            [_folder.Image("s/a.png"), _folder.Image("s/A.PNG"), _folder.Image("s/a.jpg"), _folder.Image("t/a.png"),
            _folder.Image("u/s/a.png")];

        string[] written = Write(format, s_classes, [.. paths.Select(path => new LabelledImage(path, 40, 30, []))], "train");

        Assert.Equal(["a.png", "s-A.PNG", "s-a-2.jpg", "s-a-3.png", "t-a.png"],
            written.Where(name => name.Contains("mages/", StringComparison.Ordinal)).Select(Path.GetFileName)
                .OrderBy(name => name, StringComparer.Ordinal));
        Assert.Equal(5, LabelledDataset.Open(_folder.At("out")).Load("train").Count);
    }

    [Fact]
    public void Create_FolderInUse_IsRefused()
    {
        _folder.Text("out/notes.txt", "mine");

        var exception = Assert.Throws<IOException>(() => DatasetWriter.Create(DatasetFormat.Coco, _folder.At("out"), s_classes));

        Assert.Equal($"{_folder.At("out")}: expected an empty folder, or a name that is free; found a folder with something in it.",
            exception.Message);
        Assert.Equal(["notes.txt"], Files("out"));
    }

    [Fact]
    public void Add_UnknownClass_IsRefusedBeforeAnythingIsWritten()
    {
        var writer = DatasetWriter.Create(DatasetFormat.Voc, _folder.At("out"), ["cat"]);

        Assert.Throws<ArgumentException>(() => writer.Add(Images[0], "train"));
        Assert.Empty(Files("out"));
    }

    [Theory]
    [InlineData("part1")]
    [InlineData("../train")]
    public void Add_SetThatYoloHasNot_IsRefused(string set)
    {
        var writer = DatasetWriter.Create(DatasetFormat.Yolo, _folder.At("out"), s_classes);

        Assert.Throws<ArgumentException>(() => writer.Add(Images[0], set));
    }

    [Fact]
    public void Add_TwoSetsForOneKeyOfYolo_IsRefused()
    {
        var writer = DatasetWriter.Create(DatasetFormat.Yolo, _folder.At("out"), s_classes);
        writer.Add(Images[0], "train2014");

        var exception = Assert.Throws<ArgumentException>(() => writer.Add(Images[1], "train2017"));

        Assert.Contains("found 'train2014' and 'train2017'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatasetFormat.Voc)]
    [InlineData(DatasetFormat.Coco)]
    [InlineData(DatasetFormat.Yolo)]
    public void AddSet_WithoutImages_IsASetWithoutImages(DatasetFormat format)
    {
        var writer = DatasetWriter.Create(format, _folder.At("out"), s_classes);
        writer.AddSet("train");
        writer.Add(Images[0], "val");
        writer.Complete();

        var read = LabelledDataset.Open(_folder.At("out"));
        Assert.Equal([("train", 0), ("val", 1)], read.Sets.Select(set => (set, read.Load(set).Count)));
    }

    [Fact]
    public void Complete_Twice_IsRefused()
    {
        var writer = DatasetWriter.Create(DatasetFormat.Voc, _folder.At("out"), s_classes);
        writer.Complete();

        Assert.Throws<InvalidOperationException>(writer.Complete);
        Assert.Throws<InvalidOperationException>(() => writer.Add(Images[0], "train"));
    }

    public void Dispose() => _folder.Dispose();

    private LabelledImage Stored(byte orientation)
    {
        using var bitmap = new SKBitmap(40, 30);
        using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        string path = _folder.At("a.jpg");
        File.WriteAllBytes(path, ImageFileTests.WithOrientation(jpeg.ToArray(), orientation));
        return new(path, 40, 30, [new("cat", new(1, 2, 11, 7))]) { Orientation = ImageOrientation.AsStored };
    }

    private string[] Write(DatasetFormat format, string[] classes, LabelledImage[] images, params string[] sets) =>
        Write(format, classes, images, sets, "out");

    /// <summary>Writes images to sets, or all to the only one, and gives the names of the files.</summary>
    private string[] Write(DatasetFormat format, string[] classes, LabelledImage[] images, string[] sets, string name)
    {
        var writer = DatasetWriter.Create(format, _folder.At(name), classes, warn: _warnings.Add);
        for (int i = 0; i < images.Length; i++)
            writer.Add(images[i], sets[Math.Min(i, sets.Length - 1)]);
        writer.Complete();
        return Files(name);
    }

    private string[] Files(string name) =>
        [.. Directory.EnumerateFiles(_folder.At(name), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder.At(name), path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private string Text(string name, string folder = "out/") => File.ReadAllText(_folder.At(folder + name));

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    private static void AssertNear(BoundingBox expected, BoundingBox actual, float tolerance)
    {
        Assert.Equal(expected.Left, actual.Left, tolerance);
        Assert.Equal(expected.Top, actual.Top, tolerance);
        Assert.Equal(expected.Right, actual.Right, tolerance);
        Assert.Equal(expected.Bottom, actual.Bottom, tolerance);
    }
}
