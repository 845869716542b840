using Xunit;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Reports;

namespace Yolo.Model.Tests.Reports;

public sealed class CurveTests
{
    // Ten objects: 1 of 1 right, then 7 of 10. Recall 0.7 is reached exactly, which 0.7 * 100 in float would miss.
    [Fact]
    public void InterpolatedCurve_TwoPoints_HoldsEachPrecisionUpToItsRecall()
    {
        double[] precision = InterpolatedCurve.Of([new(0.9f, 1, 0, 9), new(0.5f, 7, 3, 3)]);

        Assert.Equal([.. Enumerable.Repeat(1.0, 11), .. Enumerable.Repeat(0.7, 60), .. Enumerable.Repeat(0.0, 30)], precision);
    }

    // A lower precision before a higher one is lifted to it.
    [Fact]
    public void InterpolatedCurve_PrecisionRises_TakesTheHighestFromThereOn()
    {
        double[] precision = InterpolatedCurve.Of([new(0.9f, 0, 1, 2), new(0.5f, 1, 1, 1), new(0.4f, 2, 1, 0)]);

        Assert.All(precision, value => Assert.Equal(2.0 / 3, value, 1e-12));
    }

    // Class a: found at 0.9, a false one at 0.3. Class b: an object that nothing finds.
    [Fact]
    public void ThresholdCurve_TwoClasses_SumsTheirCounts()
    {
        var evaluator = new DetectionEvaluator(["a", "b"]);
        BoundingBox box = new(0, 0, 50, 50), far = new(200, 200, 250, 250);
        evaluator.Add([new(box, 0), new(far, 1)], [new(box, 0, 0.9f), new(far, 0, 0.3f)]);

        var curve = ThresholdCurve.Of(evaluator.Compute().Classes);

        Assert.Equal(101, curve.Length);
        Assert.Equal(new(0.91f, 0, 0, 2), curve[91]);
        Assert.Equal(new(0.9f, 1, 0, 1), curve[90]);
        Assert.Equal(new(0.31f, 1, 0, 1), curve[31]);
        Assert.Equal(new(0.3f, 1, 1, 1), curve[30]);
        Assert.Equal(new(0, 1, 1, 1), curve[0]);
    }
}
