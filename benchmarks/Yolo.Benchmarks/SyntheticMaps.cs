using Yolo.Model.Network;

namespace Yolo.Benchmarks;

/// <summary>Raw maps to decode, made with a fixed seed.</summary>
internal static class SyntheticMaps
{
    private const int ObjectCount = 10;

    /// <summary>A map such as a trained network gives for a busy photograph. Objectness is normal around -7 with deviation 1 (a score of 0.001); ten objects have an objectness of 2 to 5
    /// and a class logit 6 above the others, and their four neighbours the same class with an objectness of -1 to 1, to be suppressed. Class logits are normal with deviation 1, offsets and
    /// sizes with 0.5.</summary>
    public static float[] Realistic(NetworkDefinition network)
    {
        var layout = network.RegionLayout;
        var random = new Random(3);
        float[] map = new float[layout.Size];
        for (int anchor = 0; anchor < layout.Anchors; anchor++)
        {
            for (int entry = 0; entry < layout.Entries; entry++)
            {
                var (mean, deviation) = entry switch
                {
                    < RegionLayout.ObjectnessEntry => (0.0, 0.5),
                    RegionLayout.ObjectnessEntry => (-7.0, 1.0),
                    _ => (0.0, 1.0),
                };
                foreach (ref float value in map.AsSpan(layout.Index(anchor, entry, 0, 0), layout.PlaneSize))
                    value = (float)(mean + deviation * Normal(random));
            }
        }
        for (int i = 0; i < ObjectCount; i++)
            AddObject(map, layout, random);
        return map;
    }

    /// <summary>A map in which every prediction passes and every class of it is reported: all values 0, so that the scores are 0.5 / classes.</summary>
    public static float[] WorstCase(NetworkDefinition network) => new float[network.RegionLayout.Size];

    private static void AddObject(float[] map, RegionLayout layout, Random random)
    {
        int row = random.Next(1, layout.Height - 1), column = random.Next(1, layout.Width - 1);
        int anchor = random.Next(layout.Anchors), classEntry = RegionLayout.BoxEntries + random.Next(layout.Classes);
        Set(0, 0, 2 + 3 * random.NextSingle());
        foreach (var (down, right) in (ReadOnlySpan<(int, int)>)[(-1, 0), (1, 0), (0, -1), (0, 1)])
            Set(down, right, 2 * random.NextSingle() - 1);

        void Set(int down, int right, float objectness)
        {
            map[layout.Index(anchor, RegionLayout.ObjectnessEntry, row + down, column + right)] = objectness;
            map[layout.Index(anchor, classEntry, row + down, column + right)] = 6;
        }
    }

    // Box and Muller.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
