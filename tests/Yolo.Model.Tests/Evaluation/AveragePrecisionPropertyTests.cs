using CsCheck;
using Xunit;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Tests.Evaluation;

public sealed class AveragePrecisionPropertyTests
{
    private static readonly Gen<(bool[] Hits, int Truths, ApProtocol Protocol)> s_samples = Gen.Select(
        Gen.Bool.Array[0, 60], Gen.Int[0, 20], Gen.Int[0, 2],
        (hits, missed, protocol) => (hits, Math.Max(1, hits.Count(hit => hit) + missed), (ApProtocol)protocol));

    // By its definition: the precision at a recall is the highest at that recall or above it. Voc10: the area below; Voc07 and Coco: the mean over the recalls.
    [Fact]
    public void Compute_AnyRanking_EqualsTheDefinition() =>
        s_samples.Sample(
            sample =>
            {
                var (hits, truths, protocol) = sample;
                (double Recall, double Precision)[] curve = [.. Enumerable.Range(1, hits.Length).Select(n => (hits.Take(n).Count(hit => hit) / (double)truths, hits.Take(n).Count(hit => hit) / (double)n))];
                double At(double recall) => curve.Where(point => point.Recall >= recall).Select(point => point.Precision).DefaultIfEmpty().Max();
                double expected = protocol switch
                {
                    ApProtocol.Voc07 => Enumerable.Range(0, 11).Average(k => At(k / 10.0)),
                    ApProtocol.Coco => Enumerable.Range(0, 101).Average(k => At(k * 0.01)),
                    _ => Enumerable.Range(1, truths).Sum(found => At(found / (double)truths)) / truths,
                };

                Assert.Equal(expected, AveragePrecision.Compute(hits, truths, protocol), 1e-9);
            },
            iter: 500, threads: 1);

    [Fact]
    public void Compute_AnyRanking_LiesBetweenNoneAndAllFound() =>
        s_samples.Sample(
            sample =>
            {
                double ap = AveragePrecision.Compute(sample.Hits, sample.Truths, sample.Protocol);

                Assert.InRange(ap, 0, 1);
                Assert.Equal(sample.Hits.Contains(true), ap > 0);
                bool perfect = sample.Hits.TakeWhile(hit => hit).Count() == sample.Truths;
                Assert.Equal(perfect, ap > 1 - 1e-9);
            },
            iter: 2_000, threads: 1);

    // An object more that is found, wherever it ranks, instead of a miss or behind all.
    [Fact]
    public void Compute_OneMoreFound_IsNoWorse() =>
        Gen.Select(s_samples, Gen.Int[0, 59]).Sample(
            (sample, at) =>
            {
                var (hits, truths, protocol) = sample;
                bool[] more = at < hits.Length ? [.. hits[..at], true, .. hits[(at + 1)..]] : [.. hits, true];
                int enough = Math.Max(truths, more.Count(hit => hit));

                Assert.True(AveragePrecision.Compute(more, enough, protocol) >= AveragePrecision.Compute(hits, enough, protocol) - 1e-12);
            },
            iter: 2_000, threads: 1);
}
