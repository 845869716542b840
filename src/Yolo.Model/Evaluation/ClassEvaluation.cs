using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>Objects and detections of one class in one image, the detections by falling score.</summary>
internal sealed record ImageOfClass(GroundTruth[] Truths, Detection[] Detections);

/// <summary>From the images of one class to its metrics: match in each image, rank over all, summarise.</summary>
internal static class ClassEvaluation
{
    /// <summary>Detections of a class that COCO looks at in one image (<c>maxDets</c> of pycocotools).</summary>
    private const int CocoMaxDetections = 100;

    public static ClassMetrics Compute(string className, IReadOnlyList<ImageOfClass> images, EvaluationOptions options)
    {
        int truths = images.Sum(image => image.Truths.Count(truth => !truth.Difficult));
        int difficult = images.Sum(image => image.Truths.Length) - truths;
        int detections = images.Sum(image => image.Detections.Length);
        if (truths == 0)
            return new(className, truths, difficult, detections, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, null);

        var voc = Rank(images, int.MaxValue, (image, outcomes) =>
            DetectionMatcher.MatchVoc(image.Detections, image.Truths, options.IoUThreshold, options.InclusivePixels, outcomes));
        var coco = new double[10];
        for (int i = 0; i < coco.Length; i++)
        {
            double threshold = (50 + 5 * i) / 100.0;
            var ranked = Rank(images, CocoMaxDetections, (image, outcomes) =>
                DetectionMatcher.MatchCoco(image.Detections.AsSpan(0, outcomes.Length), image.Truths, threshold, outcomes));
            coco[i] = AveragePrecision.Compute(ranked.Hits, truths, ApProtocol.Coco);
        }

        return new(
            className, truths, difficult, detections,
            AveragePrecision.Compute(voc.Hits, truths, ApProtocol.Voc07),
            AveragePrecision.Compute(voc.Hits, truths, ApProtocol.Voc10),
            coco.Average(), coco[0], coco[5], BestOperatingPoint(voc, truths));
    }

    /// <summary>Matches each image on its own and puts the detections of all, ignored ones left out, in falling order of score.</summary>
    private static Ranking Rank(IReadOnlyList<ImageOfClass> images, int mostPerImage, Action<ImageOfClass, MatchOutcome[]> match)
    {
        List<(float Score, bool Hit)> counted = [];
        foreach (var image in images)
        {
            var outcomes = new MatchOutcome[Math.Min(image.Detections.Length, mostPerImage)];
            match(image, outcomes);
            for (int i = 0; i < outcomes.Length; i++)
            {
                if (outcomes[i] != MatchOutcome.Ignored)
                    counted.Add((image.Detections[i].Score, outcomes[i] == MatchOutcome.Hit));
            }
        }
        var ranked = counted.OrderByDescending(detection => detection.Score).ToArray();
        return new([.. ranked.Select(detection => detection.Score)], [.. ranked.Select(detection => detection.Hit)]);
    }

    /// <summary>The score threshold of highest F1, the highest such score; detections of equal score are kept or dropped together.</summary>
    private static OperatingPoint? BestOperatingPoint(Ranking ranking, int truths)
    {
        OperatingPoint? best = null;
        int found = 0;
        for (int i = 0; i < ranking.Hits.Length; i++)
        {
            if (ranking.Hits[i])
                found++;
            if (i + 1 < ranking.Scores.Length && ranking.Scores[i + 1] == ranking.Scores[i])
                continue;
            var point = new OperatingPoint(ranking.Scores[i], found / (i + 1.0), (double)found / truths);
            if (best is null || point.F1 > best.F1)
                best = point;
        }
        return best;
    }

    /// <summary>Detections that count, over all images, by falling score.</summary>
    private sealed record Ranking(float[] Scores, bool[] Hits);
}
