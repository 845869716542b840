using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Data;
using Yolo.Model.Data;

namespace Yolo.MLNet.Tests.Data;

/// <summary>Rows whose image cannot be decoded are not there, from when that is known, for every cursor.</summary>
public sealed class LabelledImageDataViewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly List<LabelledImage> _images = [];

    public LabelledImageDataViewTests()
    {
        for (int i = 0; i < 10; i++)
        {
            string path = _folder.Combine($"{i}.png");
            TestImages.Save(path, 10 + i, 8, seed: i);
            _images.Add(new(path, 10 + i, 8, []));
        }
    }

    [Fact]
    public void Read_DamagedImage_LeavesItsRowOutOfThisAndEveryLaterPass()
    {
        File.WriteAllText(_folder.Combine("3.png"), "no image");
        LabelledImageDataView data = new(_images, warn: _warnings.Add);
        Assert.Equal(10, Widths(data, "ImageWidth").Count);

        int[] rest = [10, 11, 12, 14, 15, 16, 17, 18, 19];
        Assert.Equal(rest, Widths(data, "Image"));
        Assert.Equal(rest, Widths(data, "ImageWidth"));
        Assert.Equal(rest, Widths(data, "Image"));
        Assert.Equal(rest, Widths(data, "Image", new Random(1)).Order());

        Assert.Equal(9, data.GetRowCount());
        Assert.StartsWith(_folder.Combine("3.png"), Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RowsPassedOver_HavePositionsWithoutGapsAndIdsOfTheirImages()
    {
        File.Delete(_folder.Combine("0.png"));
        LabelledImageDataView data = new(_images, warn: _warnings.Add);

        using var cursor = data.GetRowCursor([data.Schema["Image"]]);
        var getId = cursor.GetIdGetter();
        DataViewRowId id = default;
        for (int i = 0; i < 9; i++)
        {
            Assert.True(cursor.MoveNext());
            getId(ref id);
            Assert.Equal((i, i + 1), (cursor.Position, (int)id.Low));
        }
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
    }

    // What was decoded once is decoded again only where its getter is called.
    [Fact]
    public void Read_SecondPass_DecodesWhatIsAskedForAlone()
    {
        LabelledImageDataView data = new(_images, warn: _warnings.Add);
        Widths(data, "Image");
        File.Delete(_folder.Combine("5.png"));

        using var cursor = data.GetRowCursor([data.Schema["Image"]]);
        var getImage = cursor.GetGetter<MLImage>(data.Schema["Image"]);
        for (int i = 0; i < 6; i++)
            Assert.True(cursor.MoveNext());

        MLImage image = null!;
        Assert.Throws<FileNotFoundException>(() => getImage(ref image));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Getter_CalledTwice_GivesTwoImages()
    {
        LabelledImageDataView data = new(_images);
        using var cursor = data.GetRowCursor([data.Schema["Image"]]);
        var getImage = cursor.GetGetter<MLImage>(data.Schema["Image"]);
        Assert.True(cursor.MoveNext());
        MLImage first = null!, second = null!;

        getImage(ref first);
        getImage(ref second);

        Assert.NotSame(first, second);
        Assert.Equal((10, 10), (first.Width, second.Width));
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public void Read_TooManyDamaged_Throws()
    {
        File.WriteAllText(_folder.Combine("3.png"), "no image");
        File.Delete(_folder.Combine("7.png"));
        LabelledImageDataView data = new(_images, warn: _warnings.Add);

        var error = Assert.Throws<InvalidDataException>(() => Widths(data, "Image"));

        Assert.StartsWith("2 of 10 images cannot be read; at most 10 % may be left out", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _warnings.Count);
    }

    [Fact]
    public void Read_Throw_ThrowsFromTheGetter()
    {
        File.WriteAllText(_folder.Combine("0.png"), "no image");
        LabelledImageDataView data = new(_images, warn: _warnings.Add, options: new() { OnError = OnError.Throw });
        using var cursor = data.GetRowCursor([data.Schema["Image"]]);
        var getImage = cursor.GetGetter<MLImage>(data.Schema["Image"]);
        MLImage image = null!;

        Assert.True(cursor.MoveNext());
        Assert.Throws<InvalidDataException>(() => getImage(ref image));
        Assert.Equal(10, data.GetRowCount());
    }

    public void Dispose() => _folder.Dispose();

    private static List<int> Widths(IDataView data, string column, Random? random = null)
    {
        var widths = new List<int>();
        using var cursor = data.GetRowCursor([data.Schema[column]], random);
        var getImage = column == "Image" ? cursor.GetGetter<MLImage>(data.Schema[column]) : null;
        var getWidth = column == "Image" ? null : cursor.GetGetter<int>(data.Schema[column]);
        MLImage image = null!;
        int width = 0;
        while (cursor.MoveNext())
        {
            getWidth?.Invoke(ref width);
            getImage?.Invoke(ref image);
            widths.Add(getImage is null ? width : image.Width);
        }
        image?.Dispose();
        return widths;
    }
}
