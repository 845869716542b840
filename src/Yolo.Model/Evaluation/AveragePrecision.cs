namespace Yolo.Model.Evaluation;

/// <summary>Average precision of a ranked list of detections.</summary>
public static class AveragePrecision
{
    /// <summary>Average precision, 0 to 1.</summary>
    /// <param name="hits">The detections by falling score, ignored ones left out: true where a detection found an object.</param>
    /// <param name="truths">Objects that were to be found, at least 1 and at least the number of hits.</param>
    /// <param name="protocol">The rule.</param>
    /// <remarks>Recall levels are k / 10 exactly; tools that multiply 0.1 lose 3 found of 10. COCO's are <c>k * 0.01</c> in double, as in pycocotools, whose
    /// numbers everybody compares with: there 7 found of 10 does not reach 0.70000000000000007, and that is kept.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no truth, there are more hits than truths, or there is no such rule.</exception>
    public static double Compute(ReadOnlySpan<bool> hits, int truths, ApProtocol protocol)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(truths, 1);
        Argument.Defined(protocol, nameof(protocol));
        var precision = InterpolatedPrecision(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision.Length, truths, nameof(hits));
        return protocol switch
        {
            ApProtocol.Voc07 => MeanOverRecallLevels(precision, truths, 10, k => k / 10.0),
            ApProtocol.Voc10 => Sum(precision) / truths,
            _ => MeanOverRecallLevels(precision, truths, 100, k => k * 0.01),
        };
    }

    /// <summary>For each hit, the highest precision at its recall or any higher one. Recall only moves at hits, so these are the whole curve.</summary>
    private static double[] InterpolatedPrecision(ReadOnlySpan<bool> hits)
    {
        var precision = new double[hits.Count(true)];
        int found = 0;
        for (int i = 0; i < hits.Length; i++)
        {
            if (!hits[i])
                continue;
            precision[found] = (found + 1.0) / (i + 1);
            found++;
        }
        for (int i = precision.Length - 2; i >= 0; i--)
            precision[i] = Math.Max(precision[i], precision[i + 1]);
        return precision;
    }

    /// <summary>Mean over the recalls of k = 0 to <paramref name="last"/> of the precision at the first hit that reaches them, 0 where none does.</summary>
    private static double MeanOverRecallLevels(double[] precision, int truths, int last, Func<int, double> recall)
    {
        double sum = 0;
        int hit = 0;
        for (int k = 0; k <= last; k++)
        {
            while (hit < precision.Length && (hit + 1.0) / truths < recall(k))
                hit++;
            if (hit == precision.Length)
                break;
            sum += precision[hit];
        }
        return sum / (last + 1);
    }

    private static double Sum(double[] values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum;
    }
}
