namespace Yolo.Model.Network;

/// <summary>The input is impossible, or a layer does not fit the ones before it. The parser tells it apart to name the line of the section.</summary>
/// <param name="layer">Index of the layer, or -1 for the input.</param>
/// <param name="problem">What is wrong, without the place and the full stop.</param>
internal sealed class LayerMismatchException(int layer, string problem) : ArgumentException($"{(layer < 0 ? "Input" : $"Layer {layer}")}: {problem}.")
{
    /// <summary>Index of the layer, or -1 for the input.</summary>
    public int Layer { get; } = layer;

    /// <summary>What is wrong, without the place and the full stop.</summary>
    public string Problem { get; } = problem;
}
