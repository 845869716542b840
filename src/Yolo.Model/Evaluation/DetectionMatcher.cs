using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>What became of one detection.</summary>
internal enum MatchOutcome : byte
{
    /// <summary>It found nothing that still counted: a false positive.</summary>
    Miss,

    /// <summary>It found an object: a true positive.</summary>
    Hit,

    /// <summary>It found an object that is not counted, or is of a size that is not asked for: neither.</summary>
    Ignored,
}

/// <summary>Decides which detections of one class in one image are right. Each object is found at most once, the best-scoring detection choosing first.</summary>
internal static class DetectionMatcher
{
    /// <summary>Pascal VOC: the object a detection overlaps most decides alone. A second detection of a found object is a miss, even where another object
    /// would do (VOCevaldet.m of the devkit). Any number of detections of a difficult object is ignored. The devkit knows no crowds: here
    /// they come
    /// last, and a detection that would be a miss is ignored instead if it lies in one.</summary>
    /// <param name="detections">Detections by falling score, at most as many as <paramref name="outcomes"/>.</param>
    /// <param name="truths">Objects of the same class and image.</param>
    /// <param name="threshold">Lowest IoU that counts; one exactly at it does.</param>
    /// <param name="inclusivePixels">Whether a box from 0 to 10 is 11 wide, as in the devkit.</param>
    /// <param name="outcomes">One outcome a detection.</param>
    public static void MatchVoc(
        ReadOnlySpan<Detection> detections, ReadOnlySpan<GroundTruth> truths, double threshold, bool inclusivePixels, Span<MatchOutcome> outcomes)
    {
        double extra = BoxOverlap.Extra(inclusivePixels);
        var taken = new bool[truths.Length];
        for (int d = 0; d < detections.Length; d++)
        {
            (int best, double bestIoU) = (-1, 0);
            for (int t = 0; t < truths.Length; t++)
            {
                if (truths[t].Crowd)
                    continue;
                double iou = BoxOverlap.Of(detections[d].Box, truths[t], extra);
                if (iou > bestIoU)
                    (best, bestIoU) = (t, iou);
            }

            outcomes[d] = best < 0 || bestIoU < threshold ? MatchOutcome.Miss
                : truths[best].Difficult ? MatchOutcome.Ignored
                : taken[best] ? MatchOutcome.Miss
                : MatchOutcome.Hit;
            if (best >= 0)
                taken[best] |= outcomes[d] == MatchOutcome.Hit;
            if (outcomes[d] == MatchOutcome.Miss && InCrowd(detections[d], truths, threshold, extra))
                outcomes[d] = MatchOutcome.Ignored;
        }
    }

    /// <summary>COCO: a detection finds the object it overlaps most among those not yet found, one that counts before one that does not
    /// (<c>COCOeval.evaluateImg</c> of pycocotools). Crowds and difficult objects do not count, nor do objects of another size. Any number
    /// of
    /// detections finds a crowd. A detection of another size that finds nothing is ignored. Of equal overlaps the later object is taken, as
    /// there.</summary>
    /// <param name="detections">Detections by falling score, at most as many as <paramref name="outcomes"/>.</param>
    /// <param name="truths">Objects of the same class and image.</param>
    /// <param name="threshold">Lowest IoU that counts; one exactly at it does.</param>
    /// <param name="sizes">The sizes asked for.</param>
    /// <param name="outcomes">One outcome a detection.</param>
    public static void MatchCoco(
        ReadOnlySpan<Detection> detections, ReadOnlySpan<GroundTruth> truths, double threshold, AreaRange sizes, Span<MatchOutcome> outcomes)
    {
        var state = new TruthState[truths.Length];
        for (int t = 0; t < truths.Length; t++)
            state[t] = truths[t].Difficult || truths[t].Crowd || !sizes.Contains(truths[t]) ? TruthState.NotCounted : TruthState.Counted;
        for (int d = 0; d < detections.Length; d++)
        {
            int best = Best(detections[d].Box, truths, state, threshold, TruthState.Counted);
            if (best < 0)
                best = Best(detections[d].Box, truths, state, threshold, TruthState.NotCounted);

            bool ignored = best < 0 ? !sizes.Contains(detections[d].Box) : state[best] == TruthState.NotCounted;
            outcomes[d] = ignored ? MatchOutcome.Ignored : best < 0 ? MatchOutcome.Miss : MatchOutcome.Hit;
            if (best >= 0 && !truths[best].Crowd)
                state[best] = TruthState.Taken;
        }
    }

    /// <summary>Whether a detection lies in a crowd of its class: by at least the threshold of its area.</summary>
    /// <param name="detection">The detection.</param>
    /// <param name="truths">Objects of its image, of any class.</param>
    /// <param name="threshold">Lowest share that counts; one exactly at it does.</param>
    /// <param name="extra">Added to every width and height.</param>
    public static bool InCrowd(Detection detection, ReadOnlySpan<GroundTruth> truths, double threshold, double extra)
    {
        foreach (ref readonly var truth in truths)
        {
            if (truth.Crowd && truth.ClassIndex == detection.ClassIndex && BoxOverlap.Of(detection.Box, truth, extra) >= threshold)
                return true;
        }
        return false;
    }

    private static int Best(BoundingBox box, ReadOnlySpan<GroundTruth> truths, ReadOnlySpan<TruthState> state, double threshold, TruthState wanted)
    {
        (int best, double bestIoU) = (-1, threshold);
        for (int t = 0; t < truths.Length; t++)
        {
            if (state[t] != wanted)
                continue;
            double iou = BoxOverlap.Of(box, truths[t], extra: 0);
            if (iou >= bestIoU)
                (best, bestIoU) = (t, iou);
        }
        return best;
    }

    private enum TruthState : byte
    {
        Counted,
        NotCounted,
        Taken,
    }
}
