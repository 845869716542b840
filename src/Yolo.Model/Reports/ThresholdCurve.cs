using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>What all classes together reach at evenly spaced score thresholds.</summary>
internal static class ThresholdCurve
{
    /// <summary>The thresholds 0, 0.01, ..., 1, and the sums of the counts of all classes that have objects.</summary>
    public static OperatingPoint[] Of(IReadOnlyList<ClassMetrics> classes)
    {
        var points = new OperatingPoint[101];
        for (int k = 0; k < points.Length; k++)
            points[k] = new(k / 100f, 0, 0, 0);
        foreach (var metrics in classes)
        {
            int next = 0;
            OperatingPoint? kept = null;
            for (int k = points.Length - 1; k >= 0; k--)
            {
                while (next < metrics.Curve.Count && metrics.Curve[next].ScoreThreshold >= points[k].ScoreThreshold)
                    kept = metrics.Curve[next++];
                points[k] = points[k] with
                {
                    TruePositives = points[k].TruePositives + (kept?.TruePositives ?? 0),
                    FalsePositives = points[k].FalsePositives + (kept?.FalsePositives ?? 0),
                    FalseNegatives = points[k].FalseNegatives + (kept?.FalseNegatives ?? metrics.TruthCount),
                };
            }
        }
        return points;
    }
}
