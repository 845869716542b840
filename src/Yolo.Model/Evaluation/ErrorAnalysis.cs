using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>All objects and detections of one image, the detections by falling score.</summary>
internal sealed record EvaluatedImage(GroundTruth[] Truths, Detection[] Detections);

/// <summary>Matches detections and objects of all classes together, and says what went wrong: the rules that <see cref="ConfusionMatrix"/> and
/// <see cref="DetectionErrorKind"/> state.</summary>
internal sealed class ErrorAnalysis(IReadOnlyList<string> classNames, EvaluationOptions options)
{
    /// <summary>Least IoU with an object of its class at which a detection is called badly localised rather than false, TIDE's (Bolya et al. 2020, section 2.2). Unlike there
    /// the object must not be taken: beside one that is found, such a detection is more likely to be a false one.</summary>
    private const double LocalizationIoU = 0.1;

    private readonly double _extra = BoxOverlap.Extra(options.InclusivePixels);
    private readonly List<DetectionError> _errors = [];

    public ConfusionMatrix Confusion { get; } = new(classNames);

    public IReadOnlyList<DetectionError> Errors => _errors;

    /// <summary>Adds an image.</summary>
    /// <param name="index">Its place among the images.</param>
    /// <param name="image">What is in it and what was found.</param>
    public void Add(int index, EvaluatedImage image)
    {
        var truths = image.Truths;
        var taken = new bool[truths.Length];
        var explained = new bool[truths.Length];
        var lost = new List<Detection>();
        foreach (var detection in image.Detections.TakeWhile(detection => detection.Score >= options.ScoreThreshold))
        {
            double threshold = options.IoUThreshold;
            (int t, double iou) = Best(detection, truths, threshold, candidate => !taken[candidate] && Counts(truths[candidate]));
            bool inCrowd = DetectionMatcher.InCrowd(detection, truths, threshold, _extra);
            if (inCrowd && (t < 0 || truths[t].ClassIndex != detection.ClassIndex))
                continue;
            if (t >= 0)
            {
                taken[t] = true;
                Confusion.Count(truths[t].ClassIndex, detection.ClassIndex);
                if (truths[t].ClassIndex != detection.ClassIndex)
                    _errors.Add(new(DetectionErrorKind.WrongClass, index, detection, truths[t], iou));
            }
            else if (Best(detection, truths, threshold, candidate => truths[candidate] is { Difficult: true, Crowd: false }).Truth < 0)
            {
                Confusion.Count(Confusion.Background, detection.ClassIndex);
                lost.Add(detection);
            }
        }

        foreach (var detection in lost)
            _errors.Add(Explain(detection, index, truths, taken, explained));
        for (int t = 0; t < truths.Length; t++)
        {
            if (taken[t] || !Counts(truths[t]))
                continue;
            Confusion.Count(truths[t].ClassIndex, Confusion.Background);
            if (!explained[t])
                _errors.Add(new(DetectionErrorKind.Missed, index, null, truths[t], 0));
        }
    }

    private static bool Counts(GroundTruth truth) => truth is { Difficult: false, Crowd: false };

    /// <summary>Why a detection took no object.</summary>
    private DetectionError Explain(Detection detection, int index, GroundTruth[] truths, bool[] taken, bool[] explained)
    {
        (int t, double iou) = Best(detection, truths, options.IoUThreshold, candidate => Counts(truths[candidate]));
        if (t >= 0)
            return new(DetectionErrorKind.Duplicate, index, detection, truths[t], iou);
        (t, iou) = Best(detection, truths, LocalizationIoU,
            candidate => !taken[candidate] && Counts(truths[candidate]) && truths[candidate].ClassIndex == detection.ClassIndex);
        if (t < 0)
            return new(DetectionErrorKind.FalsePositive, index, detection, null, 0);
        explained[t] = true;
        return new(DetectionErrorKind.BadLocalization, index, detection, truths[t], iou);
    }

    /// <summary>The object of greatest overlap, of equal ones the first of the detection's class, else the first; -1 where none reaches the threshold.</summary>
    private (int Truth, double IoU) Best(Detection detection, GroundTruth[] truths, double threshold, Func<int, bool> candidate)
    {
        (int best, double bestIoU) = (-1, threshold);
        for (int t = 0; t < truths.Length; t++)
        {
            if (!candidate(t))
                continue;
            double iou = BoxOverlap.Of(detection.Box, truths[t], _extra);
            bool better = best < 0 ? iou >= bestIoU : iou > bestIoU || iou == bestIoU
                && truths[t].ClassIndex == detection.ClassIndex && truths[best].ClassIndex != detection.ClassIndex;
            if (better)
                (best, bestIoU) = (t, iou);
        }
        return (best, best < 0 ? 0 : bestIoU);
    }
}
