using System.Text;
using Xunit;
using Yolo.Model.Data.Coco;
using Yolo.Model.Files;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Data.Coco;

public sealed class CocoFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _flaws = [];

    // Texts longer than a chunk, escapes, line breaks within an entry, and parts to pass over, so that every kind of token is cut by some
    // chunk.
    private const string Everything =
        """
        {
          "info": {"description": "a {nested} [text] with \"quotes\", longer than 16 bytes", "more": [[1, 2], {"images": [3]}]},
          "images": [{"id": 1, "file_name": "b\u00eate/ä.jpg", "width": 640, "height": 480},
            {"id": 2,
             "file_name": "b.jpg"}],
          "annotations": [
            {"id": 10, "image_id": 1, "category_id": 7, "bbox": [1.5, 2.25, 30, 40], "area": 900.5, "iscrowd": 0},

            {"id": 11, "image_id": 2, "category_id": 8, "bbox": [0, 0, 1e1, 5], "iscrowd": 1}
          ], "licenses": [],
          "categories": [{"id": 7, "name": "cat"}, {"id": 8, "name": "dog"}]
        }
        """;

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1024)]
    [InlineData(1 << 20)]
    public void Read_ChunksOfAnySize_GiveTheSame(int chunk)
    {
        var file = Read(Written(Everything), chunk);

        Assert.Equal([new(1, "bête/ä.jpg", (640, 480), 3), new(2, "b.jpg", null, 4)], file.Images);
        Assert.Equal(
        [
            new(10, 1, 7, new BoundingBox(1.5f, 2.25f, 31.5f, 42.25f), false, 900.5f, 7),
            new(11, 2, 8, new BoundingBox(0, 0, 10, 5), true, float.NaN, 9),
        ], file.Annotations);
        Assert.Equal([new(7, "cat"), new(8, "dog")], file.Categories);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1 << 16)]
    public void Read_ErrorAfterManyLines_NamesItsLine(int chunk)
    {
        string text = "{\"images\": [\n"
            + string.Concat(Enumerable.Range(1, 1000).Select(i => $"{{\"id\": {i}, \"file_name\": \"{i}.jpg\"}},\r\n")) + "],";

        var exception = Assert.Throws<InvalidDataException>(() => Read(Written(text), chunk));

        Assert.StartsWith($"{_folder.Combine("x.json")}(1002): expected JSON: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"2\"", 2)]
    [InlineData("\" 2 \"", 2)]
    [InlineData("2.0", 2)]
    [InlineData("\"2.0\"", 2)]
    [InlineData("2e0", 2)]
    [InlineData("-3", -3)]
    [InlineData("9007199254740993", 9007199254740993)]
    public void Read_IdAsPeopleWriteIt_IsTheNumber(string id, long expected)
    {
        string path = Annotation($$"""{"id": {{id}}, "image_id": {{id}}, "category_id": {{id}}, "bbox": [1, 2, 3, 4]}""");

        var file = Read(path);

        var item = Assert.Single(file.Annotations);
        Assert.Equal((expected, expected, expected), (item.Id, item.ImageId, item.CategoryId));
    }

    [Theory]
    [InlineData("\"image_id\": 1, \"category_id\": null", "'category_id'")]
    [InlineData("\"image_id\": 1, \"category_id\": \"cat\"", "'category_id'")]
    [InlineData("\"image_id\": 1, \"category_id\": 1.5", "'category_id'")]
    [InlineData("\"image_id\": 1, \"category_id\": [1]", "'category_id'")]
    [InlineData("\"image_id\": 1, \"category_id\": 1e300", "'category_id'")]
    [InlineData("\"image_id\": 1", "'category_id'")]
    [InlineData("\"image_id\": null, \"category_id\": 1", "'image_id'")]
    [InlineData("\"category_id\": 1", "'image_id'")]
    [InlineData("\"image_id\": 1, \"category_id\": 1, \"iscrowd\": \"perhaps\"", "'iscrowd'")]
    public void Read_MalformedAnnotation_CostsItAlone(string ids, string named)
    {
        var file = Read(
            Annotation("{\"bbox\": [1, 2, 3, 4], " + ids
            + "},\n{\"id\": 5, \"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4]}"));

        Assert.Equal((5, 2), (Assert.Single(file.Annotations).Id, file.Annotations[0].Line));
        string flaw = Assert.Single(_flaws);
        Assert.StartsWith($"{_folder.Combine("x.json")}(1): expected ", flaw, StringComparison.Ordinal);
        Assert.Contains(named, flaw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"bbox\": [], ")]
    [InlineData("\"bbox\": null, ")]
    [InlineData("\"bbox\": [1, 2, 3], ")]
    [InlineData("\"bbox\": [1, 2, 3, null], ")]
    [InlineData("\"bbox\": [1, 2, 3, \"NaN\"], ")]
    [InlineData("\"bbox\": [1, 2, 3, 1e39], ")]
    [InlineData("\"bbox\": {\"x\": 1}, ")]
    public void Read_NoUsableBox_TakesThatOfTheSegmentation(string box)
    {
        const string Rest = "\"image_id\": 1, \"category_id\": 1";

        var with = Read(Annotation("{" + box + "\"segmentation\": [[10, 20.5, 40, 12, 25, 30]], " + Rest + "}"));
        var without = Read(Annotation("{" + box + Rest + "}"));

        Assert.Equal(new BoundingBox(10, 12, 40, 30), Assert.Single(with.Annotations).Box);
        Assert.Empty(without.Annotations);
        Assert.Contains("(1): expected an annotation with a 'bbox' of four numbers, x, y, width and height, or a 'segmentation', found ",
            Assert.Single(_flaws), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NumbersAsTexts_AreRead()
    {
        string path = Written(
            """
            {"images": [{"id": "1", "file_name": "a.jpg", "width": "640", "height": "480"}, {"id": 2, "file_name": "b.jpg", "width": ""}],
            "annotations": [{"image_id": "1", "category_id": "0", "bbox": ["1", "2.5", "3", "4"], "area": "12", "iscrowd": "1"}],
            "categories": [{"id": "0", "name": 5}]}
            """);

        var file = Read(path);

        Assert.Equal([new(1, "a.jpg", (640, 480), 1), new(2, "b.jpg", null, 1)], file.Images);
        Assert.Equal([new(1, 1, 0, new BoundingBox(1, 2.5f, 4, 6.5f), true, 12, 2)], file.Annotations);
        Assert.Equal("5", file.Categories[0]);
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("1.0", true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    [InlineData("\"1\"", true)]
    [InlineData("\"0\"", false)]
    [InlineData("\"True\"", true)]
    [InlineData("\"\"", false)]
    public void Read_CrowdAsPeopleWriteIt_IsTheFlag(string flag, bool expected)
    {
        var file = Read(
            Annotation("{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4], \"iscrowd\": " + flag + "}"));

        Assert.Equal(expected, Assert.Single(file.Annotations).IsCrowd);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("null")]
    [InlineData("\"large\"")]
    public void Read_AreaThatIsNone_IsNaN(string area)
    {
        var file = Read(
            Annotation("{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4], \"area\": " + area + "}"));

        Assert.Equal(float.NaN, Assert.Single(file.Annotations).Area);
    }

    [Theory]
    [InlineData("{\"images\": [],\n\"annotations\": [{\"area\": NaN}]}", 2)]
    [InlineData("{\"images\": [\n{\"id\": 1, \"file_name\": \"a.jpg\"},\n]}", 3)]
    [InlineData("{\n// images\n\"images\": []}", 2)]
    [InlineData("{\"images\": [],\n\"annotations\": [], \"categories\": []}\n{}", 3)]
    [InlineData("{\"images\": [],\n\"annotations\": [], \"categories\": [", 2)]
    [InlineData("{\"images\": [],\n\"info\": [1, [2, {\n", 3)]
    public void Read_NoJson_IsRefusedWithItsLine(string text, int line)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Read(Written(text)));

        Assert.StartsWith($"{_folder.Combine("x.json")}({line}): expected JSON: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_flaws);
    }

    [Theory]
    [InlineData("{\"annotations\": null}", "(1): expected 'annotations' to be an array, found null.")]
    [InlineData("{\"x\": 1,\n\"images\": {\"1\": {}}}", "(2): expected 'images' to be an array, found an object.")]
    public void Read_PartThatIsNoArray_IsRefused(string text, string message)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Read(Written(text)));

        Assert.Equal(_folder.Combine("x.json") + message, exception.Message);
    }

    [Fact]
    public void Read_ByteOrderMark_IsPassedOver()
    {
        File.WriteAllText(_folder.Combine("x.json"), Everything, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal(3, Read(_folder.Combine("x.json"), chunk: 4).Images[0].Line);
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-32", true)]
    public void Read_WideEncoding_IsRefusedInPlainWords(string encoding, bool mark)
    {
        var encoder = System.Text.Encoding.GetEncoding(encoding);
        File.WriteAllBytes(_folder.Combine("x.json"), [.. mark ? encoder.Preamble : [], .. encoder.GetBytes(Everything)]);

        var exception = Assert.Throws<InvalidDataException>(() => Read(_folder.Combine("x.json")));

        Assert.Equal($"{_folder.Combine("x.json")}: expected text in UTF-8, found UTF-16 or UTF-32; save the file as UTF-8.",
            exception.Message);
    }

    // Latin-1's é alone is no UTF-8. In a part that is not read it harms nobody; in a name it says that no name can be trusted.
    [Fact]
    public void Read_NameInAnotherEncoding_RefusesTheFileAndNotWhatIsPassedOver()
    {
        byte[] Bytes(string text) => System.Text.Encoding.Latin1.GetBytes(text);
        string path = _folder.Combine("x.json");
        File.WriteAllBytes(path,
            Bytes("{\"info\": \"caf\u00e9\", \"images\": [], \"annotations\": [], "
                + "\"categories\": [{\"id\": 1, \"name\": \"cat\", \"supercategory\": \"b\u00eate\"}]}"));
        Assert.Equal("cat", Read(path).Categories[1]);

        File.WriteAllBytes(path, Bytes("{\"images\": [], \"annotations\": [],\n\"categories\": [{\"id\": 1, \"name\": \"b\u00eate\"}]}"));
        var exception = Assert.Throws<InvalidDataException>(() => Read(path));
        Assert.StartsWith($"{path}(2): expected text in UTF-8", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CategoryTwice_IsAFlawOnlyWithAnotherName()
    {
        string path =
            Written("{\"images\": [], \"annotations\": [], \"categories\": [{\"id\": 1, \"name\": \"cat\"},\n"
                + "{\"id\": 1, \"name\": \"cat\"},\n{\"id\": 1, \"name\": \"dog\"}]}");

        Assert.Equal("cat", Read(path).Categories[1]);

        Assert.Equal([$"{path}(3): the category id 1 is 'dog' here and 'cat' before."], _flaws);
    }

    public void Dispose() => _folder.Dispose();

    private CocoFile Read(string path, int chunk = JsonStream.DefaultChunk)
    {
        var file = CocoFile.Read(path, chunk);
        _flaws.AddRange(file.Flaws);
        return file;
    }

    private string Annotation(string annotation) => Written("{\"images\": [], \"categories\": [], \"annotations\": [" + annotation + "]}");

    private string Written(string text)
    {
        string path = _folder.Combine("x.json");
        File.WriteAllText(path, text);
        return path;
    }
}
