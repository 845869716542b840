using System.Globalization;
using System.Text;

namespace Yolo.Model.Network;

/// <summary>Writes .cfg texts: the inverse of the parser in <see cref="DarknetConfig"/>.</summary>
internal static class ConfigWriter
{
    /// <summary>The text of a network.</summary>
    /// <exception cref="ArgumentException">An option of the network cannot stand in a .cfg text.</exception>
    public static string Write(NetworkDefinition network)
    {
        var text = new StringBuilder();
        Section(text, "net", [("width", network.Input.Width), ("height", network.Input.Height), ("channels", network.Input.Channels)],
            network.NetOptions.OrderBy(option => option.Key, StringComparer.Ordinal));
        for (int i = 0; i < network.Layers.Length; i++)
        {
            var layer = network.Layers[i];
            var (name, options) = Describe(layer, i);
            text.Append('\n');
            Section(text, name, options, layer.OtherOptions);
        }
        return text.ToString();
    }

    private static (string Name, (string Key, object Value)[] Options) Describe(Layer layer, int index) => layer switch
    {
        ConvolutionalLayer convolution => ("convolutional",
        [
            ("batch_normalize", Flag(convolution.BatchNormalize)),
            ("filters", convolution.Filters),
            ("size", convolution.Size),
            ("stride", convolution.Stride),
            convolution.Padding == convolution.Size / 2 ? ("pad", 1) : ("padding", convolution.Padding),
            .. convolution.Groups == 1 ? (ReadOnlySpan<(string, object)>)[] : [("groups", convolution.Groups)],
            ("activation", ActivationNames.Of(convolution.Activation)),
        ]),
        MaxPoolLayer pool => ("maxpool",
            pool.Padding == pool.Size - 1 ? [("size", pool.Size), ("stride", pool.Stride)] : [("size", pool.Size), ("stride", pool.Stride), ("padding", pool.Padding)]),
        AveragePoolLayer => ("avgpool", []),
        UpsampleLayer upsample => ("upsample", [("stride", upsample.Stride)]),
        RouteLayer route => ("route", [("layers", Relative(route, index))]),
        ShortcutLayer shortcut => ("shortcut", [("from", Relative(shortcut, index)), ("activation", ActivationNames.Of(shortcut.Activation))]),
        ReorgLayer reorg => (reorg.Kind == ReorgKind.Darknet ? "reorg" : "reorg3d", [("stride", reorg.Stride)]),
        RegionLayer region => ("region",
        [
            ("anchors", string.Join(',', region.Anchors.Select(anchor => $"{Text(anchor.Width)},{Text(anchor.Height)}"))),
            ("num", region.Anchors.Count),
            ("classes", region.Classes),
            ("coords", 4),
            ("softmax", Flag(region.Softmax)),
            ("bias_match", Flag(region.BiasMatch)),
            ("rescore", Flag(region.Rescore)),
            ("thresh", region.IgnoreThreshold),
            ("object_scale", region.ObjectScale),
            ("noobject_scale", region.NoObjectScale),
            ("class_scale", region.ClassScale),
            ("coord_scale", region.CoordScale),
        ]),
        _ => throw new ArgumentException($"Layer {index}: {layer.GetType().Name} is not a layer of this library."),
    };

    private static string Relative(JoiningLayer layer, int index) => string.Join(',', layer.Sources.Select(source => Text(source - index)));

    private static void Section(StringBuilder text, string name, (string Key, object Value)[] options, IEnumerable<KeyValuePair<string, string>> others)
    {
        text.Append('[').Append(name).Append("]\n");
        foreach (var (key, value) in options)
            text.Append(key).Append('=').Append(Text(value)).Append('\n');
        foreach (var (key, value) in others)
        {
            if (!IsPlain(key) || key.Contains('=', StringComparison.Ordinal) || key[0] == '[' || !IsPlain(value))
                throw new ArgumentException($"The option '{key}={value}' of [{name}] cannot stand in a .cfg text: it is empty or has white space or a comment sign.");
            text.Append(key).Append('=').Append(value).Append('\n');
        }
    }

    private static bool IsPlain(string text) => text.Length > 0 && !text.Any(character => char.IsWhiteSpace(character) || character is '#' or ';');

    private static int Flag(bool value) => value ? 1 : 0;

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
