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
    [InlineData("letter_box=2", null, ResizeMode.Letterbox)]
    [InlineData("letter_box=1", ResizeMode.Stretch, ResizeMode.Stretch)]
    [InlineData("", ResizeMode.Letterbox, ResizeMode.Letterbox)]
    public void Load_LetterBoxOption_DecidesUnlessTheCallerDoes(string option, ResizeMode? requested, ResizeMode expected)
    {
        string text = File.ReadAllText(TestPaths.Golden("mini/mini.cfg"));
        string config = Write("mini.cfg", text.Replace("[net]", $"[net]\n{option}", StringComparison.Ordinal));

        var model = DarknetModel.Load(config, TestPaths.Golden("mini/mini.weights"), Write("mini.names", "a\nb\nc"), requested);

        Assert.Equal(expected, model.Resize);
    }

    [Theory]
    [InlineData(ResizeMode.Stretch)]
    [InlineData(ResizeMode.Letterbox)]
    public void Save_Model_IsReadBackAsItWas(ResizeMode resize)
    {
        var model = new DetectorModel(MiniGolden.Network, MiniGolden.Weights, ["person", "traffic light", "Übergang"], resize);
        string config = Path.Combine(_folder.FullName, "saved.cfg"), weights = Path.Combine(_folder.FullName, "saved.weights"), names = Path.Combine(_folder.FullName, "saved.names");

        DarknetModel.Save(model, config, weights, names);

        Assert.Equal("person\ntraffic light\nÜbergang\n", File.ReadAllText(names));
        Assert.Equal(File.ReadAllBytes(TestPaths.Golden("mini/mini.weights"))[20..], File.ReadAllBytes(weights)[20..]);
        var loaded = DarknetModel.Load(config, weights, names);
        Assert.Equal(model.Network, loaded.Network);
        Assert.Equal(resize, loaded.Resize);
        Assert.Equal(model.ClassNames, loaded.ClassNames);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData(" padded")]
    [InlineData("")]
    public void Save_NameThatIsNoLine_WritesNothing(string name)
    {
        var model = new DetectorModel(MiniGolden.Network, MiniGolden.Weights, ["a", "b", name]);
        string config = Path.Combine(_folder.FullName, "saved.cfg");

        Assert.Throws<InvalidOperationException>(() => DarknetModel.Save(model, config, config + ".weights", config + ".names"));

        Assert.Empty(_folder.GetFiles());
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
