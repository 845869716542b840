using System.Collections.Immutable;
using System.Globalization;
using Yolo.Model.Files;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;

namespace Yolo.Model.Weights;

/// <summary>Reads and writes a detector as what Darknet keeps it in: a network (<c>.cfg</c>), its weights (<c>.weights</c>) and the class names (one a line; blank lines do not
/// count). From files, or from streams of any origin: a database, an archive, embedded resources.</summary>
public static class DarknetModel
{
    private const string LetterboxOption = "letter_box", AntialiasOption = "antialias";
    private const string ConfigPlace = "cfg", WeightsPlace = "weights", NamesPlace = "names";

    /// <summary>Reads a detector from files.</summary>
    /// <param name="configPath">The network, <c>.cfg</c>.</param>
    /// <param name="weightsPath">Its weights, <c>.weights</c>.</param>
    /// <param name="namesPath">The class names, one a line; blank lines do not count.</param>
    /// <param name="resize">How images are brought to the input's size; null: letterbox where the <c>.cfg</c> has <c>letter_box=1</c>, else stretch, as AlexeyAB's
    /// Darknet does. pjreddie's Darknet always uses letterbox.</param>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is malformed, or the three do not belong together; the message names file and place.</exception>
    /// <exception cref="NotSupportedException">The network needs a layer that this library lacks; the message names line and layer.</exception>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    public static DetectorModel Load(string configPath, string weightsPath, string namesPath, ResizeMode? resize = null)
    {
        var network = DarknetConfig.Load(configPath);
        var names = NamesFor(network, TextFile.Read(namesPath), namesPath, configPath);
        return new(network, DarknetWeightsFile.Read(weightsPath, network), names, resize ?? ResizeOf(network), FilterOf(network));
    }

