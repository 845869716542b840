using Xunit;
using Yolo.Model.Data;

namespace Yolo.Model.Tests.Data;

public sealed class LabelledDatasetTests : IDisposable
{
    private const string Empty = """{"images": [], "annotations": [], "categories": []}""";

    private readonly DatasetFolder _folder = new();

    [Fact]
    public void Open_VocFolder_KnowsItsSets()
    {
        using var voc = new VocFolder();
        voc.Add("1", VocFolder.Object("cat", 1, 2, 3, 4));
        voc.AddSet("val", "1");
        voc.AddSet("train", "");

        var dataset = LabelledDataset.Open(voc.Path);

        Assert.Equal(DatasetFormat.Voc, dataset.Format);
        Assert.Equal(["train", "val"], dataset.Sets);
        Assert.Empty(dataset.Load("train"));
        Assert.Equal("cat", Assert.Single(Assert.Single(dataset.Load()).Objects).ClassName);
    }

    [Theory]
    [InlineData("annotations/instances_train2017.json,annotations/instances_val2017.json,annotations/captions_val2017.json", "train2017,val2017")]
    [InlineData("train/_annotations.coco.json,valid/_annotations.coco.json", "train,valid")]
    [InlineData("train.json,val.json", "train,val")]
    public void Open_CocoFolder_KnowsItsSets(string files, string sets)
    {
        foreach (string file in files.Split(','))
            _folder.Text(file, Empty);

        var dataset = LabelledDataset.Open(_folder.Path);

        Assert.Equal(DatasetFormat.Coco, dataset.Format);
        Assert.Equal(sets.Split(','), dataset.Sets);
        Assert.Empty(dataset.Load(dataset.Sets[0]));
        Assert.Throws<FileNotFoundException>(() => dataset.Load("other"));
    }

    [Fact]
    public void Open_YamlOrItsFolder_KnowsItsSets()
    {
        string yaml = _folder.Text("coco8.yaml", "train: a\nval: b\nnames: [x]\n");

        foreach (string path in (string[])[yaml, _folder.Path])
        {
            var dataset = LabelledDataset.Open(path);
            Assert.Equal(DatasetFormat.Yolo, dataset.Format);
            Assert.Equal(["train", "val"], dataset.Sets);
        }
    }

    [Fact]
    public void Open_NothingKnown_ListsWhatIsKnown()
    {
        Assert.Contains("expected a data set", Assert.Throws<FileNotFoundException>(() => LabelledDataset.Open(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<FileNotFoundException>(() => LabelledDataset.Open(_folder.At("none"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
