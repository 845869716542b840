using SkiaSharp;
using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Data.Voc;
using Yolo.Model.Geometry;
using Yolo.Model.Tests.Imaging;
using Yolo.Model.Tests.Inference;

namespace Yolo.Model.Tests.Data.Voc;

public sealed class VocDatasetTests
{
    private readonly List<string> _warnings = [];

    [Fact]
    public void Load_WithoutASet_ReadsEveryAnnotationByName()
    {
        using var voc = new VocFolder();
        voc.Add("b", VocFolder.Object("dog", 2, 3, 20, 25));
        voc.Add("B");
        voc.Add("a10", VocFolder.Object("cat", 1, 1, 40, 30, "<difficult>1</difficult>"));

        var images = VocDataset.Load(voc.Path, null, _warnings.Add);

        Assert.Equal([voc.ImagePath("B.jpg"), voc.ImagePath("a10.jpg"), voc.ImagePath("b.jpg")], images.Select(image => image.Path));
        Assert.All(images, image => Assert.Equal((40, 30), (image.Width, image.Height)));
        Assert.Empty(images[0].Objects);
        Assert.Equal([new("cat", new BoundingBox(1, 1, 40, 30), true)], images[1].Objects);
        Assert.Equal([new("dog", new BoundingBox(2, 3, 20, 25), false)], images[2].Objects);
        Assert.Equal(["cat", "dog"], LabelledDataset.ClassNames(images));
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

        var images = VocDataset.Load(voc.Path, "cat_train", _warnings.Add);

        Assert.Equal(["3", "4", "2"], images.Select(image => Path.GetFileNameWithoutExtension(image.Path)));
    }

