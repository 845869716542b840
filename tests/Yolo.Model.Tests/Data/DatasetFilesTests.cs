using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Files;

namespace Yolo.Model.Tests.Data;

public sealed class DatasetFilesTests : IDisposable
{
    private readonly DatasetFolder _folder = new();
    private readonly DatasetFiles _files = new();

    // As Windows, Label Studio, browsers and macOS write paths; the last one is a path of the machine it was written on.
    [Theory]
    [InlineData("images/train/my photo.png")]
    [InlineData(@"images\train\my photo.png")]
    [InlineData("images/train/my%20photo.png")]
    [InlineData("file:///home/somebody/set/images/train/my%20photo.png")]
    [InlineData(@"D:\work\set1\images\train\my photo.png")]
    [InlineData("./images/Train/MY PHOTO.PNG")]
    [InlineData("../images/train/my photo.png")]
    [InlineData("/data/local-files/images/train/my photo.png")]
    public void Find_PathHoweverWritten_IsTheFile(string written)
    {
        string file = _folder.Image("images/train/my photo.png");

        Assert.Equal(file, _files.Find(written, "list.txt(1)", _folder.Path));
    }

    // The longest rest of a foreign path decides, and the path as it stands before every guess.
    [Fact]
    public void Find_SeveralFit_TheLikeliestIsTaken()
    {
        string deep = _folder.Image("val/a.png"), shallow = _folder.Image("a.png"), percent = _folder.Image("100%25.png");
        _folder.Image("100%.png");

        Assert.Equal(deep, _files.Find(@"C:\set\val\a.png", "list.txt(1)", _folder.Path));
        Assert.Equal(shallow, _files.Find(@"C:\set\a.png", "list.txt(1)", _folder.Path));
        Assert.Equal(percent, _files.Find("100%25.png", "list.txt(1)", _folder.Path));
    }

    [Fact]
    public void Find_NothingThere_IsNull()
    {
        _folder.Image("a.png");

        Assert.Null(_files.Find("b.png", "list.txt(1)", _folder.Path));
        Assert.Null(_files.FindBelow("..", _folder.Path));
        Assert.Throws<InvalidDataException>(() => _files.Find("a\0.png", "list.txt(1)", _folder.Path));
    }

    // Unicode Standard, chapter 3: an e with an accent; two accents in their order; a Hangul syllable of three letters.
    [Theory]
    [InlineData("cafe\u0301", "caf\u00E9")]
    [InlineData("u\u0308\u0304", "\u01D6")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("plain", "plain")]
    public void Compose_DecomposedName_IsWhatEverybodyElseWrites(string decomposed, string composed) => Assert.Equal(composed, UnicodeNames.Compose(decomposed));

    public void Dispose() => _folder.Dispose();
}
