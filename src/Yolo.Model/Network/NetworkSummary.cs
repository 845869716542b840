using System.Globalization;

namespace Yolo.Model.Network;

/// <summary>A network as a table, in the manner of Keras's <c>model.summary()</c>.</summary>
public static class NetworkSummary
{
    /// <summary>One line per layer with its index, what it does, its output (width x height x channels), its parameters and the layers it is connected to;
    /// then the totals. Parameters count the batch norm's rolling statistics, which are the ones that training does not change. Lines are separated by LF.</summary>
    public static string Format(NetworkDefinition network)
    {
        ArgumentNullException.ThrowIfNull(network);
        List<string[]> rows = [["#", "Layer", "Output shape", "Params", "Connected to"], ["", "input", network.Input.ToString(), "0", ""]];
        for (int i = 0; i < network.Layers.Length; i++)
        {
            var layer = network.Layers[i];
            rows.Add([Number(i), Describe(layer), layer.Output.ToString(), Number((layer as ConvolutionalLayer)?.WeightCount ?? 0), Sources(layer, i)]);
        }
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        List<string> lines = [.. rows.Select(row => Line(row, widths))];
        int width = lines.Max(line => line.Length);
        lines.Insert(1, new('=', width));
        lines.AddRange(
        [
            new('=', width),
            $"Total params: {Number(network.WeightCount)}",
            $"Trainable params: {Number(network.TrainableCount)}",
            $"Non-trainable params: {Number(network.WeightCount - network.TrainableCount)}",
        ]);
        return string.Join('\n', lines);
    }

    private static string Line(string[] row, int[] widths) =>
        $"{row[0].PadLeft(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadRight(widths[2])}  {row[3].PadLeft(widths[3])}  {row[4]}".TrimEnd();

    /// <summary>What a layer does, without its shapes.</summary>
    internal static string Describe(Layer layer) => layer switch
    {
        ConvolutionalLayer convolution => $"convolutional {convolution.Size}x{convolution.Size} / {convolution.Stride}"
            + (convolution.Groups == 1 ? "" : $", {convolution.Groups} groups") + (convolution.BatchNormalize ? ", batch norm" : "") + Describe(convolution.Activation),
        MaxPoolLayer pool => $"maxpool {pool.Size}x{pool.Size} / {pool.Stride}",
        AveragePoolLayer => "avgpool",
        UpsampleLayer upsample => $"upsample / {upsample.Stride}",
        RouteLayer => "route",
        ShortcutLayer shortcut => "shortcut" + Describe(shortcut.Activation),
        ReorgLayer { Kind: ReorgKind.Darknet } reorg => $"reorg / {reorg.Stride}",
        ReorgLayer reorg => $"reorg3d / {reorg.Stride}",
        RegionLayer region => $"region, {region.Anchors.Count} anchors, {region.Classes} classes",
        _ => layer.GetType().Name,
    };

    private static string Describe(Activation activation) => activation == Activation.Linear ? "" : $", {ActivationNames.Of(activation)}";

    private static string Sources(Layer layer, int index) => layer switch
    {
        RouteLayer route => string.Join(", ", route.Sources.Select(source => Number(source))),
        ShortcutLayer shortcut => string.Join(", ", shortcut.Sources.Prepend(index - 1).Select(source => Number(source))),
        _ => index == 0 ? "input" : Number(index - 1),
    };

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