    /// <summary>Reads a detector from streams, from their positions to their ends. They need not be able to seek and are left open.</summary>
    /// <param name="config">The network, <c>.cfg</c>, UTF-8; errors call it <c>cfg</c>.</param>
    /// <param name="weights">Its weights, <c>.weights</c>; errors call it <c>weights</c>.</param>
    /// <param name="names">The class names, one a line, UTF-8; errors call it <c>names</c>.</param>
    /// <param name="resize">How images are brought to the input's size; null: as the <c>.cfg</c> says, letterbox with <c>letter_box=1</c>, else stretch.</param>
    /// <exception cref="IOException">A stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">A stream is malformed, or the three do not belong together; the message names stream and place.</exception>
    /// <exception cref="NotSupportedException">The network needs a layer that this library lacks; the message names line and layer.</exception>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    public static DetectorModel Load(Stream config, Stream weights, Stream names, ResizeMode? resize = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(names);
        using StringReader configText = new(TextFile.ReadLenient(config, ConfigPlace)), namesText = new(TextFile.Read(names, NamesPlace));
        return Load(configText, weights, namesText, resize);
    }

    /// <summary>Reads a detector whose texts are in memory (a <see cref="StringReader"/>) or in another encoding than UTF-8. What is given is left open.</summary>
    /// <inheritdoc cref="Load(Stream, Stream, Stream, ResizeMode?)"/>
    public static DetectorModel Load(TextReader config, Stream weights, TextReader names, ResizeMode? resize = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(names);
        var network = DarknetConfig.Parse(config.ReadToEnd(), ConfigPlace);
        var classNames = NamesFor(network, names.ReadToEnd(), NamesPlace, ConfigPlace);
        return new(network, DarknetWeightsFile.Read(weights, network, WeightsPlace), classNames, resize ?? ResizeOf(network),
            FilterOf(network));
    }

    /// <summary>Writes a detector to files; each whole or not at all. The <c>.cfg</c> says by <c>letter_box</c> and <c>antialias</c> how
    /// images are resized; Darknet and OpenCV ignore the second, which is this library's own.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="configPath">The network, <c>.cfg</c>.</param>
    /// <param name="weightsPath">Its weights, <c>.weights</c>.</param>
    /// <param name="namesPath">The class names, one a line, UTF-8.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="ArgumentException">The model's weights are not its network's; nothing is written.</exception>
    /// <exception cref="InvalidOperationException">A class name cannot stand on a line of its own: it is blank, begins or ends with white space or holds a line break.</exception>
    public static void Save(DetectorModel model, string configPath, string weightsPath, string namesPath)
    {
        var (config, names) = Texts(model);
        AtomicFile.Write(configPath, stream => stream.Write(config));
        DarknetWeightsFile.Write(weightsPath, model.Network, model.Weights);
        AtomicFile.Write(namesPath, stream => stream.Write(names));
    }

    /// <summary>Writes a detector to streams, which are left open and need not be able to seek.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="config">Receives the network, <c>.cfg</c>, UTF-8.</param>
    /// <param name="weights">Receives its weights, <c>.weights</c>.</param>
    /// <param name="names">Receives the class names, one a line, UTF-8.</param>
    /// <exception cref="IOException">A stream cannot be written.</exception>
    /// <exception cref="ArgumentException">The model's weights are not its network's; nothing is written.</exception>
    /// <exception cref="InvalidOperationException">A class name cannot stand on a line of its own: it is blank, begins or ends with white space or holds a line break.</exception>
    public static void Save(DetectorModel model, Stream config, Stream weights, Stream names)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(names);
        var (configText, namesText) = Texts(model);
        config.Write(configText);
        DarknetWeightsFile.Write(weights, model.Network, model.Weights);
        names.Write(namesText);
    }

    /// <summary>The text of a .cfg that says how images are resized, too.</summary>
    internal static string ConfigText(DetectorModel model)
    {
        var network = model.Network;
        var options = Switch(network.NetOptions, LetterboxOption, model.Resize == ResizeMode.Letterbox);
        options = Switch(options, AntialiasOption, model.Filter == ResizeFilter.Antialiased);
        return DarknetConfig.Write(new(network.Input, network.Layers) { NetOptions = options });
    }

    /// <summary>The resize mode that a .cfg asks for.</summary>
    internal static ResizeMode ResizeOf(NetworkDefinition network) =>
        IsOn(network, LetterboxOption) ? ResizeMode.Letterbox : ResizeMode.Stretch;

    /// <summary>The filter that a .cfg asks for.</summary>
    internal static ResizeFilter FilterOf(NetworkDefinition network) =>
        IsOn(network, AntialiasOption) ? ResizeFilter.Antialiased : ResizeFilter.Darknet;

    /// <summary>The text of a list of class names.</summary>
    /// <exception cref="InvalidOperationException">A name could not be read back.</exception>
    internal static string NamesText(IReadOnlyList<string> names)
    {
        string text = string.Concat(names.Select(name => name + '\n'));
        return ParseNames(text).SequenceEqual(names) ? text : throw new InvalidOperationException(
            $"The class names cannot be saved, a line each: one is blank, has white space at an end or holds a line break: '{string.Join("', '", names)}'.");
    }

    /// <summary>The names in the text of a list.</summary>
    internal static IReadOnlyList<string> ParseNames(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsOn(NetworkDefinition network, string option) =>
        network.NetOptions.TryGetValue(option, out string? value)
        && int.TryParse(value, CultureInfo.InvariantCulture, out int number) && number != 0;

    private static ImmutableDictionary<string, string> Switch(ImmutableDictionary<string, string> options, string option, bool on) =>
        on ? options.SetItem(option, "1") : options.Remove(option);

    private static IReadOnlyList<string> NamesFor(NetworkDefinition network, string text, string namesPlace, string configPlace)
    {
        var names = ParseNames(text);
        return names.Count == network.Region.Classes
            ? names
            : throw new InvalidDataException($"{namesPlace}: {network.Region.Classes} class names expected for {configPlace}, found {names.Count}.");
    }

    // All that can fail before the first byte is written.
    private static (byte[] Config, byte[] Names) Texts(DetectorModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Weights.RequireFit(model.Network);
        var utf8 = System.Text.Encoding.UTF8;
        return (utf8.GetBytes(ConfigText(model)), utf8.GetBytes(NamesText(model.ClassNames)));
    }
}