    [Theory]
    [InlineData("1 yes", "main.txt(1): expected an id, and -1, 0 or 1 or nothing behind it, found '1 yes'")]
    [InlineData("1\n2\n1", "main.txt(3): the id '1' stands in the list twice")]
    [InlineData("../Annotations/1", "main.txt(1): expected the id of an image, found the path '../Annotations/1'")]
    public void Load_MalformedList_NamesTheLine(string text, string message)
    {
        using var voc = new VocFolder();
        voc.AddSet("main", text);

        var exception = Assert.Throws<InvalidDataException>(() => VocDataset.Load(voc.Path, "main"));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UnknownList_NamesThoseThatExist()
    {
        using var voc = new VocFolder();
        voc.AddSet("val", "");
        voc.AddSet("train", "");

        var exception = Assert.Throws<FileNotFoundException>(() => VocDataset.Load(voc.Path, "test"));

        Assert.Contains("test.txt: no such list of images; there are train, val.", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => VocDataset.Load(voc.Path, "../Main/train"));
    }

    [Fact]
    public void Load_FoldersMissing_SaysWhich()
    {
        using var folder = new TemporaryFolder();

        var exception = Assert.Throws<DirectoryNotFoundException>(() => VocDataset.Load(folder.Path));

        Assert.Contains("a folder Annotations, found none", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ListedIdWithoutAnnotation_NamesListAndFile()
    {
        using var voc = new VocFolder();
        voc.AddSet("train", "7");

        var exception = Assert.Throws<FileNotFoundException>(() => VocDataset.Load(voc.Path, "train"));

        Assert.Contains("train.txt: expected an annotation for '7' at " + voc.AnnotationPath("7"), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnnotationWithoutImage_NamesBoth()
    {
        using var voc = new VocFolder();
        voc.Add("7");
        File.Delete(voc.ImagePath("7.jpg"));

        var exception = Assert.Throws<FileNotFoundException>(() => VocDataset.Load(voc.Path));

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

        var images = VocDataset.Load(voc.Path, null, _warnings.Add);

        Assert.Equal("cat", Assert.Single(images[0].Objects).ClassName);
        Assert.Equal(2, _warnings.Count);
        Assert.StartsWith(
            $"{voc.AnnotationPath("7")}(1): object 2 (dog, box {left}, {top}, {right}, {bottom}) skipped: its box ", _warnings[0], StringComparison.Ordinal);
        Assert.Equal($"{voc.Path}: 1 of 3 boxes skipped and 0 clipped, in 1 file.", _warnings[1]);
    }

    [Fact]
    public void Load_BoxBeyondTheImage_IsClippedWithAWarning()
    {
        using var voc = new VocFolder();
        voc.Add("7", VocFolder.Object("cat", 5, -3, 41, 31));

        var images = VocDataset.Load(voc.Path, null, _warnings.Add);

        Assert.Equal(new BoundingBox(5, 0, 40, 30), Assert.Single(images[0].Objects).Box);
        Assert.Equal($"{voc.AnnotationPath("7")}(1): object 1 (cat, box 5, -3, 41, 31) clipped to the image (40 x 30).", _warnings[0]);
        Assert.Equal($"{voc.Path}: 0 of 1 boxes skipped and 1 clipped, in 1 file.", _warnings[1]);
    }

    [Fact]
    public void Load_BoxOnePixelBeyondTheImage_IsClippedSilently()
    {
        using var voc = new VocFolder();
        voc.Add("7", VocFolder.Object("cat", -1, 0, 41, 30.5f));

        var images = VocDataset.Load(voc.Path, null, _warnings.Add);

        Assert.Equal(new BoundingBox(0, 0, 40, 30), Assert.Single(images[0].Objects).Box);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Load_AnnotationLiesAboutTheSize_TheImageIsBelieved()
    {
        using var voc = new VocFolder();
        voc.Add("7", VocFolder.Object("cat", 1, 1, 40, 30), "<size><width>30</width><height>40</height></size>");
        voc.Add("8", size: "");

        var images = VocDataset.Load(voc.Path, null, _warnings.Add);

        Assert.All(images, image => Assert.Equal((40, 30), (image.Width, image.Height)));
        string warning = Assert.Single(_warnings);
        Assert.Contains("gives 30 x 40 pixels", warning, StringComparison.Ordinal);
        Assert.Contains("7.jpg has 40 x 30", warning, StringComparison.Ordinal);
    }

    // Stored 64 x 32, shown 32 x 64. ML.NET reads the pixels as stored, and boxes count in these.
    [Fact]
    public void Load_ImageThatExifTurns_KeepsItsStoredSizeWithAWarning()
    {
        using var voc = new VocFolder();
        voc.Add("7", VocFolder.Object("cat", 10, 10, 60, 30), size: "");
        File.WriteAllBytes(voc.ImagePath("7.jpg"), ImageFileTests.WithOrientation(ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg), 6));

        var image = Assert.Single(VocDataset.Load(voc.Path, null, _warnings.Add));

        Assert.Equal((64, 32), (image.Width, image.Height));
        Assert.Equal(new BoundingBox(10, 10, 60, 30), Assert.Single(image.Objects).Box);
        Assert.Contains("7.jpg: EXIF orientation 6 is not applied", Assert.Single(_warnings), StringComparison.Ordinal);
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
        var images = VocDataset.Load(TestPaths.Shared("data/BCCD"), imageSet, _warnings.Add);

        var objects = images.SelectMany(image => image.Objects).CountBy(item => item.ClassName).ToDictionary();
        Assert.Equal(count, images.Count);
        Assert.Equal(new Dictionary<string, int> { ["RBC"] = red, ["WBC"] = white, ["Platelets"] = platelets }, objects);
        Assert.Equal(warnings, _warnings.Count);
        Assert.All(images, image => Assert.Equal((640, 480), (image.Width, image.Height)));
    }

    [Fact]
    public void Load_Raccoon_CountsAsGrepDoes()
    {
        var images = VocDataset.Load(TestPaths.Shared("data/raccoon"), null, _warnings.Add);

        Assert.Equal((200, 217), (images.Count, images.Sum(image => image.Objects.Count)));
        Assert.Empty(_warnings);
    }
}
