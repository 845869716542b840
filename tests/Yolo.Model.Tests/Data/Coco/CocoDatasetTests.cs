using Xunit;
using Yolo.Model.Data.Coco;
using Yolo.Model.Data;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Data.Coco;

public sealed class CocoDatasetTests : IDisposable
{
    // Boxes are x, y, width, height (cocodataset.org, "Data format"). Ids need not be in order nor without gaps, and the parts may come in any order.
    private const string Instances =
        """
        {
          "info": {"year": 2017, "nested": [1, {"images": []}]},
          "annotations": [
            {"id": 11, "image_id": 7, "category_id": 90, "bbox": [15, 12, 10, 6], "area": 60, "iscrowd": 0, "segmentation": [[1, 2, 3, 4, 5, 6]]},
            {"id": 12, "image_id": 7, "category_id": 3, "bbox": [0.5, 1.5, 4, 8], "iscrowd": 1},
            {"id": 13, "image_id": 9, "category_id": 3, "bbox": [30, 20, 20, 20]}
          ],
          "images": [
            {"id": 9, "file_name": "b.jpg", "width": 40, "height": 30},
            {"id": 7, "file_name": "a.jpg", "width": 30, "height": 40},
            {"id": 8, "file_name": "c.jpg"}
          ],
          "categories": [{"id": 3, "name": "car"}, {"id": 90, "name": "toothbrush"}]
        }
        """;

    private static readonly LoadOptions s_throwing = new() { OnError = OnError.Throw };

    private readonly DatasetFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly LoadOptions _options;

    public CocoDatasetTests()
    {
        _options = new() { Warning = _warnings.Add };
        foreach (string name in (string[])["a.jpg", "b.jpg", "c.jpg"])
            _folder.Image("val2017/" + name);
    }

    [Fact]
    public void Load_Instances_GivesImagesInTheirOrderAndBoxesAsCorners()
    {
        string path = _folder.Text("annotations/instances_val2017.json", Instances);

        var images = CocoDataset.Load(path, _options);

        Assert.Equal([_folder.At("val2017/b.jpg"), _folder.At("val2017/a.jpg"), _folder.At("val2017/c.jpg")], images.Select(image => image.Path));
        Assert.Equal([new("toothbrush", new BoundingBox(15, 12, 25, 18), Area: 60), new("car", new BoundingBox(0.5f, 1.5f, 4.5f, 9.5f), Crowd: true)], images[1].Objects);
        Assert.Equal([new("car", new BoundingBox(30, 20, 40, 30), false)], images[0].Objects);
        Assert.Empty(images[2].Objects);
        Assert.Equal(
        [
            $"{path}(6): annotation 13 (car, box 30, 20, 50, 40) clipped to the image (40 x 30).",
            $"{path}(10): the annotation gives 30 x 40 pixels, {_folder.At("val2017/a.jpg")} has 40 x 30; the image's size is used.",
            $"{path}: 1 boxes clipped, 1 sizes stated wrongly, in 3 images with 3 objects.",
        ], _warnings);
    }

    [Theory]
    [InlineData("x.json", "")]
    [InlineData("x.json", "images/")]
    [InlineData("x.json", "x/")]
    [InlineData("train/_annotations.coco.json", "train/")]
    [InlineData("annotations/instances_x.json", "images/x/")]
    [InlineData("annotations/instances_x.json", "images/")]
    public void Load_UsualLayouts_FindsTheImages(string annotations, string images)
    {
        using var folder = new DatasetFolder();
        string image = folder.Image(images + "a.jpg");
        string path = folder.Text(annotations, """{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [], "categories": []}""");

        Assert.Equal(image, Path.GetFullPath(Assert.Single(CocoDataset.Load(path)).Path));
    }

    [Fact]
    public void Load_ImagesElsewhere_AreTakenFromTheNamedFolder()
    {
        string path = _folder.Text("somewhere/else.json", Instances);

        Assert.Equal(3, CocoDataset.Load(path, _options with { ImageFolder = _folder.At("val2017") }).Count);
        var missing = Assert.Throws<FileNotFoundException>(() => CocoDataset.Load(path, s_throwing));
        Assert.Contains("name the folder of the images", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"images": [], "annotations": []}""", "x.json: expected COCO's object detection format with 'categories', found images, annotations.")]
    [InlineData("[]", "x.json: expected COCO's object detection format with 'images', found none of its parts.")]
    [InlineData("{\"annotations\": [], \"categories\": [],\n\"images\": [\n{\"id\": 1}]}", "x.json(3): expected an image with a 'file_name', found {\"id\": 1}.")]
    [InlineData("{\n\"images\": [}", "x.json(2): ")]
    [InlineData("{\"images\": [], \"categories\": [], \"annotations\": [\n\n{\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3]}]}", "x.json(3): expected an annotation with a 'bbox' of four numbers")]
    [InlineData("{\"images\": [], \"categories\": [], \"annotations\": [{\"id\": 1, \"image_id\": \"one\", \"category_id\": 1, \"bbox\": [1, 2, 3, 4]}]}", "x.json(1): expected a whole number as 'image_id'")]
    [InlineData("{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}], \"categories\": [],\n\"annotations\": [{\"id\": 5, \"image_id\": 2, \"category_id\": 1, \"bbox\": [1, 2, 3, 4]}]}",
        "x.json(2): annotation 5 is of the image 2, which the file does not have.")]
    [InlineData("{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}], \"categories\": [],\n\"annotations\": [{\"id\": 5, \"image_id\": 1, \"category_id\": 4, \"bbox\": [1, 2, 3, 4]}]}",
        "x.json(2): annotation 5 is of the category 4, which the file does not have.")]
    [InlineData("{\"annotations\": [], \"categories\": [], \"images\": [\n{\"id\": 1, \"file_name\": \"\\ud800\"}]}", "x.json(2): expected text in UTF-8, found bytes or an escape that are none.")]
    [InlineData("{\"\\udc00\": 1}", "x.json: expected text in UTF-8, found bytes or an escape that are none.")]
    public void Load_MalformedFile_NamesTheLine(string text, string message)
    {
        string path = _folder.Text("val2017/x.json", text);

        var exception = Assert.Throws<InvalidDataException>(() => CocoDataset.Load(path, s_throwing));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"images\": ")]
    [InlineData("{\"licenses\": ")]
    [InlineData("")]
    public void Load_DeepFile_IsRefused(string start)
    {
        string path = _folder.Text("val2017/x.json", start + new string('[', 1_000_000));

        var exception = Assert.Throws<InvalidDataException>(() => CocoDataset.Load(path, s_throwing));

        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
