using CsCheck;
using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Encoding;

public sealed class EncodingPropertyTests
{
    private const int Cell = 32, Classes = 3;

    private static readonly Gen<NetworkDefinition> s_networks = Gen.Select(Gen.Int[1, 6], Gen.Int[1, 5], Properties.Anchors, Gen.Bool, (columns, rows, anchors, softmax) => new NetworkDefinition(
        new FeatureShape(3, rows * Cell, columns * Cell),
        [
            new ConvolutionalLayer(anchors.Count * (5 + Classes), Cell, Cell, 0, BatchNormalize: false, Activation.Linear),
            new RegionLayer(anchors, Classes) { Softmax = softmax },
        ]));

    // A map that predicts exactly what the encoder asks for: sigmoid(x) is the centre in its cell, exp(w) the width in anchors (YOLO9000, section 2). Of objects that meet in a cell and anchor
    // the last one counts.
    [Fact]
    public void Decode_OfAnyObjectsEncoded_GivesThemBack() =>
        Objects().Sample(
            (network, objects) =>
            {
                var (layout, anchors) = (network.RegionLayout, network.Region.Anchors);
                var targets = new TargetEncoder(layout, anchors).Encode(objects, network.Input.Width, network.Input.Height).Targets;
                float[] map = new float[layout.Size];
                Array.Fill(map, -30f);
                foreach (var target in targets)
                {
                    var anchor = anchors[target.Anchor];
                    float[] values =
                    [
                        Logit(target.Box.X - target.Column), Logit(target.Box.Y - target.Row), MathF.Log(target.Box.Width / anchor.Width), MathF.Log(target.Box.Height / anchor.Height), 20,
                        .. Enumerable.Range(0, Classes).Select(i => i == target.ClassIndex ? 20f : -20f),
                    ];
                    for (int entry = 0; entry < values.Length; entry++)
                        map[layout.Index(target.Anchor, entry, target.Row, target.Column)] = values[entry];
                }
                List<Detection> decoded = [];
                new RegionDecoder(network, new()).Decode(map, decoded);

                Assert.Equal(targets.Count, decoded.Count);
                foreach (var target in targets)
                {
                    var expected = objects.Last(item => item.ClassIndex == target.ClassIndex && MathF.Abs(item.Box.CenterX / Cell - target.Box.X) < 1e-4f && MathF.Abs(item.Box.CenterY / Cell - target.Box.Y) < 1e-4f).Box;
                    Assert.Contains(decoded, item => item.ClassIndex == target.ClassIndex && item.Score > 0.999f && Distance(item.Box, expected) < 0.05f);
                }
            },
            iter: 1_000, threads: 1);

    // Every object is either encoded in the cell of its centre or counted as dropped; a box inside of the input is never dropped.
    [Fact]
    public void Encode_AnyObjects_LosesNone() =>
        Objects().Sample(
            (network, objects) =>
            {
                var encoded = new TargetEncoder(network.RegionLayout, network.Region.Anchors).Encode(objects, network.Input.Width, network.Input.Height);

                Assert.Equal((objects.Length, 0), (encoded.Objects.Count, encoded.Dropped));
                Assert.Equal(encoded.Objects.Select(item => (item.Row, item.Column, item.Anchor)).Distinct().Count(), encoded.Targets.Count);
                Assert.All(encoded.Objects.Zip(objects), pair =>
                {
                    Assert.Equal((int)MathF.Floor(pair.Second.Box.CenterY / Cell), pair.First.Row);
                    Assert.Equal((int)MathF.Floor(pair.Second.Box.CenterX / Cell), pair.First.Column);
                    Assert.Equal(network.Region.Anchors.Max(anchor => anchor.IoU(pair.First.Box.Shape)), network.Region.Anchors[pair.First.Anchor].IoU(pair.First.Box.Shape));
                });
            },
            iter: 1_000, threads: 1);

    // With any numbers for a map: what Detect gives is what the plain formulas and the plain suppression give, scores above the threshold and not above 1, boxes finite, in falling order.
    [Fact]
    public void Detect_AnyMap_EqualsThePlainRules() =>
        Gen.Select(s_networks, Gen.Int, Gen.Float[0.5f, 8], Gen.Float[0.01f, 0.9f], Gen.Float[0, 1], Gen.Int[1, 40]).Sample(
            (network, seed, spread, threshold, iou, most) =>
            {
                var random = new Random(seed);
                float[] map = [.. Enumerable.Range(0, network.RegionLayout.Size).Select(_ => spread * (2 * random.NextSingle() - 1))];
                var options = new DetectionOptions { ScoreThreshold = threshold, IoUThreshold = iou, MaxDetections = most };
                List<Detection> detected = [], decoded = [];
                var decoder = new RegionDecoder(network, options);
                decoder.Detect(map, detected);
                decoder.Decode(map, decoded);

                Assert.Equal(PlainDetection.Suppress(decoded, iou, classAgnostic: false, most), detected);
                Assert.InRange(decoded.Count, PlainDetection.Decode(network, map, threshold + 1e-5f).Count, PlainDetection.Decode(network, map, threshold - 1e-5f).Count);
                Assert.All(detected, item => Assert.True(item.Score > threshold && item.Score <= 1 && float.IsFinite(item.Box.Left + item.Box.Top + item.Box.Right + item.Box.Bottom)));
                Assert.Equal(detected.Select(item => item.Score).OrderDescending(), detected.Select(item => item.Score));
            },
            iter: 400, threads: 1);

    // Centres stay a little off the border of their cell, where the logit is not finite.
    private static Gen<(NetworkDefinition, GroundTruth[])> Objects() =>
        from network in s_networks
        from objects in Gen.Select(
            Gen.Int[0, network.RegionLayout.Width - 1], Gen.Int[0, network.RegionLayout.Height - 1], Gen.Float[0.01f, 0.99f], Gen.Float[0.01f, 0.99f],
            Gen.Select(Gen.Float[1, 300], Gen.Float[1, 300], Gen.Int[0, Classes - 1]),
            (column, row, x, y, rest) => new GroundTruth(BoundingBox.FromCenter((column + x) * Cell, (row + y) * Cell, rest.Item1, rest.Item2), rest.Item3)).Array[0, 8]
        select (network, objects);

    private static float Distance(BoundingBox one, BoundingBox other) =>
        MathF.Max(MathF.Max(MathF.Abs(one.Left - other.Left), MathF.Abs(one.Top - other.Top)), MathF.Max(MathF.Abs(one.Right - other.Right), MathF.Abs(one.Bottom - other.Bottom)));

    private static float Logit(float value) => MathF.Log(value / (1 - value));
}
