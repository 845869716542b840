using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;

namespace Yolo.MLNet.Tests.Data;

public sealed class LoadFromVocTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void LoadFromVoc_ImageSet_GivesItsRowsInItsOrder()
    {
        new SyntheticVoc(_folder.Path)
            .Add("a", 40, 30, ("cat", new(1, 2, 20, 21), false), ("dog", new(5, 6, 39, 29), true))
            .Add("b", 20, 10)
            .Add("c", 10, 10)
            .Set("train", "b", "a");

        var data = _ml.Data.LoadFromVoc(_folder.Path, "train");

        Assert.Equal(2, data.GetRowCount());
        Assert.IsType<ImageDataViewType>(data.Schema["Image"].Type);
        using var cursor = data.GetRowCursor(data.Schema);
        Assert.True(cursor.MoveNext());
        Assert.Empty(Rows.Vector<ReadOnlyMemory<char>>(cursor, "Labels"));
        Assert.Empty(Rows.Vector<float>(cursor, "BoundingBoxes"));
        Assert.True(cursor.MoveNext());
        Assert.Equal(Path.Combine(_folder.Path, "JPEGImages", "a.png"), Rows.Scalar<ReadOnlyMemory<char>>(cursor, "ImagePath").ToString());
        Assert.Equal(["cat", "dog"], Rows.Vector<ReadOnlyMemory<char>>(cursor, "Labels").Select(label => label.ToString()));
        Assert.Equal([1, 2, 20, 21, 5, 6, 39, 29], Rows.Vector<float>(cursor, "BoundingBoxes"));
        Assert.Equal([false, true], Rows.Vector<bool>(cursor, "Difficult"));
        using (var image = Rows.Scalar<MLImage>(cursor, "Image"))
            Assert.Equal((40, 30), (image.Width, image.Height));
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Image_FileGoneAfterLoading_FailsOnlyWhereItIsRead()
    {
        new SyntheticVoc(_folder.Path).Add("a", 40, 30, ("cat", new(1, 2, 20, 21), false));
        var data = _ml.Data.LoadFromVoc(_folder.Path);
        File.Delete(Path.Combine(_folder.Path, "JPEGImages", "a.png"));

        using var labels = data.GetRowCursor([data.Schema["Labels"]]);
        Assert.True(labels.MoveNext());
        Assert.Single(Rows.Vector<ReadOnlyMemory<char>>(labels, "Labels"));

        using var images = data.GetRowCursor([data.Schema["Image"]]);
        var error = Assert.Throws<InvalidDataException>(() => images.MoveNext());
        Assert.IsType<FileNotFoundException>(error.InnerException);
        Assert.Throws<ArgumentException>(() => images.GetGetter<ReadOnlyMemory<char>>(data.Schema["ImagePath"]));
    }

    [Fact]
    public void Image_ReadTwice_GivesTwoImages()
    {
        new SyntheticVoc(_folder.Path).Add("a", 40, 30);
        var data = _ml.Data.LoadFromVoc(_folder.Path);
        using var cursor = data.GetRowCursor(data.Schema);
        cursor.MoveNext();

        using var first = Rows.Scalar<MLImage>(cursor, "Image");
        using var second = Rows.Scalar<MLImage>(cursor, "Image");

        Assert.NotSame(first, second);
        first.Dispose();
        Assert.Equal(40, second.Width);
    }

    [Fact]
    public void ShuffleRows_Seeded_KeepsEveryRowAndItsId()
    {
        var voc = new SyntheticVoc(_folder.Path);
        for (int i = 0; i < 20; i++)
            voc.Add($"image{i:D2}", 8, 8);
        var data = _ml.Data.LoadFromVoc(_folder.Path);
        var ordered = Ids(data, null);

        var shuffled = Ids(data, new Random(3));

        Assert.Equal(20, ordered.Count);
        Assert.NotEqual(ordered, shuffled);
        Assert.Equal(ordered, shuffled.OrderBy(row => row.Path, StringComparer.Ordinal));
    }

    [Fact]
    public void LoadFromVoc_BoxOutsideOfItsImage_IsWarnedOfInTheLog()
    {
        new SyntheticVoc(_folder.Path).Add("a", 40, 30, ("cat", new(1, 2, 60, 21), false));
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };

        _ml.Data.LoadFromVoc(_folder.Path);

        Assert.Contains(warnings, warning => warning.Contains("a.xml(1): object 1 (cat", StringComparison.Ordinal));
    }

    [Fact]
    public void LoadFromVoc_TrainTestSplit_DividesTheRows()
    {
        var voc = new SyntheticVoc(_folder.Path);
        for (int i = 0; i < 20; i++)
            voc.Add($"image{i:D2}", 8, 8);

        var split = _ml.Data.TrainTestSplit(_ml.Data.LoadFromVoc(_folder.Path), testFraction: 0.3);

        var train = Ids(split.TrainSet, null).Select(row => row.Path).ToHashSet();
        var test = Ids(split.TestSet, null).Select(row => row.Path).ToHashSet();
        Assert.Equal(20, train.Count + test.Count);
        Assert.Empty(train.Intersect(test));
    }

    public void Dispose() => _folder.Dispose();

    private static List<(string Path, DataViewRowId Id)> Ids(IDataView data, Random? random)
    {
        var rows = new List<(string, DataViewRowId)>();
        using var cursor = data.GetRowCursor([data.Schema["ImagePath"]], random);
        var getId = cursor.GetIdGetter();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getId(ref id);
            rows.Add((Rows.Scalar<ReadOnlyMemory<char>>(cursor, "ImagePath").ToString(), id));
        }
        return rows;
    }
}
