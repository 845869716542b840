namespace Yolo.Model.Evaluation;

/// <summary>From the images of one class to its metrics: rank once, match under each rule, summarise.</summary>
internal static class ClassEvaluation
{
    public static ClassMetrics Compute(string className, IReadOnlyList<ImageOfClass> images, EvaluationOptions options)
    {
        int crowds = images.Sum(image => image.Truths.Count(truth => truth.Crowd));
        int difficult = images.Sum(image => image.Truths.Count(truth => truth.Difficult && !truth.Crowd));
        int truths = images.Sum(image => image.Truths.Length) - crowds - difficult;
        int detections = images.Sum(image => image.Detections.Length);
        var voc = new ClassRanking(images, int.MaxValue).Match((image, outcomes) =>
            DetectionMatcher.MatchVoc(image.Detections, image.Truths, options.IoUThreshold, options.InclusivePixels, outcomes));
        var curve = voc.Curve(truths);
        var atThreshold = AtThreshold(curve, options.ScoreThreshold, truths);
        if (truths == 0)
        {
            return new(className, truths, difficult, detections, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, null)
            {
                CrowdCount = crowds,
                AtScoreThreshold = atThreshold,
            };
        }

        var ranking = new ClassRanking(images, CocoScores.MaxDetections);
        CocoScores all = CocoScores.Compute(ranking, images, AreaRange.All), small = CocoScores.Compute(ranking, images, AreaRange.Small),
            medium = CocoScores.Compute(ranking, images, AreaRange.Medium), large = CocoScores.Compute(ranking, images, AreaRange.Large);
        return new(
            className, truths, difficult, detections,
            AveragePrecision.Compute(voc.Hits, truths, ApProtocol.Voc07),
            AveragePrecision.Compute(voc.Hits, truths, ApProtocol.Voc10),
            all.AveragePrecision, all.Precision[0], all.Precision[5], curve.MaxBy(point => point.F1))
        {
            CrowdCount = crowds,
            AveragePrecisionCocoSmall = small.AveragePrecision,
            AveragePrecisionCocoMedium = medium.AveragePrecision,
            AveragePrecisionCocoLarge = large.AveragePrecision,
            AverageRecallCoco1 = all.Recall1,
            AverageRecallCoco10 = all.Recall10,
            AverageRecallCoco100 = all.Recall100,
            AverageRecallCocoSmall = small.Recall100,
            AverageRecallCocoMedium = medium.Recall100,
            AverageRecallCocoLarge = large.Recall100,
            AtScoreThreshold = atThreshold,
            Curve = curve,
        };
    }

    private static OperatingPoint AtThreshold(OperatingPoint[] curve, float threshold, int truths)
    {
        var kept = curve.LastOrDefault(point => point.ScoreThreshold >= threshold);
        return kept is null ? new(threshold, 0, 0, truths) : kept with { ScoreThreshold = threshold };
    }
}
