using System.Collections.Immutable;
using System.Globalization;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Network;

public sealed class DarknetConfigTests
{
    private const string Net = "[net]\nwidth=64\nheight=32\nchannels=3\n";

    private const string Region = "[convolutional]\nfilters=14\nactivation=linear\n[region]\nnum=2\nclasses=2\nanchors=1,2,3,4\n";

    // golden/mini: 160 x 96, grid 10 x 6, 3 classes, 2 anchors; 184,372 bytes of weights less 20 of header are 46,088 floats.
    [Fact]
    public void Load_GoldenMini_HasItsShapes()
    {
        var network = DarknetConfig.Load(TestPaths.Golden("mini/mini.cfg"));

        Assert.Equal(new FeatureShape(3, 96, 160), network.Input);
        Assert.Equal((10, 6, 2, 3), (network.RegionLayout.Width, network.RegionLayout.Height, network.RegionLayout.Anchors, network.RegionLayout.Classes));
        Assert.Equal(46_088, network.WeightCount);
        Assert.Equal([new(0.7f, 0.9f), new BoxShape(1.6f, 2.4f)], network.Region.Anchors);
        Assert.Equal("constant", network.NetOptions["policy"]);
    }

    [Fact]
    public void Parse_CommentsSpacesAndWindowsLineEnds_AreIgnored()
    {
        var network = DarknetConfig.Parse(
            "\uFEFF# a comment\r\n; another\r\n\r\n[ net ]\r\n width = 64 # of the input\r\n\theight\t=\t32\r\nchannels=3\r\nsteps = 100, 200\r\n[conv]\r\nfilters = 8\r\nactivation = leaky\r\n");

        Assert.Equal(new FeatureShape(3, 32, 64), network.Input);
        Assert.Equal(8, network.Convolutions[0].Filters);
        Assert.Equal("100,200", network.NetOptions["steps"]);
    }

