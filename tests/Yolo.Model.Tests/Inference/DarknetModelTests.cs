using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;

namespace Yolo.Model.Tests.Inference;

public sealed class DarknetModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_BlankLinesAmongTheNames_DoNotCount()
    {
        var model = DarknetModel.Load(TestPaths.Golden("mini/mini.cfg"), TestPaths.Golden("mini/mini.weights"), Write("mini.names", "first\r\n\nsecond \nthird\n\n"));

        Assert.Equal(["first", "second", "third"], model.ClassNames);
        Assert.Equal(MiniGolden.Network, model.Network);
        Assert.Equal(MiniGolden.Weights.Convolutions[^1].Kernel, model.Weights.Convolutions[^1].Kernel);
    }

    [Fact]
    public void Load_TooFewNames_NamesFileAndCounts()
    {
        string names = Write("mini.names", "first\nsecond\n");

        var exception = Assert.Throws<InvalidDataException>(() => DarknetModel.Load(TestPaths.Golden("mini/mini.cfg"), TestPaths.Golden("mini/mini.weights"), names));

        Assert.StartsWith($"{names}: 3 class names expected", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("found 2.", exception.Message, StringComparison.Ordinal);
    }

    // AlexeyAB's Darknet, parser.c, parse_net_options: letter_box, 0 where it is absent.
    [Theory]
    [InlineData("", null, ResizeMode.Stretch)]
    [InlineData("letter_box=0", null, ResizeMode.Stretch)]
    [InlineData("letter_box=1", null, ResizeMode.Letterbox)]
    [InlineData("letter_box=1", ResizeMode.Stretch, ResizeMode.Stretch)]
    [InlineData("", ResizeMode.Letterbox, ResizeMode.Letterbox)]
    public void Load_LetterBoxOption_DecidesUnlessTheCallerDoes(string option, ResizeMode? requested, ResizeMode expected)
    {
        string text = File.ReadAllText(TestPaths.Golden("mini/mini.cfg"));
        string config = Write("mini.cfg", text.Replace("[net]", $"[net]\n{option}", StringComparison.Ordinal));

        var model = DarknetModel.Load(config, TestPaths.Golden("mini/mini.weights"), Write("mini.names", "a\nb\nc"), requested);

        Assert.Equal(expected, model.Resize);
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
