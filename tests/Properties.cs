using System.Collections.Immutable;
using CsCheck;
using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo;

/// <summary>Random values that several property-based tests share. CsCheck prints the seed of what fails, after making it small: give it to <c>Sample</c> as <c>seed</c> to run it again.</summary>
internal static class Properties
{
    /// <summary>One to four anchors, a twentieth of a cell to twenty.</summary>
    public static Gen<AnchorSet> Anchors { get; } = Gen.Select(Gen.Float[0.05f, 20], Gen.Float[0.05f, 20], (width, height) => new BoxShape(width, height)).Array[1, 4].Select(shapes => new AnchorSet(shapes));

    /// <summary>Networks of up to eight layers of every kind and a head, small enough to have weights.</summary>
    public static Gen<NetworkDefinition> Networks { get; } = Gen.Select(
        Gen.Int[1, 8], Gen.Int[1, 8], Gen.Int[0, int.MaxValue].Array[0, 8], Region(),
        (width, height, choices, region) =>
        {
            var input = new FeatureShape(3, 8 * height, 8 * width);
            List<Layer> layers = [];
            foreach (int choice in choices)
            {
                if (Connects(input, [.. layers, Candidate(choice, layers.Count)]))
                    layers.Add(Candidate(choice, layers.Count));
            }
            layers.Add(new ConvolutionalLayer(region.Anchors.Count * (5 + region.Classes), 1, 1, 0, BatchNormalize: false, Activation.Linear));
            layers.Add(region);
            return new NetworkDefinition(input, layers);
        });

    /// <summary>Names as people give them: letters of several scripts, spaces within, and what XML and JSON must escape.</summary>
    public static Gen<string> Names { get; } = Gen.Char["abcXYZ019 -_.,:;<>&\"'\\/{}[]()#=äßé中犬\u0416"].Array[1, 12].Select(characters => new string(characters).Trim()).Where(name => name.Length > 0);

    /// <summary>One of some values.</summary>
    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>Boxes within a size, at least so large, in any part of a pixel.</summary>
    public static Gen<BoundingBox> Boxes(float width, float height, float smallest = 1) => Gen.Select(
        Gen.Float[0, width - smallest], Gen.Float[0, height - smallest], Gen.Float[0, 1], Gen.Float[0, 1],
        (left, top, right, bottom) => new BoundingBox(left, top, left + smallest + right * (width - smallest - left), top + smallest + bottom * (height - smallest - top)));

    private static Gen<RegionLayer> Region() => Gen.Select(
        Anchors, Gen.Int[1, 4], Gen.Float[0, 10], Gen.Float[0, 1], Gen.Int[0, 7],
        (anchors, classes, scale, threshold, flags) => new RegionLayer(anchors, classes)
        {
            IgnoreThreshold = threshold,
            ObjectScale = scale,
            NoObjectScale = scale / 3,
            ClassScale = scale * 7,
            CoordScale = scale * scale,
            Rescore = (flags & 1) != 0,
            BiasMatch = (flags & 2) != 0,
            Softmax = (flags & 4) != 0,
        });

    private static Layer Candidate(int choice, int index)
    {
        int Digit(int choices)
        {
            (choice, int digit) = Math.DivRem(choice, choices);
            return digit;
        }

        return Digit(8) switch
        {
            0 or 1 when Digit(3) + 1 is var size => new ConvolutionalLayer(Digit(6) + 1, size, Digit(2) + 1, size == 1 ? 0 : Digit(3), Digit(2) == 0, (Activation)Digit(6))
            {
                Groups = Digit(2) * 2 + 1,
                OtherOptions = Options(Digit(3)),
            },
            2 when Digit(3) + 1 is var size => new MaxPoolLayer(size, Digit(2) + 1, Digit(size)),
            3 => new RouteLayer([Digit(index + 1), .. Enumerable.Repeat(Digit(index + 1), Digit(2))]),
            4 => new ShortcutLayer([Digit(index + 1), .. Enumerable.Repeat(Digit(index + 1), Digit(2))], (Activation)Digit(6)),
            5 => new UpsampleLayer(Digit(2) + 1),
            6 when Digit(4) == 0 => new AveragePoolLayer(),
            _ => new ReorgLayer(Digit(2) + 1, (ReorgKind)Digit(2)),
        };
    }

    private static ImmutableSortedDictionary<string, string> Options(int count) =>
        new ReorgLayer(1, ReorgKind.Darknet).OtherOptions.AddRange(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"other{i}", $"a=b{i}")));

    private static bool Connects(FeatureShape input, IEnumerable<Layer> layers)
    {
        try
        {
            return new NetworkDefinition(input, layers).WeightCount < 10_000;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
