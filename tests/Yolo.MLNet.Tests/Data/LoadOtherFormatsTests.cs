using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace Yolo.MLNet.Tests.Data;

/// <summary>One data set in three formats: 160 x 96 pixels, a cat at (16, 24) to (56, 72) and a dog, and an image without objects.</summary>
public sealed class LoadOtherFormatsTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    public LoadOtherFormatsTests()
    {
        new SyntheticVoc(_folder.Path)
            .Add("a", 160, 96, ("cat", new(16, 24, 56, 72), false), ("dog", new(80, 48, 120, 96), true))
            .Add("b", 160, 96);
    }

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Combine(name))!);
        File.WriteAllText(_folder.Combine(name), text);
        return _folder.Combine(name);
    }

    private void AssertSame(IDataView data, bool difficult)
    {
        var voc = _ml.Data.LoadFromVoc(_folder.Path);
        Assert.Equal(voc.Schema.Select(column => (column.Name, column.Type.ToString())), data.Schema.Select(column => (column.Name, column.Type.ToString())));
        using var expected = voc.GetRowCursor(voc.Schema);
        using var found = data.GetRowCursor(data.Schema);
        while (expected.MoveNext())
        {
            Assert.True(found.MoveNext());
            Assert.Equal(Rows.Scalar<ReadOnlyMemory<char>>(expected, "ImagePath").ToString(), Path.GetFullPath(Rows.Scalar<ReadOnlyMemory<char>>(found, "ImagePath").ToString()));
            Assert.Equal(Texts(expected), Texts(found));
            Assert.Equal(Rows.Vector<float>(expected, "BoundingBoxes"), Rows.Vector<float>(found, "BoundingBoxes"));
            if (difficult)
                Assert.Equal(Rows.Vector<bool>(expected, "Difficult"), Rows.Vector<bool>(found, "Difficult"));
            using var image = Rows.Scalar<MLImage>(found, "Image");
            Assert.Equal((160, 96), (image.Width, image.Height));
        }
        Assert.False(found.MoveNext());

        static string[] Texts(DataViewRow row) => [.. Rows.Vector<ReadOnlyMemory<char>>(row, "Labels").Select(label => label.ToString())];
    }

    [Fact]
    public void LoadFromCoco_SameData_GivesTheRowsOfVoc() => AssertSame(_ml.Data.LoadFromCoco(Write("all.json",
        """
        {"images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}],
         "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [16, 24, 40, 48]}, {"id": 2, "image_id": 1, "category_id": 2, "bbox": [80, 48, 40, 48], "iscrowd": 1}],
         "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]}
        """), _folder.Combine("JPEGImages")), difficult: false);

    [Fact]
    public void LoadFromCoco_CrowdsAndAreas_HaveColumnsOfTheirOwn()
    {
        string path = Write("all.json",
            """
            {"images": [{"id": 1, "file_name": "a.png", "width": 160, "height": 96}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [16, 24, 40, 48], "area": 1000.5}, {"id": 2, "image_id": 1, "category_id": 2, "bbox": [80, 48, 40, 48], "iscrowd": 1}],
             "categories": [{"id": 2, "name": "dog"}, {"id": 1, "name": "cat"}, {"id": 7, "name": "ant"}]}
            """);

        var data = _ml.Data.LoadFromCoco(path, _folder.Combine("JPEGImages"));

        using var row = data.GetRowCursor(data.Schema);
        Assert.True(row.MoveNext());
        Assert.Equal([false, true], Rows.Vector<bool>(row, "Crowd"));
        Assert.Equal([false, false], Rows.Vector<bool>(row, "Difficult"));
        Assert.Equal([1000.5f, float.NaN], Rows.Vector<float>(row, "Area"));
        Assert.Equal((160, 96, true), (Rows.Scalar<int>(row, "ImageWidth"), Rows.Scalar<int>(row, "ImageHeight"), Rows.Scalar<bool>(row, "Upright")));
        Assert.Equal(["cat", "dog", "ant"], DeclaredClasses(data)!);
    }

    // The order of data.yaml, zebra without an object included; it stays with the rows that a filter leaves. VOC declares none.
    [Fact]
    public void LoadFromYolo_DeclaredClasses_StayWithTheLabels()
    {
        Write("labels/a.txt", "2 0.225 0.5 0.25 0.5\n0 0.625 0.75 0.25 0.5\n");

        var data = _ml.Data.LoadFromYolo(Write("data.yaml", "train: JPEGImages\nnames: [person, bicycle, car, zebra]\n"), "train");

        Assert.Equal(["person", "bicycle", "car", "zebra"], DeclaredClasses(data)!);
        Assert.Equal(["person", "bicycle", "car", "zebra"], DeclaredClasses(_ml.Data.TakeRows(data, 1))!);
        Assert.Null(DeclaredClasses(_ml.Data.LoadFromVoc(_folder.Path)));
    }

    private static string[]? DeclaredClasses(IDataView data)
    {
        var annotations = data.Schema["Labels"].Annotations;
        if (annotations.Schema.GetColumnOrNull("ClassNames") is null)
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        annotations.GetValue("ClassNames", ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    [Fact]
    public void LoadFromYolo_SameData_GivesTheRowsOfVoc()
    {
        Write("labels/a.txt", "0 0.225 0.5 0.25 0.5\n1 0.625 0.75 0.25 0.5\n");

        AssertSame(_ml.Data.LoadFromYolo(Write("data.yaml", "train: JPEGImages\nnames: [cat, dog]\n"), "train"), difficult: false);
    }

    [Fact]
    public void LoadFromLabelledImages_SameData_GivesTheRowsOfVoc() =>
        AssertSame(_ml.Data.LoadFromLabelledImages(Yolo.Model.Data.LabelledDataset.Open(_folder.Path).Load()), difficult: true);

    [Fact]
    public void LoadFromYolo_BoxOutside_IsWarnedOfInTheLog()
    {
        Write("labels/a.txt", "0 0.9 0.5 0.5 0.5\n");
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };

        _ml.Data.LoadFromYolo(Write("data.yaml", "train: JPEGImages\nnames: [cat]\n"));

        Assert.Contains(warnings, warning => warning.Contains("a.txt(1): object 1 (cat", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
