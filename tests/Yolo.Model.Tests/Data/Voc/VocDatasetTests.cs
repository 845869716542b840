using SkiaSharp;
using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Data.Voc;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Tests.Imaging;
using Yolo.Model.Tests.Inference;

namespace Yolo.Model.Tests.Data.Voc;

public sealed class VocDatasetTests
{
    private static readonly LoadOptions s_throwing = new() { OnError = OnError.Throw };

    private readonly List<string> _warnings = [];
    private readonly LoadOptions _options;

    public VocDatasetTests() => _options = new() { Warning = _warnings.Add };

    [Fact]
    public void Load_WithoutASet_ReadsEveryAnnotationByName()
    {
        using var voc = new VocFolder();
        voc.Add("b", VocFolder.Object("dog", 2, 3, 20, 25));
        voc.Add("B");
        voc.Add("a10", VocFolder.Object("cat", 1, 1, 40, 30, "<difficult>1</difficult>"));

        var images = VocDataset.Load(voc.Path, null, _options);

        Assert.Equal([voc.ImagePath("B.jpg"), voc.ImagePath("a10.jpg"), voc.ImagePath("b.jpg")], images.Select(image => image.Path));
        Assert.All(images, image => Assert.Equal((40, 30), (image.Width, image.Height)));
        Assert.Empty(images[0].Objects);
        Assert.Equal([new("cat", new BoundingBox(1, 1, 40, 30), true)], images[1].Objects);
        Assert.Equal([new("dog", new BoundingBox(2, 3, 20, 25), false)], images[2].Objects);
        Assert.Equal(["cat", "dog"], LabelledDataset.ClassNamesOf(images));
        Assert.Empty(_warnings);
    }

    // A list as the VOC devkit has them for a class: 1 shows it, -1 does not, 0 shows difficult ones only. CRLF, blank and padded lines.
    [Fact]
    public void Load_ListOfAClass_KeepsItsOrderAndLeavesOutTheAbsent()
    {
        using var voc = new VocFolder();
        foreach (string id in new[] { "1", "2", "3", "4" })
            voc.Add(id);
        voc.AddSet("cat_train", "\r\n3  1\r\n1 -1\r\n\r\n  4  0 \r\n2\r\n");

        var images = VocDataset.Load(voc.Path, "cat_train", _options);

        Assert.Equal(["3", "4", "2"], images.Select(image => Path.GetFileNameWithoutExtension(image.Path)));
    }

    // What stands in a list is an id with spaces where such an annotation is there; else the last word is the flag of a list of one class.
    [Fact]
    public void Load_IdsWithSpacesFoldersAndExtensions_AreFound()
    {
        using var voc = new VocFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(voc.AnnotationPath("deep/5"))!);
        Directory.CreateDirectory(Path.GetDirectoryName(voc.ImagePath("deep/5.jpg"))!);
        foreach (string id in new[] { "my photo 1", "my photo -1", "plain", "deep/5", "6.7" })
            voc.Add(id);
        voc.AddSet("main", "my photo 1\nmy photo -1\nplain 1\ndeep/5\n6.7.jpg\nplain\nD:\\data\\VOC\\JPEGImages\\6.7.jpg\n");

        var images = VocDataset.Load(voc.Path, "main", _options);

