using Yolo.Model.Encoding;
using Yolo.Model.Network;

namespace Yolo.Model.Training.Images;

/// <summary>Which size the network's input has in each step of a run: the network's own, or, for multi-scale training (YOLO9000, section 2; Darknet's <c>random=1</c>), one
/// drawn anew every few steps. Follows from the seed and the number of the step alone.</summary>
internal sealed class InputSchedule
{
    private const int SizeStream = 4;

    private readonly TrainingInput[] _inputs;
    private readonly TrainingOptions _options;

    /// <summary>Builds the inputs for all sizes.</summary>
    /// <exception cref="ArgumentException">The network does not fit a size.</exception>
    public InputSchedule(NetworkDefinition network, TrainingOptions options)
    {
        _options = options;
        _inputs = options.InputSizes.Count == 0
            ? [Input(network)]
            : [.. options.InputSizes.Select(size => Input(Resized(network, size)))];
    }

    /// <summary>All sizes, pixels.</summary>
    public IReadOnlyList<(int Width, int Height)> Sizes => [.. _inputs.Select(input => (input.Width, input.Height))];

    /// <summary>The input with the most pixels.</summary>
    public TrainingInput Largest => _inputs.MaxBy(input => input.Count)!;

    /// <summary>The input of a step, from 0.</summary>
    public TrainingInput At(long step) =>
        _inputs[
            new SeededRandom(SeedSequence.At(_options.SeedOrDefault, SizeStream, step / _options.InputSizeSteps)).Below(_inputs.Length)];

    private static TrainingInput Input(NetworkDefinition network) =>
        new(network.Input.Width, network.Input.Height, new TargetEncoder(network.RegionLayout, network.Region.Anchors));

    /// <summary>The network for another width, its height in proportion and rounded to whole cells.</summary>
    private static NetworkDefinition Resized(NetworkDefinition network, int width)
    {
        var layout = network.RegionLayout;
        int cellWidth = network.Input.Width / layout.Width, cellHeight = network.Input.Height / layout.Height;
        if (width % cellWidth != 0)
            throw new ArgumentException($"{nameof(TrainingOptions.InputSizes)}: {width} is no multiple of {cellWidth}, the width of a grid cell in pixels.", nameof(width));
        int rows = Math.Max(1, (int)Math.Round((double)width * network.Input.Height / network.Input.Width / cellHeight));
        return network.WithInputSize(width, rows * cellHeight);
    }
}
