using Yolo.Model.Anchors;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Encoding;

/// <summary>Networks of a head alone, and maps of theirs.</summary>
internal static class RegionMaps
{
    /// <summary>Spread 0: numbers from a few whole ones, so that scores and boxes repeat.</summary>
    public static float[] RandomMap(NetworkDefinition network, float spread)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, network.RegionLayout.Size).Select(_ => spread > 0 ? spread * (2 * random.NextSingle() - 1) : random.Next(2))];
    }

    public static NetworkDefinition HeadNetwork(int width, int height, int cell, int classes, float[] anchors, bool softmax = true)
    {
        var region = new RegionLayer(AnchorSet.FromPairs(anchors), classes) { Softmax = softmax };
        var head = new ConvolutionalLayer(region.Anchors.Count * (5 + classes), 1, cell, 0, false, Activation.Linear);
        return new(new(3, height, width), [head, region]);
    }

    /// <summary>A map in which nothing is an object.</summary>
    public static float[] Blank(NetworkDefinition network)
    {
        float[] map = new float[network.RegionLayout.Size];
        Array.Fill(map, -20);
        return map;
    }

    public static void Set(float[] map, NetworkDefinition network, int anchor, int row, int column, ReadOnlySpan<float> values)
    {
        var layout = network.RegionLayout;
        for (int entry = 0; entry < values.Length; entry++)
            map[((anchor * (5 + layout.Classes) + entry) * layout.Height + row) * layout.Width + column] = values[entry];
    }

    public static float Logit(float p) => MathF.Log(p / (1 - p));
}
