using CsCheck;
using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Encoding;

/// <summary>What must hold of suppression whatever the detections, told without an algorithm.</summary>
public sealed class NonMaxSuppressionPropertyTests
{
    // No two scores are equal: where they are, the order of the list decides.
    private static readonly Gen<(Detection[] Detections, float Threshold, bool Agnostic)> s_samples = Gen.Select(
        Gen.Select(Properties.Boxes(60, 60), Gen.Int[0, 2], Gen.Float[0, 1], (box, classIndex, score) => new Detection(box, classIndex, score)).Array[0, 40]
            .Select(detections => detections.DistinctBy(item => item.Score).ToArray()),
        Gen.Float[0, 1], Gen.Bool);

    [Fact]
    public void Apply_AnyDetections_KeepsASubsetInFallingOrder() =>
        s_samples.Sample(
            sample =>
            {
                var kept = Kept(sample);

                Assert.Subset(sample.Detections.ToHashSet(), kept.ToHashSet());
                Assert.Equal(kept.OrderByDescending(item => item.Score), kept);
                Assert.Equal(sample.Detections.Length == 0, kept.Count == 0);
            },
            iter: 2_000, threads: 1);

    [Fact]
    public void Apply_AnyDetections_KeepsNoneThatOverlapAndDropsNoneThatDoNot() =>
        s_samples.Sample(
            sample =>
            {
                var kept = Kept(sample);

                foreach (var detection in sample.Detections)
                {
                    bool overlapsABetterKept = kept.Exists(better => better.Score > detection.Score
                        && (sample.Agnostic || better.ClassIndex == detection.ClassIndex) && better.Box.IoU(detection.Box) > sample.Threshold);
                    Assert.Equal(!overlapsABetterKept, kept.Contains(detection));
                }
            },
            iter: 2_000, threads: 1);

    [Fact]
    public void Apply_AgainOrInAnotherOrder_KeepsTheSame() =>
        Gen.Select(s_samples, Gen.Int).Sample(
            (sample, seed) =>
            {
                var kept = Kept(sample);
                Detection[] shuffled = [.. sample.Detections];
                new Random(seed).Shuffle(shuffled);

                Assert.Equal(kept, Kept(sample with { Detections = [.. kept] }));
                Assert.Equal(kept, Kept(sample with { Detections = shuffled }));
            },
            iter: 2_000, threads: 1);

    [Fact]
    public void Apply_WithAMaximum_KeepsTheBestOfWhatItKeepsWithout() =>
        Gen.Select(s_samples, Gen.Int[1, 45]).Sample((sample, most) => Assert.Equal(Kept(sample).Take(most), Kept(sample, most)), iter: 2_000, threads: 1);

    private static List<Detection> Kept((Detection[] Detections, float Threshold, bool Agnostic) sample, int most = int.MaxValue)
    {
        List<Detection> detections = [.. sample.Detections];
        NonMaxSuppression.Apply(detections, sample.Threshold, sample.Agnostic, most);
        return detections;
    }
}
