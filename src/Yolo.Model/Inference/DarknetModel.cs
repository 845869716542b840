using System.Globalization;
using Yolo.Model.Files;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Inference;

/// <summary>Reads and writes a detector as the three files that Darknet keeps it in.</summary>
public static class DarknetModel
{
    private const string LetterboxOption = "letter_box";

    /// <summary>Reads a detector.</summary>
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
        var names = ParseNames(File.ReadAllText(namesPath));
        if (names.Count != network.Region.Classes)
            throw new InvalidDataException($"{namesPath}: {network.Region.Classes} class names expected for {configPath}, found {names.Count}.");
        return new(network, DarknetWeightsFile.Read(weightsPath, network), names, resize ?? ResizeOf(network));
    }

    /// <summary>Writes a detector; each file whole or not at all. The <c>.cfg</c> says by <c>letter_box</c> how images are resized.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="configPath">The network, <c>.cfg</c>.</param>
    /// <param name="weightsPath">Its weights, <c>.weights</c>.</param>
    /// <param name="namesPath">The class names, one a line, UTF-8.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A class name cannot stand on a line of its own: it is blank, begins or ends with white space or holds a line break.</exception>
    public static void Save(DetectorModel model, string configPath, string weightsPath, string namesPath)
    {
        ArgumentNullException.ThrowIfNull(model);
        string config = ConfigText(model), names = NamesText(model.ClassNames);
        AtomicFile.Write(configPath, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(config)));
        DarknetWeightsFile.Write(weightsPath, model.Network, model.Weights);
        AtomicFile.Write(namesPath, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(names)));
    }

    /// <summary>The text of a .cfg that says how images are resized, too.</summary>
    internal static string ConfigText(DetectorModel model)
    {
        var network = model.Network;
        var options = model.Resize == ResizeMode.Letterbox ? network.NetOptions.SetItem(LetterboxOption, "1") : network.NetOptions.Remove(LetterboxOption);
        return DarknetConfig.Write(new(network.Input, network.Layers) { NetOptions = options });
    }

    /// <summary>The resize mode that a .cfg asks for.</summary>
    internal static ResizeMode ResizeOf(NetworkDefinition network) =>
        network.NetOptions.TryGetValue(LetterboxOption, out string? value) && int.TryParse(value, CultureInfo.InvariantCulture, out int number) && number != 0 ? ResizeMode.Letterbox : ResizeMode.Stretch;

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
}
