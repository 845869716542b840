namespace Yolo.Model.Evaluation;

/// <summary>From the images of one class to its metrics: rank once, match under each rule, summarise.</summary>
internal static class ClassEvaluation
{
    /// <summary>Detections of a class that COCO looks at in one image (<c>maxDets</c> of pycocotools).</summary>
    private const int CocoMaxDetections = 100;

    public static ClassMetrics Compute(string className, IReadOnlyList<ImageOfClass> images, EvaluationOptions options)
    {
        int truths = Truths(images, AreaRange.All);
        int difficult = images.Sum(image => image.Truths.Length) - truths;
        int detections = images.Sum(image => image.Detections.Length);
        var voc = new ClassRanking(images, int.MaxValue).Match((image, outcomes) =>
            DetectionMatcher.MatchVoc(image.Detections, image.Truths, options.IoUThreshold, options.InclusivePixels, outcomes));
        var curve = voc.Curve(truths);
        var atThreshold = AtThreshold(curve, options.ScoreThreshold, truths);
        if (truths == 0)
        {
            return new(className, truths, difficult, detections, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, null)
            {
                AtScoreThreshold = atThreshold,
            };
        }

        var ranking = new ClassRanking(images, CocoMaxDetections);
        double[] coco = Coco(ranking, images, AreaRange.All);
        return new(
            className, truths, difficult, detections,
            AveragePrecision.Compute(voc.Hits, truths, ApProtocol.Voc07),
            AveragePrecision.Compute(voc.Hits, truths, ApProtocol.Voc10),
            coco.Average(), coco[0], coco[5], curve.MaxBy(point => point.F1))
        {
            AveragePrecisionCocoSmall = Coco(ranking, images, AreaRange.Small).Average(),
            AveragePrecisionCocoMedium = Coco(ranking, images, AreaRange.Medium).Average(),
            AveragePrecisionCocoLarge = Coco(ranking, images, AreaRange.Large).Average(),
            AtScoreThreshold = atThreshold,
            Curve = curve,
        };
    }

    private static int Truths(IReadOnlyList<ImageOfClass> images, AreaRange sizes) =>
        images.Sum(image => image.Truths.Count(truth => !truth.Difficult && sizes.Contains(truth.Box)));

    /// <summary>COCO's average precision at each of its IoU thresholds; NaN where no object is of the sizes asked for.</summary>
    private static double[] Coco(ClassRanking ranking, IReadOnlyList<ImageOfClass> images, AreaRange sizes)
    {
        int truths = Truths(images, sizes);
        var precision = new double[10];
        for (int i = 0; i < precision.Length; i++)
        {
            double threshold = (50 + 5 * i) / 100.0;
            precision[i] = truths == 0 ? double.NaN : AveragePrecision.Compute(
                ranking.Match((image, outcomes) => DetectionMatcher.MatchCoco(image.Detections.AsSpan(0, outcomes.Length), image.Truths, threshold, sizes, outcomes)).Hits,
                truths, ApProtocol.Coco);
        }
        return precision;
    }

    private static OperatingPoint AtThreshold(OperatingPoint[] curve, float threshold, int truths)
    {
        var kept = curve.LastOrDefault(point => point.ScoreThreshold >= threshold);
        return kept is null ? new(threshold, 0, 0, truths) : kept with { ScoreThreshold = threshold };
    }
}