    [Fact]
    public void Parse_CultureWithDecimalComma_ReadsAndWritesPoints()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NegativeSign) = (",", "~");
            CultureInfo.CurrentCulture = comma;

            var network = DarknetConfig.Parse(Net + "[convolutional]\nfilters=6\nactivation=linear\n[route]\nlayers=-1\n[region]\nclasses=1\nanchors=1.25,2.5\nthresh=.75\n");
            string text = DarknetConfig.Write(network);

            Assert.Equal([new(1.25f, 2.5f)], network.Region.Anchors);
            Assert.Contains("\nlayers=-1\n", text, StringComparison.Ordinal);
            Assert.Contains("\nanchors=1.25,2.5\n", text, StringComparison.Ordinal);
            Assert.Contains("\nthresh=0.75\n", text, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    // Defaults of parse_convolutional, parse_maxpool, parse_reorg and parse_region in AlexeyAB's parser.c; half a cell from make_region_layer.
    [Fact]
    public void Parse_AbsentOptions_HaveDarknetsDefaults()
    {
        var network = DarknetConfig.Parse(Net + "[maxpool]\nstride=2\n[maxpool]\n[reorg]\n[convolutional]\nfilters=50\nactivation=linear\n[region]\nnum=2\n");

        Assert.Equal((2, 2, 1), Pool(network, 0));
        Assert.Equal((1, 1, 0), Pool(network, 1));
        Assert.Equal(1, Assert.IsType<ReorgLayer>(network.Layers[2]).Stride);
        var convolution = network.Convolutions[0];
        Assert.Equal((1, 1, 0, false), (convolution.Size, convolution.Stride, convolution.Padding, convolution.BatchNormalize));
        var region = network.Region;
        Assert.Equal(new AnchorSet(new(0.5f, 0.5f), new BoxShape(0.5f, 0.5f)), region.Anchors);
        Assert.Equal((20, 0.5f, 1f, 1f, 1f, 1f), (region.Classes, region.IgnoreThreshold, region.ObjectScale, region.NoObjectScale, region.ClassScale, region.CoordScale));
        Assert.Equal((false, false, false), (region.Rescore, region.BiasMatch, region.Softmax));
    }

    // pad=1 means size / 2 and beats padding; else padding counts (parse_convolutional). 64 x 32 with a 5 x 5 kernel: 60 + 2 * padding wide + 1.
    [Theory]
    [InlineData("pad=1\npadding=7", 2, 64)]
    [InlineData("pad=0\npadding=1", 1, 62)]
    [InlineData("", 0, 60)]
    public void Parse_Padding_FollowsDarknet(string options, int padding, int width)
    {
        var layer = DarknetConfig.Parse($"{Net}[convolutional]\nsize=5\nactivation=leaky\n{options}\n").Convolutions[0];

        Assert.Equal((padding, width), (layer.Padding, layer.Output.Width));
    }

    // (w + padding - size) / stride + 1 of make_maxpool_layer.
    [Theory]
    [InlineData("size=2\nstride=1", 64)]
    [InlineData("size=2\nstride=2", 32)]
    [InlineData("size=3\nstride=2", 32)]
    [InlineData("size=2\nstride=2\npadding=0", 32)]
    [InlineData("size=5\nstride=1\npadding=0", 60)]
    public void Parse_MaxPool_HasDarknetsWidth(string options, int width) =>
        Assert.Equal(width, DarknetConfig.Parse($"{Net}[maxpool]\n{options}\n").Layers[0].Output.Width);

    [Fact]
    public void Parse_Route_TakesAbsoluteAndRelativeLayers()
    {
        var network = DarknetConfig.Parse(Net + "[convolutional]\nfilters=4\nactivation=leaky\n[convolutional]\nfilters=8\nactivation=leaky\n[route]\nlayers=-1, 0\n");

        Assert.Equal([1, 0], Assert.IsType<RouteLayer>(network.Layers[2]).Sources);
        Assert.Equal(new FeatureShape(12, 32, 64), network.Layers[2].Output);
    }

    // parse_shortcut in both parser.c: relative and absolute layers, linear unless said otherwise; the sum has the shape of what is added.
    [Fact]
    public void Parse_Shortcut_TakesAbsoluteAndRelativeLayers()
    {
        var network = DarknetConfig.Parse(Net + "[maxpool]\n[maxpool]\n[maxpool]\n[shortcut]\nfrom=-3, 1\nactivation=relu\n[shortcut]\nfrom=0\n");

        Assert.Equal(new ShortcutLayer([0, 1], Activation.Relu) { Input = new(3, 32, 64), Output = new(3, 32, 64) }, network.Layers[3]);
        Assert.Equal(new ShortcutLayer([0], Activation.Linear) { Input = new(3, 32, 64), Output = new(3, 32, 64) }, network.Layers[4]);
    }

    [Theory]
    [InlineData("linear", Activation.Linear)]
    [InlineData("leaky", Activation.Leaky)]
    [InlineData("relu", Activation.Relu)]
    [InlineData("logistic", Activation.Logistic)]
    [InlineData("swish", Activation.Swish)]
    [InlineData("mish", Activation.Mish)]
    public void Parse_Activation_IsTheOneNamed(string name, Activation expected) =>
        Assert.Equal(expected, DarknetConfig.Parse($"{Net}[convolutional]\nactivation={name}\n").Convolutions[0].Activation);

    // parse_convolutional: logistic where nothing is said.
    [Fact]
    public void Parse_NoActivation_IsLogistic() => Assert.Equal(Activation.Logistic, DarknetConfig.Parse(Net + "[convolutional]\nfilters=2\n").Convolutions[0].Activation);

    // make_convolutional_layer: nweights = c / groups * n * size * size. 12 channels in 4 groups, 8 filters of 3 x 3: 12 / 4 * 8 * 9 = 216,
    // and 8 biases.
    [Fact]
    public void Parse_Groups_DivideTheKernel()
    {
        var layer = DarknetConfig.Parse(Net + "[convolutional]\nfilters=12\nactivation=relu\n[convolutional]\nfilters=8\nsize=3\npad=1\ngroups=4\nactivation=relu\n").Convolutions[1];

        Assert.Equal((4, 3, 216L, 224L), (layer.Groups, layer.FilterChannels, layer.KernelCount, layer.WeightCount));
    }

    // make_avgpool_layer and make_upsample_layer, whose stride is 2 unless said otherwise.
    [Fact]
    public void Parse_AvgpoolAndUpsample_HaveDarknetsShapes()
    {
        var network = DarknetConfig.Parse(Net + "[upsample]\n[upsample]\nstride=3\n[avgpool]\n[upsample]\nstride=4\n");

        Assert.Equal([new FeatureShape(3, 64, 128), new(3, 192, 384), new(3, 1, 1), new(3, 4, 4)], network.Layers.Select(layer => layer.Output));
    }

    [Fact]
    public void Parse_OptionGivenTwice_TheFirstCounts() =>
        Assert.Equal(8, DarknetConfig.Parse(Net + "[convolutional]\nfilters=8\nfilters=9\nactivation=leaky\n").Convolutions[0].Filters);

    public static TheoryData<string> BuiltIn => [.. YoloV2Network.Names];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Write_BuiltIn_ParsesBackEqual(string name)
    {
        var network = YoloV2Network.Get(name);

        var copy = DarknetConfig.Parse(DarknetConfig.Write(network));

        Assert.Equal(network, copy);
        Assert.Equal(network.NetOptions.ToImmutableSortedDictionary(), copy.NetOptions.ToImmutableSortedDictionary());
    }

    [Fact]
    public void Write_EverythingUnusual_ParsesBackEqual()
    {
        var network = DarknetConfig.Parse(Net + "letter_box=1\n[convolutional]\nsize=3\npadding=2\nstride=2\nfilters=8\nbatch_normalize=1\nactivation=linear\nstopbackward=1\n"
            + "[maxpool]\nsize=3\nstride=1\npadding=1\n[route]\nlayers=0\n[reorg]\nstride=1\n[convolutional]\nfilters=14\nactivation=linear\n"
            + "[region]\nnum=2\nclasses=2\nanchors=.1,1e-3,12345.678,0.33333334\nthresh=.7\nobject_scale=2\nnoobject_scale=.25\nclass_scale=3\ncoord_scale=4\nrescore=1\nmax=30\njitter=.25\n");

        string text = DarknetConfig.Write(network);
        var copy = DarknetConfig.Parse(text);

        Assert.Equal(network, copy);
        Assert.Equal(("1", "1", ".25"), (copy.NetOptions["letter_box"], copy.Layers[0].OtherOptions["stopbackward"], copy.Region.OtherOptions["jitter"]));
        Assert.DoesNotContain('\r', text);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("1#2")]
    [InlineData("1\n[shortcut]")]
    [InlineData("")]
    public void Write_OptionThatBreaksTheText_Throws(string value)
    {
        var network = YoloV2Network.TinyVoc;
        network = new(network.Input, network.Layers) { NetOptions = network.NetOptions.Add("comment", value) };

        Assert.Throws<ArgumentException>(() => DarknetConfig.Write(network));
    }

    [Fact]
    public void Parse_RefusableOptionsWithTheirDefaults_AreAccepted()
    {
        var network = DarknetConfig.Parse(Net + "[convolutional]\nfilters=14\nactivation=linear\ngroups=1\nstride_x=1\nantialiasing=0\ndot=0.0\n"
            + "[region]\nnum=2\nclasses=2\nanchors=1,2,3,4\ncoords=4\nbackground=0\nlog=0\n");

        Assert.Equal(DarknetConfig.Parse(Net + Region), network);
    }

    private static (int, int, int) Pool(NetworkDefinition network, int index)
    {
        var pool = Assert.IsType<MaxPoolLayer>(network.Layers[index]);
        return (pool.Size, pool.Stride, pool.Padding);
    }
}
