namespace Yolo.Model.Evaluation;

/// <summary>COCO's results for one class and one range of sizes; <see cref="double.NaN"/> everywhere where no object counts.</summary>
/// <param name="Precision">Average precision at each of the IoU thresholds 0.50, 0.55, ..., 0.95.</param>
/// <param name="Recall1">Mean recall over those thresholds, of the best detection in each image.</param>
/// <param name="Recall10">The same of the best 10.</param>
/// <param name="Recall100">The same of the best 100.</param>
internal sealed record CocoScores(double[] Precision, double Recall1, double Recall10, double Recall100)
{
    /// <summary>Detections of a class that COCO looks at in one image (the last of <c>maxDets</c> of pycocotools).</summary>
    public const int MaxDetections = 100;

    private const int Thresholds = 10;

    public double AveragePrecision => Precision.Average();

    /// <summary>Matches a class under COCO's rules at every threshold.</summary>
    /// <param name="ranking">Its detections, at most <see cref="MaxDetections"/> of an image.</param>
    /// <param name="images">Its images.</param>
    /// <param name="sizes">The sizes asked for.</param>
    public static CocoScores Compute(ClassRanking ranking, IReadOnlyList<ImageOfClass> images, AreaRange sizes)
    {
        int truths = images.Sum(image => image.Truths.Count(truth => !truth.Difficult && !truth.Crowd && sizes.Contains(truth)));
        var precision = new double[Thresholds];
        if (truths == 0)
        {
            Array.Fill(precision, double.NaN);
            return new(precision, double.NaN, double.NaN, double.NaN);
        }

        long found1 = 0, found10 = 0, found100 = 0;
        for (int i = 0; i < Thresholds; i++)
        {
            double threshold = Threshold(i);
            var ranked = ranking.Match((image, outcomes) =>
                DetectionMatcher.MatchCoco(image.Detections.AsSpan(0, outcomes.Length), image.Truths, threshold, sizes, outcomes));
            precision[i] = Evaluation.AveragePrecision.Compute(ranked.Hits, truths, ApProtocol.Coco);
            found1 += ranked.HitsOfBest(1);
            found10 += ranked.HitsOfBest(10);
            found100 += ranked.HitsOfBest(MaxDetections);
        }
        double all = (double)Thresholds * truths;
        return new(precision, found1 / all, found10 / all, found100 / all);
    }

    /// <summary><c>np.linspace(.5, 0.95, 10)</c> of pycocotools, to the last bit: its 0.9 is 0.8999999999999999, which an IoU may
    /// equal.</summary>
    private static double Threshold(int i) => 0.5 + i * ((0.95 - 0.5) / 9);
}
