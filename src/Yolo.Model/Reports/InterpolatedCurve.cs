using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>A curve of precision over recall at evenly spaced recalls.</summary>
internal static class InterpolatedCurve
{
    /// <summary>Recalls 0, 0.01, ..., 1.</summary>
    public const int Count = 101;

    /// <summary>For each recall k / 100 the highest precision at that recall or any higher one, 0 where it is not reached.</summary>
    public static double[] Of(IReadOnlyList<OperatingPoint> curve)
    {
        var precision = new double[Count];
        int k = Count - 1;
        double best = 0;
        for (int i = curve.Count - 1; i >= 0; i--)
        {
            var point = curve[i];
            // In whole numbers: a recall of 7 / 10 reaches 70 / 100.
            for (; k >= 0 && (long)k * (point.TruePositives + point.FalseNegatives) > 100L * point.TruePositives; k--)
                precision[k] = best;
            best = Math.Max(best, point.Precision);
        }
        for (; k >= 0; k--)
            precision[k] = best;
        return precision;
    }
}
