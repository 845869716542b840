using Xunit;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Tests.Evaluation;

public sealed class AveragePrecisionTests
{
    // Two truths; detections by falling score: hit, miss, hit. Recall 1/2, 1/2, 1; interpolated precision 1, 2/3, 2/3.
    // By hand: VOC 07 (6*1 + 5*2/3)/11, VOC 10+ 1/2*1 + 1/2*2/3, COCO (51*1 + 50*2/3)/101.
    // The first two equal voc_ap in detectron2's evaluation/pascal_voc_evaluation.py: 0.848485 and 0.833333.
    [Theory]
    [InlineData(ApProtocol.Voc07, 28.0 / 33)]
    [InlineData(ApProtocol.Voc10, 5.0 / 6)]
    [InlineData(ApProtocol.Coco, 253.0 / 303)]
    public void Compute_HitMissHitOfTwoTruths_FollowsTheProtocol(ApProtocol protocol, double expected)
    {
        double ap = AveragePrecision.Compute([true, false, true], truths: 2, protocol);

        Assert.Equal(expected, ap, tolerance: 1e-12);
    }

    // A precision that rises again fills the valley before it: miss, hit, hit of two truths has precision 0, 1/2, 2/3, interpolated 2/3 throughout.
    [Theory]
    [InlineData(ApProtocol.Voc07)]
    [InlineData(ApProtocol.Voc10)]
    [InlineData(ApProtocol.Coco)]
    public void Compute_PrecisionRisesLater_InterpolatesFromTheRight(ApProtocol protocol)
    {
        double ap = AveragePrecision.Compute([false, true, true], truths: 2, protocol);

        Assert.Equal(2.0 / 3, ap, tolerance: 1e-12);
    }

    // One hit of two truths: precision 1 up to recall 1/2, which 6 of 11 and 51 of 101 levels do not exceed, and 0 beyond.
    [Theory]
    [InlineData(ApProtocol.Voc07, 6.0 / 11)]
    [InlineData(ApProtocol.Voc10, 1.0 / 2)]
    [InlineData(ApProtocol.Coco, 51.0 / 101)]
    public void Compute_OneOfTwoTruthsNeverFound_CountsItWithPrecisionZero(ApProtocol protocol, double expected)
    {
        Assert.Equal(expected, AveragePrecision.Compute([true], truths: 2, protocol), tolerance: 1e-12);
    }

    // n perfect hits of 10 truths reach exactly the levels 0, 0.1, ..., n/10: n + 1 of 11. In floating point 3 / 10 < 3 * 0.1.
    [Fact]
    public void Compute_RecallExactlyAtAVocLevel_ReachesIt()
    {
        for (int n = 1; n <= 10; n++)
        {
            bool[] hits = [.. Enumerable.Repeat(true, n)];

            Assert.Equal((n + 1) / 11.0, AveragePrecision.Compute(hits, truths: 10, ApProtocol.Voc07), tolerance: 1e-12);
        }
    }

    // pycocotools: recThrs = np.linspace(0, 1, 101), where recThrs[70] = 0.7000000000000001 > 7 / 10 but recThrs[60] = 0.6 = 6 / 10.
    [Theory]
    [InlineData(6, 61.0 / 101)]
    [InlineData(7, 70.0 / 101)]
    public void Compute_RecallExactlyAtACocoLevel_ReachesItWherePycocotoolsDoes(int found, double expected)
    {
        bool[] hits = [.. Enumerable.Repeat(true, found)];

        Assert.Equal(expected, AveragePrecision.Compute(hits, truths: 10, ApProtocol.Coco), tolerance: 1e-12);
    }

    [Fact]
    public void Compute_NoDetection_IsZero()
    {
        Assert.Equal(0, AveragePrecision.Compute([], truths: 3, ApProtocol.Voc07));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Compute_FewerTruthsThanHits_Throws(int truths)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AveragePrecision.Compute([true, true], truths, ApProtocol.Voc10));
    }
}
