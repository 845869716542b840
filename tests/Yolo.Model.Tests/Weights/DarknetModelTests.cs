using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Weights;

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

    // Darknet would read the image as grey.
    [Fact]
    public void Load_NetworkForGreyImages_IsRefused()
    {
        string config = Write("grey.cfg", "[net]\nwidth=32\nheight=32\nchannels=1\n[convolutional]\nfilters=7\nactivation=linear\n[region]\nclasses=2\nanchors=1,1\n");
        string weights = Path.Combine(_folder.FullName, "grey.weights");
        var network = DarknetConfig.Load(config);
        DarknetWeightsFile.Write(weights, network, WeightInitializer.Create(network, seed: 1));

        var exception = Assert.Throws<NotSupportedException>(() => DarknetModel.Load(config, weights, Write("grey.names", "a\nb\n")));

        Assert.Contains("channels=1", exception.Message, StringComparison.Ordinal);
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
    [InlineData(ResizeMode.Stretch, ResizeFilter.Antialiased)]
    [InlineData(ResizeMode.Letterbox, ResizeFilter.Darknet)]
    [InlineData(ResizeMode.Letterbox, ResizeFilter.Antialiased)]
    public void Save_Model_IsReadBackAsItWas(ResizeMode resize, ResizeFilter filter)
    {
        var model = new DetectorModel(MiniGolden.Network, MiniGolden.Weights, ["person", "traffic light", "Übergang"], resize, filter);
        string config = Path.Combine(_folder.FullName, "saved.cfg"), weights = Path.Combine(_folder.FullName, "saved.weights"), names = Path.Combine(_folder.FullName, "saved.names");

        DarknetModel.Save(model, config, weights, names);

        Assert.Equal("person\ntraffic light\nÜbergang\n", File.ReadAllText(names));
        Assert.Equal(File.ReadAllBytes(TestPaths.Golden("mini/mini.weights")), File.ReadAllBytes(weights));
        var loaded = DarknetModel.Load(config, weights, names);
        Assert.Equal(model.Network, loaded.Network);
        Assert.Equal(resize, loaded.Resize);
        Assert.Equal(filter, loaded.Filter);
        Assert.Equal(filter == ResizeFilter.Antialiased, File.ReadAllText(config).Contains("antialias=1\n", StringComparison.Ordinal));
        Assert.Equal(model.ClassNames, loaded.ClassNames);
    }

    // anchors3 has the short header of version 0.1: what Darknet goes on training from is what it wrote.
    [Theory]
    [InlineData("anchors3")]
    [InlineData("anchors7")]
    public void Save_LoadedModel_GivesTheSameFilesAgain(string name)
    {
        var golden = DarknetGolden.Get(name);
        var network = golden.LoadNetwork();
        string[] first = [.. Files("first")], second = [.. Files("second")];
        DarknetModel.Save(new(network, golden.LoadWeights(network), [.. Enumerable.Range(0, network.Region.Classes).Select(i => $"class{i}")]), first[0], first[1], first[2]);

        var loaded = DarknetModel.Load(first[0], first[1], first[2]);
        DarknetModel.Save(loaded, second[0], second[1], second[2]);

        Assert.Equal(DarknetGolden.Seen, loaded.Weights.Seen);
        Assert.Equal(golden.WeightsFile(network), File.ReadAllBytes(second[1]));
        Assert.All(first.Zip(second), pair => Assert.Equal(File.ReadAllBytes(pair.First), File.ReadAllBytes(pair.Second)));
        Assert.Equal(network, DarknetConfig.Load(second[0]));

        IEnumerable<string> Files(string stem) => ((string[])["cfg", "weights", "names"]).Select(extension => Path.Combine(_folder.FullName, $"{stem}.{extension}"));
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

    [Fact]
    public void Load_StreamsThatCannotSeekAndReadShort_AreReadAndLeftOpen()
    {
        using var config = new TrickleStream(File.ReadAllBytes(TestPaths.Golden("mini/mini.cfg")));
        using var weights = new TrickleStream(File.ReadAllBytes(TestPaths.Golden("mini/mini.weights")));
        using var names = new TrickleStream([0xEF, 0xBB, 0xBF, .. "erster\nzweiter\nÜbergang\n"u8]);

        var model = DarknetModel.Load(config, weights, names, ResizeMode.Letterbox);

        Assert.Equal(MiniGolden.Network, model.Network);
        Assert.Equal(["erster", "zweiter", "Übergang"], model.ClassNames);
        Assert.Equal(ResizeMode.Letterbox, model.Resize);
        foreach (var (expected, actual) in MiniGolden.Weights.Convolutions.Zip(model.Weights.Convolutions))
        {
            Assert.Equal(expected.Biases, actual.Biases);
            Assert.Equal(expected.RollingVariance, actual.RollingVariance);
            Assert.Equal(expected.Kernel, actual.Kernel);
        }
        Assert.True(config.CanRead && weights.CanRead && names.CanRead);
    }

    [Fact]
    public void Load_TextReaders_AreReadAndLeftOpen()
    {
        using var config = new StringReader(File.ReadAllText(TestPaths.Golden("mini/mini.cfg")).Replace("[net]", "[net]\nletter_box=1", StringComparison.Ordinal));
        using var weights = File.OpenRead(TestPaths.Golden("mini/mini.weights"));
        using var names = new StringReader("a\nb\nc");

        var model = DarknetModel.Load(config, weights, names);

        Assert.Equal(["a", "b", "c"], model.ClassNames);
        Assert.Equal(ResizeMode.Letterbox, model.Resize);
        Assert.Equal(-1, config.Peek());
    }

    [Theory]
    [InlineData("[net]\nwidth=32\nheight=32\nchannels=3\n[yolo]\nmask=0", 0, "a", typeof(NotSupportedException), "cfg(5): [yolo]")]
    [InlineData(null, 0, "a\nb", typeof(InvalidDataException), "names: 3 class names expected for cfg, found 2.")]
    [InlineData(null, 0, "a\nb\nc\nd", typeof(InvalidDataException), "names: 3 class names expected for cfg, found 4.")]
    [InlineData(null, -4, "a\nb\nc", typeof(InvalidDataException), "weights: ")]
    [InlineData(null, 1, "a\nb\nc", typeof(InvalidDataException), "weights: ")]
    [InlineData(null, -1_000_000, "a\nb\nc", typeof(InvalidDataException), "weights: shorter than the 16 bytes")]
    public void Load_FaultyStream_IsNamed(string? config, int excess, string names, Type kind, string message)
    {
        byte[] weights = File.ReadAllBytes(TestPaths.Golden("mini/mini.weights"));
        Array.Resize(ref weights, Math.Max(0, weights.Length + excess));
        using var configStream = new MemoryStream(config is null ? File.ReadAllBytes(TestPaths.Golden("mini/mini.cfg")) : System.Text.Encoding.UTF8.GetBytes(config));
        using var weightsStream = new TrickleStream(weights);
        using var namesStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(names));

        var error = Assert.Throws(kind, () => DarknetModel.Load(configStream, weightsStream, namesStream));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_Streams_HoldWhatTheFilesDoAndStayOpen()
    {
        var model = new DetectorModel(MiniGolden.Network, MiniGolden.Weights, ["person", "traffic light", "Übergang"], ResizeMode.Letterbox);
        string config = Path.Combine(_folder.FullName, "saved.cfg"), weights = Path.Combine(_folder.FullName, "saved.weights"), names = Path.Combine(_folder.FullName, "saved.names");
        using MemoryStream configStream = new(), weightsStream = new(), namesStream = new();

        DarknetModel.Save(model, config, weights, names);
        DarknetModel.Save(model, configStream, weightsStream, namesStream);

        Assert.Equal(File.ReadAllBytes(config), configStream.ToArray());
        Assert.Equal(File.ReadAllBytes(weights), weightsStream.ToArray());
        Assert.Equal(File.ReadAllBytes(names), namesStream.ToArray());
        Assert.True(configStream.CanWrite && weightsStream.CanWrite && namesStream.CanWrite);
    }

    [Fact]
    public void Save_WeightsOfAnotherNetwork_WritesNothing()
    {
        var model = new DetectorModel(YoloV2Network.TinyVoc.WithRegion(3, MiniGolden.Network.Region.Anchors), MiniGolden.Weights, ["a", "b", "c"]);
        using MemoryStream config = new(), weights = new(), names = new();

        Assert.Throws<ArgumentException>(() => DarknetModel.Save(model, config, weights, names));

        Assert.Equal(0, config.Length);
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