        Assert.Equal(
            [voc.ImagePath("my photo 1.jpg"), voc.ImagePath("my photo -1.jpg"), voc.ImagePath("plain.jpg"), voc.ImagePath("deep/5.jpg"), voc.ImagePath("6.7.jpg")],
            images.Select(image => image.Path));
        Assert.StartsWith($"{Path.Combine(voc.Path, "ImageSets", "Main", "main.txt")}(6): the id 'plain' stands in the list twice", _warnings[0], StringComparison.Ordinal);
    }

    // Roboflow's export: a folder per set, XML beside the images.
    [Fact]
    public void Load_AnnotationsBesideImages_AreSetsOfTheirFolders()
    {
        using var folder = new DatasetFolder();
        foreach (string name in new[] { "train/a_jpg.rf.1", "train/b_jpg.rf.2", "valid/c_jpg.rf.3" })
        {
            folder.Image(name + ".jpg");
            folder.Text(name + ".xml", "<annotation><filename>x.jpg</filename>" + VocFolder.Object("cat", 1, 1, 9, 9) + "</annotation>");
        }

        var dataset = LabelledDataset.Open(folder.Path);

        Assert.Equal(DatasetFormat.Voc, dataset.Format);
        Assert.Equal(["train", "valid"], dataset.Sets);
        Assert.Equal([folder.At("train/a_jpg.rf.1.jpg"), folder.At("train/b_jpg.rf.2.jpg")], dataset.Load("train").Select(image => image.Path));
        Assert.Equal(3, dataset.Load().Count);
    }

    // An e with an accent, as macOS writes it in the file's name and everybody else in the list.
    [Fact]
    public void Load_IdInAnotherUnicodeForm_IsFound()
    {
        using var voc = new VocFolder();
        voc.Add("cafe\u0301");
        voc.AddSet("main", "caf\u00E9");

        Assert.Equal(voc.ImagePath("cafe\u0301.jpg"), Assert.Single(VocDataset.Load(voc.Path, "main", s_throwing)).Path);
    }

    // One of eleven is less than a tenth, two are more.
    [Theory]
    [InlineData(1, 0.1, true)]
    [InlineData(2, 0.1, false)]
    [InlineData(2, 0.2, true)]
    public void Load_ImagesThatCannotBeUsed_AreSkippedUpToAShare(int bad, double share, bool loads)
    {
        using var voc = new VocFolder();
        for (int i = 0; i < 11; i++)
            voc.Add($"{i:00}", VocFolder.Object("cat", 1, 1, 9, 9));
        for (int i = 0; i < bad; i++)
            File.WriteAllText(voc.ImagePath($"{i:00}.jpg"), "no image");

        var options = _options with { MaximumSkipped = share };

        if (loads)
        {
            Assert.Equal(11 - bad, VocDataset.Load(voc.Path, null, options).Count);
            Assert.StartsWith(voc.ImagePath("00.jpg") + ": ", _warnings[0], StringComparison.Ordinal);
            Assert.Equal($"{voc.Path}: {bad} not readable as images, skipped, in 11 images with {11 - bad} objects.", _warnings[^1]);
        }
        else
        {
            var exception = Assert.Throws<InvalidDataException>(() => VocDataset.Load(voc.Path, null, options));
            Assert.StartsWith($"{voc.Path}: 2 of 11 images cannot be used, more than the share of", exception.Message, StringComparison.Ordinal);
            Assert.Contains(voc.ImagePath("00.jpg"), exception.Message, StringComparison.Ordinal);
        }
        Assert.Throws<InvalidDataException>(() => VocDataset.Load(voc.Path, null, s_throwing));
    }

    [Fact]
    public void Load_FlawsOfAKind_AreNamedTwentyTimesAndCounted()
    {
        using var voc = new VocFolder();
        for (int i = 0; i < 25; i++)
            voc.Add($"{i:00}", VocFolder.Object("cat", 1, 1, 60, 9));

        VocDataset.Load(voc.Path, null, _options);

        Assert.Equal(20, _warnings.Count(warning => warning.Contains("clipped to the image", StringComparison.Ordinal)));
        Assert.Equal($"{voc.Path}: 25 boxes clipped, in 25 images with 25 objects.", _warnings[^1]);
    }

    [Fact]
    public void Load_UnknownList_NamesThoseThatExist()
    {
        using var voc = new VocFolder();
        voc.AddSet("val", "");
        voc.AddSet("train", "");

        var exception = Assert.Throws<FileNotFoundException>(() => VocDataset.Load(voc.Path, "test", s_throwing));

        Assert.Contains("test.txt: no such list of images; there are train, val.", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => VocDataset.Load(voc.Path, "../Main/train"));
    }

    [Fact]
    public void Load_FoldersMissing_SaysWhich()
    {
        using var folder = new TemporaryFolder();

        var exception = Assert.Throws<DirectoryNotFoundException>(() => VocDataset.Load(folder.Path));

        Assert.Contains("a folder Annotations, or with XML files beside its images, found none", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ListedIdWithoutAnnotation_NamesListAndFile()
    {
        using var voc = new VocFolder();
        voc.AddSet("train", "7");

        var exception = Assert.Throws<FileNotFoundException>(() => VocDataset.Load(voc.Path, "train", s_throwing));

        Assert.Contains("train.txt: expected an annotation for '7' at " + voc.AnnotationPath("7"), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnnotationWithoutImage_NamesBoth()
    {
        using var voc = new VocFolder();
        voc.Add("7");
        File.Delete(voc.ImagePath("7.jpg"));

        var exception = Assert.Throws<FileNotFoundException>(() => VocDataset.Load(voc.Path, null, s_throwing));

        Assert.Contains(voc.AnnotationPath("7"), exception.Message, StringComparison.Ordinal);
        Assert.Contains(voc.ImagePath("7") + ".jpg", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7.JPG", "7.jpg")]
    [InlineData("7.png", "7.jpg")]
    [InlineData("7.jpeg", "seven")]
    [InlineData("7.bmp", @"C:\images\7.bmp")]
    [InlineData("seven.jpg", "/home/me/seven.jpg")]
    public void Load_ImageByIdOrNamedFile_IsFound(string imageName, string fileName)
    {
        using var voc = new VocFolder();
        voc.Add("7", imageName: imageName, fileName: fileName);

        var images = VocDataset.Load(voc.Path);

        Assert.Equal(voc.ImagePath(imageName), Assert.Single(images).Path);
    }

    // Of 40 x 30 pixels. VOC counts from 1 and some tools from 0: a box may reach one pixel too far without a word.
    [Theory]
    [InlineData(10, 10, 10, 20)]
    [InlineData(10, 10, 20, 10)]
    [InlineData(20, 10, 10, 20)]
    [InlineData(10, 20, 20, 10)]
    [InlineData(40, 10, 50, 20)]
    [InlineData(10, -9, 20, 0)]
    public void Load_BoxWithNothingInTheImage_IsSkippedWithAWarning(float left, float top, float right, float bottom)
    {
        using var voc = new VocFolder();
        voc.Add("7", VocFolder.Object("cat", 1, 1, 2, 2) + VocFolder.Object("dog", left, top, right, bottom));
        voc.Add("8", VocFolder.Object("cat", 1, 1, 2, 2));

        var images = VocDataset.Load(voc.Path, null, _options);

        Assert.Equal("cat", Assert.Single(images[0].Objects).ClassName);
        Assert.Equal(2, _warnings.Count);
        Assert.StartsWith(
            $"{voc.AnnotationPath("7")}(1): object 2 (dog, box {left}, {top}, {right}, {bottom}) skipped: its box ", _warnings[0], StringComparison.Ordinal);
        Assert.Matches("^.*: 1 (empty boxes|boxes outside of their image) skipped, in 2 images with 3 objects[.]$", _warnings[1]);
    }

    [Fact]
    public void Load_BoxBeyondTheImage_IsClippedWithAWarning()
    {
        using var voc = new VocFolder();
        voc.Add("7", VocFolder.Object("cat", 5, -3, 41, 31));

        var images = VocDataset.Load(voc.Path, null, _options);

        Assert.Equal(new BoundingBox(5, 0, 40, 30), Assert.Single(images[0].Objects).Box);
        Assert.Equal($"{voc.AnnotationPath("7")}(1): object 1 (cat, box 5, -3, 41, 31) clipped to the image (40 x 30).", _warnings[0]);
        Assert.Equal($"{voc.Path}: 1 boxes clipped, in 1 image with 1 object.", _warnings[1]);
    }

    [Fact]
    public void Load_BoxOnePixelBeyondTheImage_IsClippedSilently()
    {
        using var voc = new VocFolder();
        voc.Add("7", VocFolder.Object("cat", -1, 0, 41, 30.5f));

        var images = VocDataset.Load(voc.Path, null, _options);

        Assert.Equal(new BoundingBox(0, 0, 40, 30), Assert.Single(images[0].Objects).Box);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Load_AnnotationLiesAboutTheSize_TheImageIsBelieved()
    {
        using var voc = new VocFolder();
        voc.Add("7", VocFolder.Object("cat", 1, 1, 40, 30), "<size><width>30</width><height>40</height></size>");
        voc.Add("8", size: "");

        var images = VocDataset.Load(voc.Path, null, _options);

        Assert.All(images, image => Assert.Equal((40, 30), (image.Width, image.Height)));
        Assert.Equal(2, _warnings.Count);
        string warning = _warnings[0];
        Assert.Contains("gives 30 x 40 pixels", warning, StringComparison.Ordinal);
        Assert.Contains("7.jpg has 40 x 30", warning, StringComparison.Ordinal);
    }

    // Stored 64 x 32, shown 32 x 64. The stated size decides where the sides differ, else boxes are upright; the options force either.
    [Theory]
    [InlineData(6, "", LabelOrientation.Auto, 32, 64, ImageOrientation.Upright)]
    [InlineData(6, "<size><width>64</width><height>32</height></size>", LabelOrientation.Auto, 64, 32, ImageOrientation.AsStored)]
    [InlineData(6, "<size><width>32</width><height>64</height></size>", LabelOrientation.Auto, 32, 64, ImageOrientation.Upright)]
    [InlineData(6, "<size><width>640</width><height>320</height></size>", LabelOrientation.Auto, 32, 64, ImageOrientation.Upright)]
    [InlineData(3, "<size><width>64</width><height>32</height></size>", LabelOrientation.Auto, 64, 32, ImageOrientation.Upright)]
    [InlineData(6, "", LabelOrientation.Stored, 64, 32, ImageOrientation.AsStored)]
    [InlineData(6, "<size><width>64</width><height>32</height></size>", LabelOrientation.Upright, 32, 64, ImageOrientation.Upright)]
    public void Load_ImageThatExifTurns_CountsInThePixelsOfItsLabels(int origin, string size, LabelOrientation asked, int width, int height, ImageOrientation orientation)
    {
        using var voc = new VocFolder();
        voc.Add("7", VocFolder.Object("cat", 2, 3, 30, 30), size);
        File.WriteAllBytes(voc.ImagePath("7.jpg"), ImageFileTests.WithOrientation(ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg), (byte)origin));

        var image = Assert.Single(VocDataset.Load(voc.Path, null, _options with { Orientation = asked }));

        Assert.Equal((width, height, orientation), (image.Width, image.Height, image.Orientation));
        Assert.Equal(new BoundingBox(2, 3, 30, 30), Assert.Single(image.Objects).Box);
        Assert.Contains($"7.jpg: EXIF orientation {origin} turns the image; boxes are taken as pixels of the {(orientation == ImageOrientation.Upright ? "upright" : "stored")} image", _warnings[0], StringComparison.Ordinal);
        Assert.Contains($"1 turned by EXIF data, taken {(orientation == ImageOrientation.Upright ? "upright" : "as stored")}", _warnings[^1], StringComparison.Ordinal);
    }

    // Counted with: grep -h '<name>' Annotations/*.xml | sort | uniq -c, and the same over the ids of a list. BCCD holds 4,155 RBC, of which
    // BloodImage_00338 (object 13, in val) and BloodImage_00343 (object 4, in train) have a box of one point.
    [Theory]
    [InlineData(null, 364, 4153, 372, 361, 3)]
    [InlineData("train", 205, 2381, 214, 209, 2)]
    [InlineData("val", 87, 967, 87, 83, 2)]
    [InlineData("test", 72, 805, 71, 69, 0)]
    public void Load_Bccd_CountsAsGrepDoes(string? imageSet, int count, int red, int white, int platelets, int warnings)
    {
        var images = VocDataset.Load(TestPaths.Shared("data/BCCD"), imageSet, _options);

        var objects = images.SelectMany(image => image.Objects).CountBy(item => item.ClassName).ToDictionary();
        Assert.Equal(count, images.Count);
        Assert.Equal(new Dictionary<string, int> { ["RBC"] = red, ["WBC"] = white, ["Platelets"] = platelets }, objects);
        Assert.Equal(warnings, _warnings.Count);
        Assert.All(images, image => Assert.Equal((640, 480), (image.Width, image.Height)));
    }

    [Fact]
    public void Load_Raccoon_CountsAsGrepDoes()
    {
        var images = VocDataset.Load(TestPaths.Shared("data/raccoon"), null, _options);

        Assert.Equal((200, 217), (images.Count, images.Sum(image => image.Objects.Count)));
        Assert.Empty(_warnings);
    }
}
