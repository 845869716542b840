using System.Collections.Immutable;
using Yolo.Model.Anchors;
using Yolo.Model.Files;

namespace Yolo.Model.Network;

/// <summary>Darknet's .cfg text: the sections <c>net</c>, <c>convolutional</c>, <c>maxpool</c>, <c>avgpool</c>, <c>upsample</c>,
/// <c>route</c>, <c>shortcut</c>,
/// <c>reorg</c>, <c>reorg3d</c> and <c>region</c>. Absent options have Darknet's defaults (AlexeyAB, parser.c). An option that would change
/// the output in a way this library lacks is refused; options of
/// training alone are carried along in <see cref="NetworkDefinition.NetOptions"/> and <see cref="Layer.OtherOptions"/>.</summary>
public static class DarknetConfig
{
    private const int MaxAnchors = 10_000;

    /// <summary>Reads a network from a .cfg text. Numbers have a decimal point whatever the culture; of an option given twice the first counts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What errors call the text: <c>name(line): ...</c>.</param>
    /// <exception cref="InvalidDataException">The text is malformed, a layer does not fit the ones before it, or a map, a kernel or all
    /// weights together have more than 2^29 - 1 values.</exception>
    /// <exception cref="NotSupportedException">The text asks for a layer or an option that this library does not have.</exception>
    public static NetworkDefinition Parse(string text, string name = "cfg")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        var sections = ConfigText.Split(text, name);
        if (sections.Count == 0 || sections[0].Name is not ("net" or "network"))
            throw sections.Count == 0 ? new InvalidDataException($"{name}(1): no [net] section.") : sections[0].InvalidLayer("the first section must be [net]");
        if (sections.Count == 1)
            throw sections[0].InvalidLayer("no layer comes behind it");
        var (net, layers) = (sections[0], new List<Layer>());
        var input = new FeatureShape(net.Required("channels"), net.Required("height"), net.Required("width"));
        foreach (var section in sections.Skip(1))
            layers.Add(ReadLayer(section, layers.Count));
        try
        {
            return new(input, layers) { NetOptions = net.Rest().ToImmutableDictionary() };
        }
        catch (LayerMismatchException exception)
        {
            throw sections[exception.Layer + 1].InvalidLayer(exception.Problem);
        }
    }

    /// <summary>Reads a network from a .cfg file; errors call it by its file name.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <exception cref="InvalidDataException">The text is malformed; see <see cref="Parse"/>.</exception>
    /// <exception cref="NotSupportedException">The text asks for a layer or an option that this library does not have.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NetworkDefinition Load(string path) => Parse(TextFile.ReadLenient(path), Path.GetFileName(path));

    /// <summary>Writes a network as a .cfg text that <see cref="Parse"/> reads back equal and that Darknet and OpenCV read. Lines end in LF.</summary>
    /// <exception cref="ArgumentException">A carried option is empty or has white space or a comment sign, so that it would not come back.</exception>
    public static string Write(NetworkDefinition network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return ConfigWriter.Write(network);
    }

    private static Layer ReadLayer(ConfigSection section, int index)
    {
        Layer layer = section.Name switch
        {
            "convolutional" or "conv" => ReadConvolution(section),
            "maxpool" or "max" => ReadMaxPool(section),
            "avgpool" or "avg" => new AveragePoolLayer(),
            "upsample" => ReadUpsample(section),
            "route" => ReadRoute(section, index),
            "shortcut" => ReadShortcut(section, index),
            "reorg" => ReadReorg(section, ReorgKind.Darknet),
            "reorg3d" => ReadReorg(section, ReorgKind.SpaceToDepth),
            "region" => ReadRegion(section),
            "net" or "network" => throw section.InvalidLayer("only the first section may be [net]"),
            _ => throw section.UnknownLayer(),
        };
        section.Refuse(0, "dontload", "dontsave", "dontloadscales", "numload");
        return layer with { OtherOptions = section.Rest() };
    }

    private static ConvolutionalLayer ReadConvolution(ConfigSection section)
    {
        int size = section.Integer("size", 1, minimum: 1), stride = section.Integer("stride", 1, minimum: 1), padding = section.Integer("padding", 0, minimum: 0);
        var layer = new ConvolutionalLayer(
            section.Integer("filters", 1, minimum: 1), size, stride, section.Flag("pad") ? size / 2 : padding, ReadBatchNormalize(section), ReadActivation(section, Activation.Logistic))
        {
            Groups = section.Integer("groups", 1, minimum: 1),
        };
        // Darknet takes the input of such a convolution as it lies in memory, padding and all, and so reads beyond it (convolutional_layer.c, forward_convolutional_layer).
        if (size == 1 && layer.Padding > 0)
            throw section.NotSupported($"padding={padding} with size=1, which Darknet computes wrongly", "padding");
        section.Refuse(stride, "stride_x", "stride_y");
        if (size > 1)
            section.Refuse(1, "dilation");
        section.Refuse(0, "antialiasing", "cbn", "binary", "xnor", "bin_output", "flipped", "dot", "sway", "rotate", "stretch", "stretch_sway", "reverse", "coordconv");
        if (section.Text("share_index") is { } shared)
            throw section.NotSupported($"share_index={shared}, which is not supported", "share_index");
        return layer;
    }

    private static bool ReadBatchNormalize(ConfigSection section) => section.Integer("batch_normalize", 0) switch
    {
        0 => false,
        1 => true,
        int other => throw section.NotSupported($"batch_normalize={other}, which is not supported", "batch_normalize"),
    };

    private static Activation ReadActivation(ConfigSection section, Activation fallback) => section.Text("activation") switch
    {
        null => fallback,
        string name => ActivationNames.Parse(name)
            ?? throw section.NotSupported($"activation={name}; only {string.Join(", ", ActivationNames.All)} are supported", "activation"),
    };

    private static MaxPoolLayer ReadMaxPool(ConfigSection section)
    {
        int stride = section.Integer("stride", 1, minimum: 1), size = section.Integer("size", stride, minimum: 1);
        section.Refuse(stride, "stride_x", "stride_y");
        section.Refuse(0, "maxpool_depth", "antialiasing", "maxpool_zero_nonmax");
        return new(size, stride, section.Integer("padding", size - 1, minimum: 0));
    }

    private static RouteLayer ReadRoute(ConfigSection section, int index)
    {
        section.Refuse(1, "groups");
        section.Refuse(0, "group_id");
        return new(ReadSources(section, "layers", index));
    }

    private static ShortcutLayer ReadShortcut(ConfigSection section, int index)
    {
        if (section.Text("weights_type") is { } weights and not "none")
            throw section.NotSupported($"weights_type={weights}, which is not supported", "weights_type");
        section.Refuse(1, "alpha", "beta");
        return new(ReadSources(section, "from", index), ReadActivation(section, Activation.Linear));
    }

    private static ImmutableArray<int> ReadSources(ConfigSection section, string key, int index)
    {
        int[] layers = section.Integers(key) ?? throw section.Invalid($"no {key}");
        foreach (int layer in layers)
        {
            if (layer >= index || layer < -index)
                throw section.Invalid($"{key}={layer}, but {index} layers come before it", key);
        }
        return [.. layers.Select(layer => layer < 0 ? index + layer : layer)];
    }

    private static UpsampleLayer ReadUpsample(ConfigSection section)
    {
        section.Refuse(1, "scale");
        return new(section.Integer("stride", 2, minimum: 1));
    }

    private static ReorgLayer ReadReorg(ConfigSection section, ReorgKind kind)
    {
        section.Refuse(0, "reverse", "flatten", "extra");
        return new(section.Integer("stride", 1, minimum: 1), kind);
    }

    private static RegionLayer ReadRegion(ConfigSection section)
    {
        section.Refuse(4, "coords");
        section.Refuse(0, "background", "log", "sqrt", "classfix");
        foreach (string file in (ReadOnlySpan<string>)["tree", "map"])
        {
            if (section.Text(file) is { } path)
                throw section.NotSupported($"{file}={path}, which is not supported", file);
        }
        return new(ReadAnchors(section), section.Integer("classes", 20, minimum: 1))
        {
            IgnoreThreshold = section.Number("thresh", 0.5f),
            ObjectScale = section.Number("object_scale", 1),
            NoObjectScale = section.Number("noobject_scale", 1),
            ClassScale = section.Number("class_scale", 1),
            CoordScale = section.Number("coord_scale", 1),
            Rescore = section.Flag("rescore"),
            BiasMatch = section.Flag("bias_match"),
            Softmax = section.Flag("softmax"),
        };
    }

    private static AnchorSet ReadAnchors(ConfigSection section)
    {
        int count = section.Integer("num", 1, minimum: 1);
        if (count > MaxAnchors)
            throw section.Invalid($"num={count}, more than {MaxAnchors} anchors", "num");
        // Darknet's anchors are half a cell where none are given (region_layer.c, make_region_layer).
        float[] values = section.Numbers("anchors") ?? [.. Enumerable.Repeat(0.5f, 2 * count)];
        if (values.Length % 2 != 0)
            throw section.Invalid($"{values.Length} anchor values, where pairs of width and height are expected", "anchors");
        if (values.Length != 2 * count)
            throw section.Invalid($"num={count} but {values.Length / 2} anchor pairs", "anchors");
        foreach (float value in values)
        {
            if (value <= 0)
                throw section.Invalid($"an anchor side of {value}, where a positive number is expected", "anchors");
        }
        return AnchorSet.FromPairs(values);
    }
}
