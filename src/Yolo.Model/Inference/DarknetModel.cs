using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Inference;

/// <summary>Reads a detector from the three files that Darknet keeps it in.</summary>
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
        string[] names = [.. File.ReadLines(namesPath).Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (names.Length != network.Region.Classes)
            throw new InvalidDataException($"{namesPath}: {network.Region.Classes} class names expected for {configPath}, found {names.Length}.");
        return new(network, DarknetWeightsFile.Read(weightsPath, network), names, resize ?? ResizeOf(network));
    }

    private static ResizeMode ResizeOf(NetworkDefinition network) =>
        network.NetOptions.TryGetValue(LetterboxOption, out string? value) && value.Trim() == "1" ? ResizeMode.Letterbox : ResizeMode.Stretch;
}
